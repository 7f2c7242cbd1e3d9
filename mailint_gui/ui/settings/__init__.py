"""Account properties as a dialog."""

from mailint_gui.ui.settings.dialog import SettingsDialog

__all__ = ["SettingsDialog"]
