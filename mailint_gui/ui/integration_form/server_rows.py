"""The server of a direction: a provider's own while none is typed; each provider keeps what was typed under it."""

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from mailint_gui.domain.integration import Security
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.validation import OwnServer
from mailint_gui.ui.integration_form.security_rows import SecurityRows


@dataclass(frozen=True, slots=True)
class _Typed:
    server: str
    security: str
    port: int


class ServerRows(QObject):
    def __init__(
        self, server: QLineEdit, security: QComboBox, port: QSpinBox, security_rows: SecurityRows
    ) -> None:
        super().__init__(server)
        self._server, self._security, self._port = server, security, port
        self._security_rows = security_rows
        self._provider: Provider | None = None
        self._typed: dict[Provider | None, _Typed] = {}

    def settle(self, provider: Provider | None) -> None:
        """The values shown now were loaded under ``provider``."""
        self._provider = provider
        self._security_rows.settle()

    def follow(self, provider: Provider | None, own: OwnServer | None) -> None:
        """``provider`` is whose log-in is chosen; ``own`` is what holds while no server is typed."""
        if provider is not self._provider:
            self._swap(provider)
        self._server.setPlaceholderText(own.server if own else "")
        follows = own is not None and not self._server.text().strip()
        if own is not None and follows:
            self._write(_Typed(self._server.text(), own.security, own.port))
        for widget in (self._security, self._port):
            widget.setEnabled(not follows)

    def _swap(self, provider: Provider | None) -> None:
        """The server of one provider is of no use to another; coming back finds it again."""
        shown = _Typed(self._server.text(), self._security.currentData(), self._port.value())
        self._typed[self._provider] = shown
        self._provider = provider
        self._write(self._typed.get(provider, _Typed("", shown.security, shown.port)))

    def _write(self, typed: _Typed) -> None:
        if self._server.text() != typed.server:
            self._server.setText(typed.server)
        self._security.setCurrentIndex(self._security.findData(str(Security(typed.security))))
        self._port.setValue(typed.port)
        self._security_rows.settle()
