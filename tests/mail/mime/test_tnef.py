"""winmail.dat: opened where it is one, left as it is where it is broken, and in time whatever it says."""

import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.message import Attachment, InlineImage, MessageView, ParsedMessage
from mailint_gui.mail.mime.limits import MAX_PARTS
from mailint_gui.mail.mime.parse import parse, parse_attachment, parse_view
from mailint_gui.mail.mime.tnef import TnefMessage, open_tnef
from mailint_gui.mail.mime.tnef_stream import Budget, TnefBrokenError
from tests.mail.mime import tnef_streams as make
from tests.mail.mime.tnef_streams import PICTURE, WHOLE, attribute, file, message, stream, string8, unicode


def parsed(raw: bytes) -> ParsedMessage:
    answer = parse(raw)
    assert isinstance(answer, ParsedMessage), answer
    return answer


def opened(content: bytes) -> TnefMessage:
    return open_tnef(content, Budget())


def names(content: bytes) -> list[str]:
    return [each.name for each in opened(content).files]


def is_broken(content: bytes) -> bool:
    try:
        found = opened(content)
    except TnefBrokenError:
        return True
    return found.is_empty and not found.is_whole


# As part of a mail


def test_what_outlook_sends() -> None:
    raw = make.winmail(WHOLE)
    answer = parsed(raw)
    assert answer.text == "text"
    assert answer.defects == ()
    assert answer.attachments == (
        Attachment("message.rtf", "application/rtf", 22),
        Attachment("журнал печати.log", "text/x-log", 16),
        Attachment("photo.png", "image/png", len(PICTURE)),
    )
    assert parse_attachment(raw, 0) == rb"{\rtf1 \b blank pages}"
    assert parse_attachment(raw, 1) == b"line 1\r\nline 2\r\n"
    assert parse_attachment(raw, 2) == PICTURE


def test_other_attachments_keep_their_places() -> None:
    raw = make.winmail(stream(file(title=b"inside.txt", data=b"i"))).replace(
        b"--b--",
        b"--b\r\nContent-Type: application/pdf; name=after.pdf\r\n\r\nx\r\n--b--",
    )
    assert [each.name for each in parsed(raw).attachments] == ["inside.txt", "after.pdf"]
    assert [parse_attachment(raw, place) for place in range(2)] == [b"i", b"x"]


@pytest.mark.parametrize("type_", ["application/vnd.ms-tnef", "application/octet-stream"])
def test_other_types_that_it_comes_with(type_: str) -> None:
    answer = parsed(make.winmail(stream(file(title=b"a.txt", data=b"a")), type_=type_))
    assert [each.name for each in answer.attachments] == ["a.txt"]


def test_its_text_is_that_of_a_mail_without_another() -> None:
    content = stream(make.code_page(1251), make.body("Печать не работает\r\nAnn".encode("cp1251")))
    assert parsed(make.winmail(content, text=None)).text == "Печать не работает\nAnn"
    assert parsed(make.winmail(content, text="")).text == "Печать не работает\nAnn"
    assert parsed(make.winmail(content)).text == "text"


def test_its_html_is_shown() -> None:
    html = "<p>Größe <b>A4</b><img src='cid:photo@x'>"
    content = stream(
        message(
            make.binary(make.HTML, html.encode("latin-1") + b"\0"),
            make.fixed(make.INTERNET_CODE_PAGE, 3, struct.pack("<I", 28591)),
        ),
        file(string8(make.CONTENT_ID, b"photo@x"), string8(make.LONG_FILE_NAME, b"p.png"), data=PICTURE),
    )
    shown = parse_view(make.winmail(content, text=None))
    assert isinstance(shown, MessageView)
    assert shown.text == "Größe A4"
    assert shown.html == '<p>Größe <b>A4</b><img src="cid:image-1"></p>'
    assert shown.images == (InlineImage("image-1", "image/png", PICTURE),)


def test_names_are_cleaned_as_others_are() -> None:
    content = stream(
        file(unicode(make.LONG_FILE_NAME, "..\\../evil\r\n.exe"), data=b""),
        file(unicode(make.LONG_FILE_NAME, "a.txt\0hidden.exe"), data=b""),
        file(unicode(make.LONG_FILE_NAME, "x" * 16_000 + ".pdf"), data=b""),
        file(string8(make.MIME_TAG, b"no\0type"), data=b""),
    )
    answer = parsed(make.winmail(content))
    found = [(each.name, each.type) for each in answer.attachments]
    assert found[:2] == [("evil .exe", "application/octet-stream"), ("a.txt", "text/plain")]
    assert found[2][0].endswith("xxx.pdf")
    assert len(found[2][0]) == 255
    assert found[3] == ("", "application/octet-stream")


def test_a_broken_one_stays_as_it_is() -> None:
    content = WHOLE[:-3]
    raw = make.winmail(content)
    answer = parsed(raw)
    assert [each.name for each in answer.attachments] == ["winmail.dat"]
    assert answer.defects == ("TnefNotOpened",)
    assert parse_attachment(raw, 0) == content


def test_all_that_a_mail_has_share_one_budget() -> None:
    """The second one would be one file too many."""
    one = stream(*[file(title=b"a", data=b"") for _ in range(300)])
    part = make.winmail(one, text=None).partition(b"--b\r\n")[2].partition(b"--b--")[0]
    answer = parsed(make.winmail(one).replace(b"--b--", b"--b\r\n" + part + b"--b--"))
    assert len(answer.attachments) == 301
    assert answer.attachments[-1].name == "winmail.dat"
    assert answer.defects == ("TnefNotOpened",)


# The stream


@pytest.mark.parametrize(
    ("page", "encoded"),
    [
        (1252, "Grüße.txt".encode("cp1252")),
        (28605, "Grüße.txt".encode("iso-8859-15")),
        (65001, "Grüße.txt".encode()),
        (0, "Grüße.txt".encode()),
        (4_000_000_000, "Grüße.txt".encode()),
    ],
)
def test_code_pages_of_names(page: int, encoded: bytes) -> None:
    assert names(stream(make.code_page(page), file(title=encoded, data=b""))) == ["Grüße.txt"]


@pytest.mark.parametrize(
    ("page", "charset"),
    [(932, "cp932"), (936, "gbk"), (950, "big5"), (50220, "iso-2022-jp"), (20866, "koi8-r")],
)
def test_code_pages_of_other_scripts(page: int, charset: str) -> None:
    name = "Отчёт.doc" if charset == "koi8-r" else "日本.doc"
    assert names(stream(make.code_page(page), file(title=name.encode(charset), data=b""))) == [name]


def test_the_best_name_is_taken() -> None:
    every = [
        unicode(make.LONG_FILE_NAME, "long"),
        string8(make.FILE_NAME, b"SHORT"),
        unicode(make.DISPLAY_NAME, "d"),
    ]
    for first in range(3):
        expected = ("long", "SHORT", "title")[first]
        assert names(stream(file(*every[first:], title=b"title", data=b""))) == [expected]
    assert names(stream(file(every[2], data=b""))) == ["d"]


def test_properties_go_before_attributes() -> None:
    whole = stream(file(make.binary(make.DATA, b"property"), title=b"t", data=b"attribute"))
    assert opened(whole).files[0].content == b"property"


def test_a_property_without_a_value_hides_no_attribute() -> None:
    none = make.fixed(make.DATA, 1, b"")
    [kept] = opened(stream(file(none, title=b"t", data=b"attribute"))).files
    assert (kept.name, kept.content) == ("t", b"attribute")


def test_of_several_values_the_first_one() -> None:
    assert names(stream(file(unicode(make.LONG_FILE_NAME, "one", "two"), data=b""))) == ["one"]
    assert names(stream(file(make.variable(make.LONG_FILE_NAME, make.UNICODE), data=b""))) == [""]


def test_checksums_are_not_looked_at() -> None:
    wrong = attribute(2, 0x00018010, b"a.txt\0", checksum=0x1234)
    assert names(stream(attribute(2, 0x00069002, make.REND_DATA, checksum=1), wrong)) == ["a.txt"]


def test_attachments_whose_beginning_is_missing() -> None:
    assert names(stream(attribute(2, 0x00018010, b"a.txt\0"), file(title=b"b.txt"))) == ["a.txt", "b.txt"]


def test_the_last_checksum_may_be_missing() -> None:
    assert names(WHOLE[:-2]) == names(WHOLE)


def test_what_is_no_attribute_is_kept() -> None:
    """As where a footer was added; what comes after it is read by nobody."""
    content = stream(file(title=b"a.txt", data=b"a")) + b"-- \nA footer" + file(title=b"b.txt", data=b"b")
    answer = parsed(make.winmail(content))
    assert [each.name for each in answer.attachments] == ["a.txt", "winmail.dat"]
    assert answer.defects == ("TnefRestNotRead",)
    assert parse_attachment(make.winmail(content), 1) == content
    enclosed = opened(stream(make.enclosed(content, "inner")))
    assert [each.name for each in enclosed.files] == ["a.txt", "inner"]
    assert enclosed.files[1].content == content


@pytest.mark.parametrize("filling", [b"\r\n", b"\0" * 40, b"\r\n" * 500])
def test_what_gateways_add(filling: bytes) -> None:
    assert opened(WHOLE + filling) == opened(WHOLE)
    assert opened(WHOLE).is_whole


def test_an_empty_one_stays_as_it_is() -> None:
    assert opened(stream()) == TnefMessage()
    answer = parsed(make.winmail(stream()))
    assert [each.name for each in answer.attachments] == ["winmail.dat"]
    assert answer.defects == ()


def test_rich_text_alone_is_the_text_of_the_mail() -> None:
    """And stays a file: it says more than its text."""
    rtf = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fnil Arial;}}\f0 \'cf\'f0\'e8\'e2\'e5\'f2\par second line}"
    content = stream(message(make.binary(make.RTF, make.compressed(rtf))))
    answer = parsed(make.winmail(content, text=""))
    assert answer.text == "Привет\nsecond line"
    assert [each.name for each in answer.attachments] == ["message.rtf"]
    assert parsed(make.winmail(content)).text == "text"


def test_rich_text_that_is_broken_stays_as_it_is() -> None:
    broken = make.compressed(b"{\\rtf1}", checksum=7)
    [kept] = opened(stream(message(make.binary(make.RTF, broken)))).files
    assert (kept.name, kept.content) == ("message.rtf.lzfu", broken)


def test_rich_text_beside_another_form_is_the_same_again() -> None:
    rtf = make.binary(make.RTF, make.compressed(b"{\\rtf1}"))
    assert opened(stream(message(rtf), make.body(b"plain"))) == TnefMessage("plain")


def test_rich_text_is_bounded() -> None:
    large = make.binary(make.RTF, make.compressed(b"x" * 1_000_000))
    inside = make.enclosed(stream(message(large)), "second")
    third = make.enclosed(stream(message(large)), "third")
    assert names(stream(message(large), inside, third)) == [
        "message.rtf",
        "second.rtf.lzfu",
        "third.rtf.lzfu",
    ]


# Messages in messages


def test_enclosed_messages_are_opened() -> None:
    inner = stream(
        attribute(1, 0x00018004, b"Re: a/b\0"), make.body(b"inner"), file(title=b"deep.pdf", data=b"pdf")
    )
    found = opened(stream(make.enclosed(inner), make.enclosed(inner, "Titled"))).files
    assert [(each.name, each.content) for each in found] == [
        ("Re: a_b.txt", b"inner"),
        ("deep.pdf", b"pdf"),
        ("Titled.txt", b"inner"),
        ("deep.pdf", b"pdf"),
    ]


def test_the_html_of_an_enclosed_message_says_its_charset() -> None:
    inner = stream(make.code_page(1252), message(string8(make.HTML, b"<meta charset=latin1>\xfc")))
    [text] = opened(stream(make.enclosed(inner, "m"))).files
    assert (text.name, text.content) == ("m.html", "\ufeff<meta charset=latin1>ü".encode())


def test_enclosed_messages_are_opened_to_a_small_depth() -> None:
    whole = stream(make.body(b"core"))
    for level in range(200):
        whole = stream(make.body(f"level {level}".encode()), make.enclosed(whole, f"m{level}"))
    found = opened(whole).files
    assert [each.name for each in found] == ["m199.txt", "m198.txt", "m197.txt", "m196"]
    assert found[-1].type == "application/ms-tnef"
    assert opened(found[-1].content).plain == "level 195"


def test_an_enclosed_message_that_is_broken_or_empty_stays_a_file() -> None:
    whole = stream(
        make.enclosed(b"no stream", "odd"),
        make.enclosed(stream(), "empty"),
        make.enclosed(b"OLE", "sheet", make.STORAGE_GUID),
    )
    found = [(each.name, each.type, each.content) for each in opened(whole).files]
    assert found == [
        ("odd", "application/ms-tnef", b"no stream"),
        ("empty", "application/ms-tnef", stream()),
        ("sheet", "", b"OLE"),
    ]


# What is no such stream


def test_cut_short_at_every_octet() -> None:
    """Only where an attribute ends, but for its checksum, does it look whole."""
    ends = {end - short for end in ends_of_attributes()[1:] for short in range(3)} | {6}
    for length in range(len(WHOLE)):
        assert is_broken(WHOLE[:length]) is (length not in ends), length


def ends_of_attributes() -> list[int]:
    place, found = 6, [6]
    while place < len(WHOLE):
        place += 11 + int.from_bytes(WHOLE[place + 5 : place + 9], "little")
        found.append(place)
    return found


HUGE = 0xFFFFFFFF


@pytest.mark.parametrize(
    "content",
    [
        b"",
        stream(signature=0x223E9F79),
        stream(b"\3" + attribute(1, 0x0002800C, b"x")),
        stream(attribute(1, 0x0002800C, b"x", length=HUGE)),
        stream(attribute(1, 0x00069003, struct.pack("<I", HUGE))),
        stream(attribute(1, 0x00069003, struct.pack("<IHH", HUGE, 1, 1) + b"\0\0\1\0" * 200)),
        stream(attribute(1, 0x00069003, struct.pack("<IHHI", 1, 0x1001, 1, HUGE))),
        stream(attribute(1, 0x00069003, struct.pack("<IHHII", 1, 0x001F, 0x1000, 1, HUGE))),
        stream(attribute(1, 0x00069003, struct.pack("<IHHI", 1, 0x101F, 0x1000, HUGE))),
        stream(attribute(1, 0x00069003, struct.pack("<IHH16sII", 1, 3, 0x8001, b"", 1, HUGE))),
        stream(attribute(1, 0x00069003, struct.pack("<IHHI", 1, 0x0666, 0x1000, 1))),
        stream(attribute(1, 0x00069003, b"\1")),
        stream(file(unicode(make.LONG_FILE_NAME, " x" * 9_000_000), data=b"x")),
        stream(*[file()] * 501),
        stream(*[make.body(b"")] * 100_001),
    ],
    ids=["nothing", "signature", "level", "length", "properties", "few properties", "values of nothing", "size",
         "values", "name of a property", "type", "count", "name of a file", "files", "attributes"],
)  # fmt: skip
def test_hostile_sizes(content: bytes) -> None:
    assert is_broken(content)
    answer = parsed(make.winmail(content))
    assert [each.name for each in answer.attachments] == ["winmail.dat"]
    assert "TnefNotOpened" in answer.defects


def test_thousands_of_attributes() -> None:
    whole = stream(*[make.body(b"%d" % number) for number in range(50_000)], file(title=b"last"))
    assert opened(whole).plain == "0"
    assert names(whole) == ["last"]


NUMBERS = st.sampled_from(
    [0, 1, 2, 3, 0x1E, 0x1F, 0x0D, 0x0102, 0x101F, 0x3701, 0x3707, 0x8000, 0xFFFF, HUGE]
)
PIECES = st.one_of(
    st.binary(max_size=12),
    NUMBERS.map(lambda number: struct.pack("<I", number)),
    NUMBERS.map(lambda number: struct.pack("<H", number & 0xFFFF)),
    st.sampled_from([make.MESSAGE_GUID, stream(), file(title=b"a"), make.REND_DATA, PICTURE[:9]]),
)
JUNK = st.lists(PIECES, max_size=20).map(b"".join)
TAGS = st.sampled_from(
    [0x00069003, 0x00069002, 0x00069005, 0x00069007, 0x0002800C, 0x0006800F, 0x00018010, 7]
)
ATTRIBUTES = st.builds(
    attribute, st.integers(1, 2), TAGS, st.one_of(JUNK, JUNK.map(lambda junk: struct.pack("<I", 3) + junk))
)


@settings(deadline=None, max_examples=600)
@given(st.lists(st.one_of(ATTRIBUTES, JUNK, st.just(WHOLE[6:])), max_size=8))
def test_anything_gets_an_answer(attributes: list[bytes]) -> None:
    assert_answered(stream(*attributes))


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_what_is_made_of_a_whole_one_gets_an_answer(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    content = bytearray(stream(WHOLE[6:], make.enclosed(WHOLE, "inner")))
    for _ in range(changes):
        content[chance.randrange(len(content))] = chance.choice((0, 1, 2, 0x1F, 0xFF, chance.randrange(256)))
    assert_answered(bytes(content))


def assert_answered(content: bytes) -> None:
    """Whole or closed; and no more comes out than went in, but for the expansion of rich text."""
    answer = parsed(make.winmail(content))
    closed = "TnefNotOpened" in answer.defects
    assert closed is is_broken(content)
    if closed:
        assert [each.name for each in answer.attachments] == ["winmail.dat"]
        return
    found = opened(content)
    sizes = [len(each.content) for each in found.files]
    assert sum(sizes) <= 10 * len(content)
    itself = [len(content)] if found.is_empty or not found.is_whole else []
    assert [each.size for each in answer.attachments] == sizes + itself
    assert ("TnefRestNotRead" in answer.defects) is not found.is_whole
    for each in answer.attachments:
        assert "\0" not in each.name
        assert not set("/\\\n") & set(each.name)
        each.name.encode()


# Streams whose length grows, and what of them is read


def grown(kind: str, size: int) -> bytes:
    match kind:
        case "attributes":
            return stream(*[make.body(b"x")] * size)
        case "properties":
            return stream(message(*[unicode(0x0037 + number % 9, "x") for number in range(size // 2)]))
        case "values":
            return stream(message(unicode(0x0037, *["x"] * size)))
        case "files":
            return stream(*[file(title=b"a.txt", data=b"x" * size) for _ in range(400)])
        case "messages":
            inner = stream(make.body(b"x" * size))
            return stream(*[make.enclosed(make.stream(make.enclosed(inner)))] * 200)
        case _:
            return stream(make.body(b"\0\1\xff" * 100 * size))


@pytest.mark.parametrize("kind", ["attributes", "properties", "values", "files", "messages", "text"])
def test_time_is_linear(kind: str) -> None:
    took = []
    for size in (3_000, 30_000):
        content = grown(kind, size)
        started = time.process_time()
        opened(content)
        took.append(time.process_time() - started)
    assert took[1] < 40 * took[0] + 0.1


def test_the_budget_is_that_of_a_mail() -> None:
    assert MAX_PARTS == 500
    budget = Budget()
    open_tnef(WHOLE, budget)
    assert budget.files == 500 - 2
    assert 99_900 < budget.values < 100_000
