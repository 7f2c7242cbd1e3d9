"""The language of the window and of the command line: the system's, where there is a translation.

Qt is loaded only when there may be one: most verbs do without it.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication, QLocale

TRANSLATIONS = Path(__file__).parent / "_translations"  # mailint_de.qm and the like, made by hatch_build.py
_OF_THE_SOURCES = "en"
_SAYING_NOTHING = frozenset({"", "C", "POSIX"})


def use_system_language(application: "QCoreApplication") -> bool:
    """Before the first words. -> whether there was a translation to install."""
    from PySide6.QtCore import QLocale

    return _is_translated() and use_language(application, QLocale.system().uiLanguages())


def use_language(application: "QCoreApplication", preferred: list[str], place: Path | None = None) -> bool:
    """Install our words, and Qt's own, for the first of the ``preferred`` languages (BCP 47) that we speak.

    Without our words Qt's are left in English too: one window speaks one language.
    """
    from PySide6.QtCore import QLocale, QTranslator

    for name in preferred:
        locale = QLocale(name)
        ours = QTranslator(application)
        if ours.load(locale, "mailint", "_", str(place or TRANSLATIONS)):
            application.installTranslator(ours)
            _install_words_of_qt(application, locale)
            return True
        if QLocale.languageToCode(locale.language()) == _OF_THE_SOURCES:
            return False
    return False


def speak_in_terminal() -> None:
    """The same in a process without a window, before it says anything; where an application is, that has chosen.

    Called on the main thread: Qt keeps its translators in an application, which is made here when one is needed.
    """
    if _is_translated() and not _wants_english():
        from PySide6.QtCore import QCoreApplication

        if QCoreApplication.instance() is None:
            _application_of_terminal()


@cache
def _application_of_terminal() -> "QCoreApplication":
    """Kept until the process ends."""
    from PySide6.QtCore import QCoreApplication, qInstallMessageHandler

    handler = qInstallMessageHandler(
        lambda *_message: None
    )  # about a locale that the system has not installed
    application = QCoreApplication(["mailint"])
    qInstallMessageHandler(handler)
    use_system_language(application)
    return application


def _is_translated() -> bool:
    return any(TRANSLATIONS.glob("*.qm"))


def _wants_english() -> bool:
    """As far as the environment tells: Windows and macOS keep it elsewhere, and Qt is asked."""
    if sys.platform in {"win32", "darwin"}:
        return False
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := os.environ.get(name))), "")
    language = locale.split(".")[0]
    if language not in _SAYING_NOTHING:
        language = os.environ.get("LANGUAGE", "").split(":")[0] or language
    return language in _SAYING_NOTHING or language.split("_")[0] == _OF_THE_SOURCES


def _install_words_of_qt(application: "QCoreApplication", locale: "QLocale") -> None:
    from PySide6.QtCore import QLibraryInfo, QTranslator

    translator = QTranslator(application)
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
