"""The corpus: every message answered in time, right where right is defined, alike by both readers."""

import dataclasses
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.message import ParsedMessage, ParseRefused
from mailint_gui.mail.mime import fast, standard
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.limits import RefusedError
from mailint_gui.mail.mime.parse import normal, parse
from mailint_gui.mail.mime.part import Part
from mailint_gui.mail.mime.quotes import new_text
from mailint_gui.mail.mime.reading import read
from tests.mail.mime.corpus import CORPUS, Nasty

SECONDS = 4.0  # of computing; the slowest take one here


def test_the_corpus_is_one() -> None:
    assert len(CORPUS) >= 150
    assert len({nasty.name for nasty in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("nasty", CORPUS, ids=lambda nasty: nasty.name)
def test_what_must_hold(nasty: Nasty) -> None:
    started = time.process_time()
    answer = parse(nasty.raw)
    assert time.process_time() - started < SECONDS
    if isinstance(answer, ParseRefused):
        assert answer.reason is nasty.refused, answer
        return
    assert nasty.refused is None
    for wanted, found in (
        (nasty.subject, answer.subject),
        (nasty.sender, answer.sender),
        (nasty.text, answer.text),
        (nasty.attachments, tuple(each.name for each in answer.attachments)),
    ):
        assert wanted is None or found == wanted
    assert not nasty.defect or nasty.defect in answer.defects
    assert bool(new_text(answer.text, answer.subject).strip()) is bool(answer.text.strip())


def by(reader: str, raw: bytes) -> ParsedMessage | ParseRefused | None:
    """None: left to the other reader."""
    tree: Part
    try:
        tree = fast.tree(raw) if reader == "fast" else standard.tree(raw)
        return read(Headers(raw), tree)
    except fast.NotForThisReaderError:
        return None
    except RefusedError as error:
        return error.answer


@pytest.mark.parametrize(
    "nasty",
    [nasty for nasty in CORPUS if not nasty.refused],
    ids=lambda nasty: nasty.name,
)
def test_both_readers_agree(nasty: Nasty) -> None:
    raw = normal(nasty.raw)
    quick, slow = by("fast", raw), by("standard", raw)
    if quick is not None:
        assert isinstance(quick, ParsedMessage)
        assert isinstance(slow, ParsedMessage)
        assert (quick == dataclasses.replace(slow, defects=quick.defects)) is not bool(nasty.differs)


def test_the_fast_reader_reads_most() -> None:
    """Also of the nasty ones; of ordinary mail it reads all."""
    answered = [by("fast", normal(nasty.raw)) is not None for nasty in CORPUS if not nasty.refused]
    assert sum(answered) > 0.85 * len(answered)


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Bytes changed, dropped and repeated."""
    found = bytearray(raw)
    for _ in range(chance.randint(1, 10)):
        place = chance.randrange(len(found) + 1)
        match chance.randrange(3):
            case 0:
                found[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[place : place + chance.randrange(60)]
            case _:
                found[place:place] = found[place : place + chance.randrange(200)]
    return bytes(found)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from([nasty for nasty in CORPUS if len(nasty.raw) < 20_000]), st.integers(0, 2**32))
def test_what_is_made_of_the_corpus_gets_an_answer(nasty: Nasty, seed: int) -> None:
    raw = mutated(nasty.raw, random.Random(seed))
    started = time.process_time()
    answer = parse(raw)
    assert time.process_time() - started < SECONDS
    assert isinstance(answer, ParsedMessage | ParseRefused)
    if isinstance(answer, ParsedMessage):
        new = new_text(answer.text, answer.subject)
        assert bool(new.strip()) is bool(answer.text.strip())
        for text in (
            answer.text,
            new,
            *answer.references,
            *(value for _, value in answer.headers),
        ):
            assert "\0" not in text
            text.encode()
