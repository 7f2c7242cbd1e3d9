"""Colours of a light and a dark theme, for tests and pictures."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication


def palette(dark: bool) -> QPalette:
    """Fixed colours, so that the pictures do not hang on the machine they are made on."""
    role = QPalette.ColorRole
    ground, page, text = ("#2b2d30", "#1f2123", "#e8e8e8") if dark else ("#f4f4f4", "#ffffff", "#1c1c1c")
    colours = QPalette(QColor("#3b3e42" if dark else "#eeeeee"), QColor(ground))
    for each in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        colours.setColor(each, QColor(text))
    colours.setColor(role.Base, QColor(page))
    colours.setColor(role.AlternateBase, QColor(ground))
    colours.setColor(role.Highlight, QColor("#2f6fc4"))
    colours.setColor(role.HighlightedText, QColor("#ffffff"))
    colours.setColor(role.PlaceholderText, QColor("#9a9da1" if dark else "#6a6d70"))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        colours.setColor(QPalette.ColorGroup.Disabled, each, QColor("#7d8084" if dark else "#9a9c9e"))
    return colours


def use_theme(application: QApplication, dark: bool) -> None:
    """Colours and font of the pictures."""
    font = QFont("DejaVu Sans")
    font.setPointSizeF(9.5)
    application.setFont(font)
    application.styleHints().setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    application.setPalette(palette(dark))
