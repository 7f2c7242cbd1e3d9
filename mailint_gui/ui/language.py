"""The language of the window: the system's, where there is a translation."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

TRANSLATIONS = ":/translations"  # mailint_de.qm and the like
_OF_THE_SOURCES = "en"


def use_system_language(application: QCoreApplication) -> bool:
    """Before the first window. -> whether there was a translation to install."""
    return use_language(application, QLocale.system().uiLanguages())


def use_language(application: QCoreApplication, preferred: list[str], place: str = TRANSLATIONS) -> bool:
    """Install our words, and Qt's own, for the first of the ``preferred`` languages (BCP 47) that we speak.

    Without our words Qt's are left in English too: one window speaks one language.
    """
    for name in preferred:
        locale = QLocale(name)
        ours = QTranslator(application)
        if ours.load(locale, "mailint", "_", place):
            application.installTranslator(ours)
            _install_words_of_qt(application, locale)
            return True
        if QLocale.languageToCode(locale.language()) == _OF_THE_SOURCES:
            return False
    return False


def _install_words_of_qt(application: QCoreApplication, locale: QLocale) -> None:
    translator = QTranslator(application)
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
