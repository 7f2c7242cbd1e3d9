"""What is odd about a message, so that an admin knows why it may look otherwise than its sender meant."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate

# By the parser's names. Those that are not here are told as they are: there are dozens, and they say the same.
_DEFECTS: dict[str, str] = {
    "HtmlTooLarge": QT_TRANSLATE_NOOP("defects", "Its HTML is too large to be shown."),
    "HtmlTooDeep": QT_TRANSLATE_NOOP("defects", "Its HTML is nested too deeply to be shown."),
    "TextCut": QT_TRANSLATE_NOOP("defects", "Its text is longer than is shown; all of it is in the source."),
    "HeadersCut": QT_TRANSLATE_NOOP("defects", "It has more headers than are shown."),
    "UnreadableDate": QT_TRANSLATE_NOOP("defects", "Its date cannot be read."),
    "EncryptedPgp": QT_TRANSLATE_NOOP("defects", "It is encrypted with PGP and was not opened."),
    "EncryptedSmime": QT_TRANSLATE_NOOP("defects", "It is encrypted with S/MIME and was not opened."),
    "SignedSmime": QT_TRANSLATE_NOOP("defects", "It is signed with S/MIME; the signature was not verified."),
    "TnefNotOpened": QT_TRANSLATE_NOOP("defects", "Its winmail.dat could not be opened."),
    "TnefRestNotRead": QT_TRANSLATE_NOOP(
        "defects", "The end of its winmail.dat could not be read; it is attached as well, as it came."
    ),
}


def defect_words(defects: Iterable[str]) -> str:
    """Some sentences; empty without a defect."""
    names = list(defects)
    told = [translate("defects", _DEFECTS[name]) for name in names if name in _DEFECTS]
    others = ", ".join(name for name in names if name not in _DEFECTS)
    if others:
        template = translate(
            "defects", "It is not quite as mail should be ({names}), and was read as far as it goes."
        )
        told.append(filled(template, {"names": others}))
    return " ".join(told)
