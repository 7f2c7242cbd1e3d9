"""Security, its consent and the port: the port follows what it depends on until it was typed by hand."""

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
        self._usual = default_port(Security.SSL)
        security.currentIndexChanged.connect(self._show_consent)
        security.activated.connect(self._take_choice)
        self._show_consent()

    def settle(self) -> None:
        """The values shown now were loaded, not chosen."""
        self._usual = self._default_port(self._chosen())
        self._show_consent()

    def follow(self) -> None:
        """Something that the usual port depends on was chosen."""
        before, self._usual = self._usual, self._default_port(self._chosen())
        if self._port.value() == before:
            self._port.setValue(self._usual)

    def _chosen(self) -> Security:
        return Security(self._security.currentData() or Security.SSL)

    def _take_choice(self) -> None:
        self.follow()
        if self._chosen() is not Security.NONE:
            self._consent.setChecked(False)

    def _show_consent(self) -> None:
        self._form.setRowVisible(self._consent, self._chosen() is Security.NONE)
