"""The catalogue of words for the window, notifications, mail and the command line.

Sees only ``domain`` and Qt's translate; works without a QCoreApplication (English then). Templates are marked
with ``QT_TRANSLATE_NOOP`` where they stand and translated when used: a language can change at run time.
"""
