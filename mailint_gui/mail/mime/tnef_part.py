"""What is inside of a winmail.dat, as parts of the message that it came with."""

import mimetypes
from functools import cache

from mailint_gui.mail.mime.part import Part, bare_file_name
from mailint_gui.mail.mime.tnef import TnefFile


class TnefPart(Part):
    __slots__ = ("_content", "_fields", "_name")

    def __init__(self, file: TnefFile) -> None:
        self._content = file.content
        self._name = bare_file_name(file.name)
        super().__init__(file.type if "/" in file.type else _type_of(self._name), ())
        self._fields = {"content-type": f"{self.kind}; charset=utf-8", "content-id": file.content_id}

    def field(self, name: str) -> str:
        return self._fields.get(name.lower(), "")

    def content(self) -> bytes:
        return self._content

    @property
    def file_name(self) -> str:
        return self._name


def text_part(kind: str, text: str) -> TnefPart:
    return TnefPart(TnefFile("", kind, text.encode()))


def _type_of(name: str) -> str:
    return _known_types().guess_type(name)[0] or "application/octet-stream"


@cache
def _known_types() -> mimetypes.MimeTypes:
    """Python's own, the same on every computer."""
    return mimetypes.MimeTypes()
