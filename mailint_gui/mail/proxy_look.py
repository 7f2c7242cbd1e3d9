"""Whether a proxy is there: asked for itself, and for no server behind it."""

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.proxy import ProxyPlace
from mailint_gui.mail.connect import Endpoint, ScopedReader, diagnosed, open_socket
from mailint_gui.mail.network import Network
from mailint_gui.mail.proxy import ping
from mailint_gui.mail.scope import DEADLINES, CancelScope


def proxy_trouble(proxy: ProxyPlace, seconds: float) -> Problem | None:
    """Why it does not answer; None: it does, whatever it says. Each of finding it and asking it takes ``seconds``."""
    scope = CancelScope({**DEADLINES, Stage.RESOLVE: seconds, Stage.CONNECT: seconds})
    try:
        with (
            open_socket(Endpoint(proxy.host, proxy.port, Security.NONE), scope, Network()) as sock,
            diagnosed(scope, proxy=str(proxy)),
        ):
            ping(sock, ScopedReader(sock, scope), proxy)
    except ProblemError as error:
        return error.problem
    return None
