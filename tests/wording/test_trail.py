"""Each step of a trail, each reason and each state of the log has words of its own, in plain sentences."""

from datetime import UTC, datetime

import pytest

from mailint_gui.domain.filtering import Sign
from mailint_gui.domain.message import Acknowledgement, MessageState
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.size import MB
from mailint_gui.domain.trail import FilingReason, Footprint, NotDone, TrailStep, footprint
from mailint_gui.wording.defects import defect_words
from mailint_gui.wording.messages import (
    acknowledged_words,
    message_state_words,
    octets_words,
    way_words,
)
from mailint_gui.wording.trail import filing_reason_words, not_done_words, step_words, trail_words
from tests.wording.test_catalogue import assert_plain

FACTS = {
    "reason": "sender",
    "entry": "*@news.example",
    "sign": "auto_replied",
    "header": "Auto-Submitted",
    "value": "auto-replied",
    "address": "a@b.example",
    "count": "6",
    "minutes": "10",
    "message_id": "<1@x.example>",
    "recipient": "c@d.example",
    "status": "5.1.1",
    "answer": "550 no such user",
    "message": "12",
    "integration": "Orders",
    "record": "7",
    "sender": "e@f.example",
    "linked": "8",
    "rule": "Printers",
    "field": "priority",
    "tag": "printer",
    "folder": "Done",
    "action": "move_to_folder",
    "detail": "Done",
    "why": "no_folders",
    "admin": "Dana",
}


@pytest.mark.parametrize("step", TrailStep)
def test_each_step_is_told_in_plain_sentences(step: TrailStep) -> None:
    assert_plain(step_words(footprint(step, **FACTS)).replace("auto_replied", ""))


@pytest.mark.parametrize("step", TrailStep)
def test_a_step_without_its_facts_leaves_no_gap(step: TrailStep) -> None:
    words = step_words(Footprint(step))
    assert words or step is TrailStep.AUTOMATIC
    assert "{" not in words
    assert "  " not in words


def test_reasons_signs_and_states_are_told_apart() -> None:
    for words in (
        [filing_reason_words(each) for each in FilingReason],
        [not_done_words(each) for each in NotDone],
        [step_words(footprint(TrailStep.AUTOMATIC, sign=str(each))) for each in Sign],
    ):
        assert len(set(words)) == len(words)
        for each in words:
            assert_plain(each)
    states = [message_state_words(each) for each in (*MessageState, *OutboxState)]
    assert len(set(states)) == len(states)
    assert all(states)


@pytest.mark.parametrize("owed", Acknowledgement)
@pytest.mark.parametrize("folder", ["", "Done"])
def test_what_the_server_is_owed_has_words(owed: Acknowledgement, folder: str) -> None:
    standing = MessageStanding(1, owed, folder, "", datetime(2026, 11, 23, tzinfo=UTC))
    assert_plain(acknowledged_words(standing))


def test_a_closed_record_is_reopened_or_gone_on_from() -> None:
    [reopened, linked] = trail_words(
        [
            footprint(TrailStep.CLOSED, record="7", reopened="yes"),
            footprint(TrailStep.CLOSED, record="7", linked="8"),
        ]
    )
    assert reopened == "Record 7 was closed, and was opened again."
    assert linked == "Record 7 was closed, and 8 goes on from it."


@pytest.mark.parametrize(
    ("octets", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (4300, "4.2 KB"), (40_960, "40 KB"), (25 * MB, "25 MB")],
)
def test_sizes(octets: int, words: str) -> None:
    assert octets_words(octets) == words


def test_defects_are_told_also_those_without_words() -> None:
    assert defect_words(()) == ""
    told = defect_words(["HtmlTooLarge", "MissingHeaderBodySeparatorDefect"])
    assert told.startswith("Its HTML is too large to be shown.")
    assert "(MissingHeaderBodySeparatorDefect)" in told


def test_ways() -> None:
    assert (way_words("incoming"), way_words("outgoing")) == ("In", "Out")
