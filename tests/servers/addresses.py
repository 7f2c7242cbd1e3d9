"""Loopback addresses: what a server shows depends on the one that the client connects to."""

HOST = "127.0.0.1"  # all well
EXPIRED = "127.0.0.2"  # an expired certificate
WRONG_HOST = "127.0.0.3"  # a certificate of another host
SELF_SIGNED = "127.0.0.4"  # a certificate that nobody issued
LOGIN_DISABLED = "127.0.0.5"  # no log-in before TLS
NO_TLS = "127.0.0.6"  # no STARTTLS offered
ALL = (HOST, EXPIRED, WRONG_HOST, SELF_SIGNED, LOGIN_DISABLED, NO_TLS)
