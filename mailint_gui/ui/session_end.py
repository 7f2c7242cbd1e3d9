"""Whether the desktop's session ends: nobody is asked anything then."""

from PySide6.QtGui import QGuiApplication


def session_ends() -> bool:
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()
