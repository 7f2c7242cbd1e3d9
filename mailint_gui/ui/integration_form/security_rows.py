"""Security, its consent and the port: the port follows the security until it was typed by hand."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox

from mailint_gui.domain.integration import Security


class SecurityRows(QObject):
    def __init__(
        self,
        form: QFormLayout,
        security: QComboBox,
        consent: QCheckBox,
        port: QSpinBox,
        default_port: Callable[[Security], int],
    ) -> None:
        super().__init__(security)
        self._form, self._security, self._consent, self._port = form, security, consent, port
        self._default_port = default_port
        self._before = Security.SSL
        security.currentIndexChanged.connect(self._show_consent)
        security.activated.connect(self._follow)
        self._show_consent()

    def settle(self) -> None:
        """The values shown now were loaded, not chosen."""
        self._before = self._chosen()
        self._show_consent()

    def _chosen(self) -> Security:
        return Security(self._security.currentData() or Security.SSL)

    def _follow(self) -> None:
        chosen, before = self._chosen(), self._before
        self._before = chosen
        if self._port.value() == self._default_port(before):
            self._port.setValue(self._default_port(chosen))
        if chosen is not Security.NONE:
            self._consent.setChecked(False)

    def _show_consent(self) -> None:
        self._form.setRowVisible(self._consent, self._chosen() is Security.NONE)
