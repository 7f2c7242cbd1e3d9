"""One POST of JSON to a webhook, over the one place that connects."""

import http.client

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.webhook import SIGNATURE_HEADER, WebhookPlace, signature
from mailint_gui.mail.connect import Endpoint, diagnosed, open_socket
from mailint_gui.mail.network import Network
from mailint_gui.mail.scope import CancelScope

_MOST_ANSWERED = 64 * 1024  # bytes of an answer that nobody reads
_LONGEST_WAIT = 30.0  # seconds for one answer
_LATER = frozenset({408, 425, 429})


def post(place: WebhookPlace, body: bytes, secret: str, scope: CancelScope, network: Network) -> None:
    """Signs with ``secret`` unless that is empty. Redirections are not followed: what was named is what is told.

    Raises ProblemError (for an answer other than 2xx: SERVER_BUSY where a later try may help, else POLICY_REFUSED),
    and Cancelled.
    """
    endpoint = Endpoint(place.host, place.port, Security.SSL if place.tls else Security.NONE)
    sock = open_socket(endpoint, scope, network)
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = sock
    try:
        scope.enter(Stage.SEND)
        sock.settimeout(min(_LONGEST_WAIT, scope.remaining()))
        with diagnosed(scope, **endpoint.facts), scope.waiting():
            status, reason = _exchange(connection, place, body, secret)
    except http.client.HTTPException as error:
        raise ProblemError(
            Problem(ProblemKind.PROTOCOL_ERROR, endpoint.facts, type(error).__name__)
        ) from error
    finally:
        scope.detach(sock)
        connection.close()
    if not 200 <= status < 300:
        later = status in _LATER or status >= 500
        kind = ProblemKind.SERVER_BUSY if later else ProblemKind.POLICY_REFUSED
        raise ProblemError(Problem(kind, endpoint.facts, f"HTTP {status} {reason}"))


def _exchange(
    connection: http.client.HTTPConnection, place: WebhookPlace, body: bytes, secret: str
) -> tuple[int, str]:
    headers = {
        "Host": place.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "Mailint",
        "Connection": "close",
    }
    if secret:
        headers[SIGNATURE_HEADER] = signature(secret, body)
    connection.putrequest("POST", place.target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    response.read(_MOST_ANSWERED)
    return response.status, response.reason
