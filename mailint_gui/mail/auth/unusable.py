"""A file that an application is to prove itself by, and cannot."""

from mailint_gui.domain.field_error import FieldFault


class UnusableFileError(ValueError):
    """``fault`` says what is wrong with it: one of those of certificates, private keys and key files."""

    def __init__(self, fault: FieldFault) -> None:
        super().__init__(str(fault))
        self.fault = fault
