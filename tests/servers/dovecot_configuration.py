"""The configuration file of a private Dovecot 2.3."""

import getpass
import grp
import os
from dataclasses import dataclass
from pathlib import Path

from tests.servers import addresses, dovecot_oauth2
from tests.servers.certificates import Certificate, Certificates
from tests.servers.ports import free_ports

PASSWORD_MECHANISMS = "plain login cram-md5"
MAIL_USER = "mail"  # any unprivileged account that every Debian has


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports, the same on every address."""

    imap: int
    imaps: int
    pop3: int
    pop3s: int
    submission: int
    lmtp: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(*free_ports(6))


def mail_user() -> str:
    """Login name that owns the mail: root may not, so an unprivileged one; else whoever we are."""
    return MAIL_USER if os.geteuid() == 0 else getpass.getuser()


def mail_group() -> str:
    return MAIL_USER if os.geteuid() == 0 else grp.getgrgid(os.getgid()).gr_name


def text(
    directory: Path,
    certificates: Certificates,
    ports: Ports,
    relay_port: int | None,
    introspection_url: str,
    extra: str,
) -> str:
    """Return the whole file; `relay_port` is where the submission server hands its mail to."""
    protocols = "imap pop3 lmtp" + (" submission" if relay_port else "")
    return "\n".join(
        [
            _general(directory, protocols, certificates.good),
            _users(directory),
            _tokens(directory, introspection_url, certificates.ca) if introspection_url else "",
            _listeners(ports),
            _other_faces(certificates),
            _submission(ports, relay_port) if relay_port else "",
            _rootless() if os.geteuid() != 0 else "",
            extra,
            "",
        ]
    )


def _general(directory: Path, protocols: str, certificate: Certificate) -> str:
    return f"""
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
protocols = {protocols}
listen = {", ".join(addresses.ALL)}
{_tls(certificate)}
ssl = yes
disable_plaintext_auth = no
auth_mechanisms = {PASSWORD_MECHANISMS}
auth_failure_delay = 0
auth_verbose = yes
verbose_proctitle = yes
first_valid_uid = 1
mail_uid = {mail_user()}
mail_gid = {mail_group()}
mail_location = maildir:~/Maildir:LAYOUT=fs:UTF-8
mail_fsync = never
mail_max_userip_connections = 20000
default_client_limit = 10000
default_process_limit = 1000
shutdown_clients = yes
"""


def _users(directory: Path) -> str:
    return f"""
# else each refusal waits for a timer of half a second; mechanism none is a look-up for LMTP or doveadm
passdb {{
  driver = static
  mechanisms = none {PASSWORD_MECHANISMS}
  args = noauthenticate nodelay=y
}}
passdb {{
  driver = dict
  mechanisms = none {PASSWORD_MECHANISMS}
  args = {directory}/users.conf
}}
userdb {{
  driver = static
  args = uid={mail_user()} gid={mail_group()} home={directory}/mail/%u
}}
"""


def _tokens(directory: Path, introspection_url: str, ca: Path) -> str:
    mechanisms = f"auth_mechanisms = {PASSWORD_MECHANISMS} {dovecot_oauth2.MECHANISMS}"
    return "\n".join([mechanisms, dovecot_oauth2.passdbs(directory, introspection_url, ca)])


def users_lookup(directory: Path) -> str:
    """Return the text of `users.conf`: how a user is found in the file `users`.

    A dict, since a passwd-file is looked at again only when the second has changed, and the file of a dict
    whenever another has taken its place.
    """
    return f"""
uri = file:{directory}/users
password_key = passdb/%u
default_pass_scheme = PLAIN
"""


def _listeners(ports: Ports) -> str:
    return f"""
service imap-login {{
  service_count = 0
  process_min_avail = 1
  process_limit = 2
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  service_count = 0
  process_limit = 2
  inet_listener pop3 {{
    port = {ports.pop3}
  }}
  inet_listener pop3s {{
    port = {ports.pop3s}
    ssl = yes
  }}
}}
service imap {{
  service_count = 256
}}
service pop3 {{
  service_count = 256
}}
# else each failed log-in makes the next one from the same address slower
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {addresses.HOST}
    port = {ports.lmtp}
  }}
}}
"""


def _submission(ports: Ports, relay_port: int) -> str:
    return f"""
submission_relay_host = {addresses.HOST}
submission_relay_port = {relay_port}
submission_relay_trusted = yes
service submission-login {{
  service_count = 0
  inet_listener submission {{
    port = {ports.submission}
  }}
}}
"""


def _other_faces(certificates: Certificates) -> str:
    shown = {
        addresses.EXPIRED: certificates.expired,
        addresses.WRONG_HOST: certificates.wrong_host,
        addresses.SELF_SIGNED: certificates.self_signed,
    }
    faces = [f"local {address} {{\n{_tls(certificate)}\n}}" for address, certificate in shown.items()]
    faces.append(f"local {addresses.LOGIN_DISABLED} {{\nssl = required\ndisable_plaintext_auth = yes\n}}")
    faces.append(f"local {addresses.NO_TLS} {{\nssl = no\n}}")
    return "\n".join(faces)


def _tls(certificate: Certificate) -> str:
    return f"ssl_cert = <{certificate.chain}\nssl_key = <{certificate.key}"


def _rootless() -> str:
    services = ("imap-login", "pop3-login", "submission-login", "anvil", "stats", "ipc")
    return "\n".join(
        [
            f"default_login_user = {mail_user()}",
            f"default_internal_user = {mail_user()}",
            f"default_internal_group = {mail_group()}",
            *(f"service {service} {{\nchroot =\n}}" for service in services),
        ]
    )
