"""The one verified client context for every protocol: system trust, and an extra CA file where there is one."""

import contextlib
import os
import ssl
import stat
import sys
import threading
from pathlib import Path

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind

# Where systems keep their roots, for a Python whose OpenSSL was built to look elsewhere.
_SYSTEM_CA_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)

_Stamp = tuple[tuple[str, int, int], ...]
_defaults = ssl.get_default_verify_paths()
_lock = threading.Lock()
_contexts: dict[str, tuple[_Stamp, ssl.SSLContext]] = {}


def client_context(extra_ca_file: str = "") -> ssl.SSLContext:
    """A context that verifies chain and host name, TLS 1.2 or newer (RFC 8996).

    One for each ``extra_ca_file`` (PEM; empty: none), built anew when a file of certificates changed. Raises
    ProblemError (TLS_UNTRUSTED with the fact ``ca_file``) when the extra file cannot be read or holds no certificate.
    """
    stamp = _stamp(extra_ca_file)
    with _lock:
        known = _contexts.get(extra_ca_file)
        if known and known[0] == stamp:
            return known[1]
        context = _build(extra_ca_file)
        _contexts[extra_ca_file] = stamp, context
        return context


def _stamp(extra_ca_file: str) -> _Stamp:
    """Changes when an admin installs an authority, so that the next try sees it."""
    found = []
    for path in (extra_ca_file, _defaults.cafile, _defaults.capath):
        if path:
            with contextlib.suppress(OSError):
                state = Path(path).stat()
                found.append((path, state.st_mtime_ns, state.st_size))
    return tuple(found)


def _build(extra_ca_file: str) -> ssl.SSLContext:
    context = _system_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if extra_ca_file:
        try:
            if not stat.S_ISREG(Path(extra_ca_file).stat().st_mode):
                raise ValueError("not a regular file")  # a pipe would be waited for, and for ever
            context.load_verify_locations(cafile=extra_ca_file)
        except (OSError, ValueError) as error:
            facts = {"ca_file": extra_ca_file}
            raise ProblemError(Problem(ProblemKind.TLS_UNTRUSTED, facts, str(error))) from None
    return context


def _system_context() -> ssl.SSLContext:
    """OpenSSL reads the system's roots itself on Linux; Windows and macOS verify by truststore.

    Not truststore on Linux: there it reads all roots again for each connection (milliseconds, and growing memory).
    """
    if sys.platform in {"win32", "darwin"}:
        import truststore  # late: it loads the system's own libraries

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    if not (_defaults.cafile or _defaults.capath):
        for candidate in _SYSTEM_CA_FILES:
            if os.path.isfile(candidate):  # noqa: PTH113  a probe of fixed names
                context.load_verify_locations(cafile=candidate)
                break
    return context
