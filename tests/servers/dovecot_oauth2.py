"""Dovecot's log-in by access token (XOAUTH2, OAUTHBEARER): it asks the identity provider what a token opens.

Dovecot compares one attribute of the answer (RFC 7662) with the log-in name, so there is a `passdb` for each way
in which a token opens a mailbox, and for each protocol, since a token is good for some of them only.
"""

from pathlib import Path

MECHANISMS = "xoauth2 oauthbearer"

_PROTOCOLS = ("imap", "pop3", "submission")
# Attribute, and what is compared: the domain of the name, or all of it. Each costs a request to the provider until
# one holds: first what many log in with at once, the token of an app
_WAYS = (("domain", "%Ld"), ("mailbox", "%Lu"), ("shared", "%Lu"))


def passdbs(directory: Path, introspection_url: str, ca: Path) -> str:
    """Return the part of the configuration, and write the files in `directory` that it names."""
    return "\n".join(_protocol(directory, protocol, introspection_url, ca) for protocol in _PROTOCOLS)


def _protocol(directory: Path, protocol: str, introspection_url: str, ca: Path) -> str:
    blocks = [_passdb("static", "noauthenticate nodelay=y")]  # else each refusal waits for half a second
    for way, username_format in _WAYS:
        file = directory / f"oauth2-{protocol}-{way}.conf"
        file.write_text(f"""
introspection_mode = post
introspection_url = {introspection_url}
username_attribute = {protocol}_{way}
username_format = {username_format}
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
max_parallel_connections = 10
""")
        blocks.append(_passdb("oauth2", str(file)))
    return "\n".join([f"protocol {protocol} {{", *blocks, "}"])


def _passdb(driver: str, arguments: str) -> str:
    return f"""
passdb {{
  driver = {driver}
  mechanisms = {MECHANISMS}
  args = {arguments}
}}
"""
