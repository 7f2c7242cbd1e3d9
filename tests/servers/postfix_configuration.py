"""The two configuration files of a private Postfix 3."""

from pathlib import Path

from tests.servers.addresses import HOST
from tests.servers.certificates import Certificate

# All that taking and passing on needs (master(5)): service, type, private, unprivileged, chroot, wakes up after, most
# of them, command
_SERVICES = """
postlog  unix-dgram n - n -     1   postlogd
pickup   unix       n - n 60    1   pickup
cleanup  unix       n - n -     0   cleanup
qmgr     unix       n - n 300   1   qmgr
flush    unix       n - n 1000? 0   flush
showq    unix       n - n -     -   showq
tlsmgr   unix       - - n 1000? 1   tlsmgr
rewrite  unix       - - n -     -   trivial-rewrite
bounce   unix       - - n -     0   bounce
defer    unix       - - n -     0   bounce
trace    unix       - - n -     0   bounce
proxymap unix       - - n -     -   proxymap
smtp     unix       - - n -     -   smtp
error    unix       - - n -     -   error
retry    unix       - - n -     -   error
anvil    unix       - - n -     1   anvil
scache   unix       - - n -     1   scache
"""


def main(
    directory: Path, certificate: Certificate, relay: tuple[str, int] | None, policy_port: int | None
) -> str:
    onward = "defer_transports = smtp" if relay is None else f"relayhost = [{relay[0]}]:{relay[1]}"
    policy = "" if policy_port is None else f"check_policy_service inet:{HOST}:{policy_port}, "
    return f"""
compatibility_level = 3.6
queue_directory = {directory}/queue
data_directory = {directory}/data
maillog_file = {directory}/postfix.log
maillog_file_prefixes = {directory}
inet_interfaces = {HOST}
inet_protocols = ipv4
myhostname = postfix.example.org
mydestination =
local_transport = error:nobody lives here
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
{onward}
message_size_limit = 26214400
smtpd_recipient_restrictions = {policy}permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate.key}, {certificate.chain}
smtpd_client_connection_count_limit = 0
smtp_tls_security_level = none
smtputf8_enable = yes
minimal_backoff_time = 1d
maximal_backoff_time = 1d
delay_warning_time = 0
"""


def master(port: int) -> str:
    return f"{HOST}:{port} inet n - n - - smtpd{_SERVICES}"
