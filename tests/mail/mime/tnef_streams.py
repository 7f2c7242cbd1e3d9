"""Streams of TNEF of our own making: what Outlook writes into winmail.dat, right or wrong as a test wants it."""

import base64
import struct
import zlib

REND_DATA = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0)
MESSAGE_GUID = bytes.fromhex("0703020000000000c000000000000046")
STORAGE_GUID = bytes.fromhex("0b00000000000000c000000000000046")
NAME_GUID = bytes(range(16))

BODY, RTF, HTML, SUBJECT, INTERNET_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x0037, 0x3FDE
DISPLAY_NAME, DATA, FILE_NAME, LONG_FILE_NAME, MIME_TAG, CONTENT_ID = (
    0x3001, 0x3701, 0x3704, 0x3707, 0x370E, 0x3712,
)  # fmt: skip
OBJECT, STRING8, UNICODE, BINARY = 0x0D, 0x1E, 0x1F, 0x0102


def attribute(level: int, tag: int, data: bytes, length: int | None = None, checksum: int = -1) -> bytes:
    size = len(data) if length is None else length
    total = sum(data) & 0xFFFF if checksum < 0 else checksum
    return struct.pack("<BII", level, tag, size) + data + struct.pack("<H", total)


def stream(*attributes: bytes, signature: int = 0x223E9F78) -> bytes:
    return struct.pack("<IH", signature, 0x0363) + b"".join(attributes)


def code_page(number: int) -> bytes:
    return attribute(1, 0x00069007, struct.pack("<II", number, 0))


def message(*properties: bytes) -> bytes:
    return attribute(1, 0x00069003, counted(*properties))


def body(text: bytes) -> bytes:
    return attribute(1, 0x0002800C, text + b"\0")


def file(*properties: bytes, title: bytes = b"", data: bytes | None = None) -> bytes:
    """All the attributes of one attachment."""
    parts = [attribute(2, 0x00069002, REND_DATA)]
    parts += [attribute(2, 0x00018010, title + b"\0")] if title else []
    parts += [attribute(2, 0x0006800F, data)] if data is not None else []
    parts += [attribute(2, 0x00069005, counted(*properties))] if properties else []
    return b"".join(parts)


def counted(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def fixed(number: int, type_: int, data: bytes) -> bytes:
    return struct.pack("<HH", type_, number) + padded(data)


def variable(number: int, type_: int, *values: bytes) -> bytes:
    """Several values make it multi-valued."""
    many = 0x1000 if len(values) > 1 else 0
    sized = (struct.pack("<I", len(value)) + padded(value) for value in values)
    return struct.pack("<HHI", type_ | many, number, len(values)) + b"".join(sized)


def unicode(number: int, *values: str) -> bytes:
    return variable(number, UNICODE, *(f"{value}\0".encode("utf-16-le") for value in values))


def string8(number: int, value: bytes) -> bytes:
    return variable(number, STRING8, value + b"\0")


def binary(number: int, value: bytes) -> bytes:
    return variable(number, BINARY, value)


def named(tag: int, name: str | int, value: bytes) -> bytes:
    """``value``: a property whose number stands in for the name."""
    if isinstance(name, int):
        spec = struct.pack("<II", 0, name)
    else:
        encoded = f"{name}\0".encode("utf-16-le")
        spec = struct.pack("<II", 1, len(encoded)) + padded(encoded)
    return value[:2] + struct.pack("<H", tag) + NAME_GUID + spec + value[4:]


def enclosed(inner: bytes, title: str = "", guid: bytes = MESSAGE_GUID) -> bytes:
    """An attachment that is a message, or another object."""
    return file(variable(DATA, OBJECT, guid + inner), unicode(DISPLAY_NAME, title))


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def compressed(rtf: bytes, checksum: int | None = None) -> bytes:
    """[MS-OXRTFCP], all in letters."""
    runs = b"".join(b"\0" + rtf[start : start + 8] for start in range(0, len(rtf), 8))
    return packed(runs, len(rtf), checksum)


def packed(contents: bytes, size: int, checksum: int | None = None) -> bytes:
    total = zlib.crc32(contents, 0xFFFFFFFF) ^ 0xFFFFFFFF if checksum is None else checksum
    return struct.pack("<II4sI", len(contents) + 12, size, b"LZFu", total) + contents


def winmail(content: bytes, text: str | None = "text", type_: str = "application/ms-tnef") -> bytes:
    """A mail that carries it, beside a text if there is one."""
    plain = f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n" if text is not None else ""
    return (
        "From: ann@example.org\r\nSubject: plain\r\nMessage-ID: <n@x>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{plain}"
        f"--b\r\nContent-Type: {type_}; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(content).decode()}\r\n--b--\r\n"
    ).encode()


PICTURE = bytes(range(256)) * 3
# As Outlook writes it: a text in RTF, a file, a picture of the text, properties of every kind beside them.
WHOLE = stream(
    attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
    code_page(1251),
    attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0"),
    attribute(1, 0x00018004, "Принтер\0".encode("cp1251")),
    attribute(1, 0x00038005, struct.pack("<7H", 2026, 11, 23, 13, 0, 0, 1)),
    message(
        fixed(0x0E06, 0x40, bytes(8)),
        fixed(0x0E1B, 0x0B, b"\1\0"),
        fixed(0x0026, 0x03, bytes(4)),
        named(0x8001, 0x8554, unicode(0, "16.0")),
        named(0x8002, "x-odd name", string8(0, b"value")),
        unicode(0x0003, "one", "two", "three"),
        fixed(0x1234, 0x1002, struct.pack("<I", 3) + b"".join(padded(b"\1\0") for _ in range(3))),
        binary(RTF, compressed(rb"{\rtf1 \b blank pages}")),
    ),
    file(
        unicode(LONG_FILE_NAME, "журнал печати.log"),
        string8(MIME_TAG, b"text/x-log"),
        title=b"GURNAL~1.LOG",
        data=b"line 1\r\nline 2\r\n",
    ),
    file(
        unicode(DISPLAY_NAME, "picture"),
        string8(FILE_NAME, b"photo.png"),
        string8(CONTENT_ID, b"photo@x"),
        binary(DATA, PICTURE),
        title=b"wrong.txt",
        data=b"wrong",
    ),
)
