"""The QApplication: names, language, style, icon; what must be set before the first window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from mailint_gui.ui.icons import application_icon
from mailint_gui.ui.theme import use_platform_style
from mailint_gui.wording.language import use_system_language


def make_application(arguments: Sequence[str]) -> QApplication:
    """Closing the window never ends it by itself: the tray may be all that is left."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(list(arguments))
    application.setApplicationName("mailint")
    application.setApplicationDisplayName("Mailint")
    application.setDesktopFileName("mailint")
    application.setQuitOnLastWindowClosed(False)
    use_system_language(application)
    use_platform_style(application)
    application.setWindowIcon(application_icon())
    return application
