"""What is new in a reply, in the shapes and languages that mail programs write."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.mail.mime.quotes import new_text

ATTRIBUTIONS = [
    "On Mon, Nov 23, 2026 at 1:00 PM Ann <ann@example.org> wrote:",
    "On 23/11/2026 13:00, Ann wrote:",
    "On Mon, 23 Nov 2026 at 13:00, A very long name of a person\n<ann@example.org> wrote:",
    "Am 23.11.26 um 13:00 schrieb Ann:",
    "Am Mo., 23. Nov. 2026 um 13:00 Uhr schrieb Ann\n<ann@example.org>:",
    "Le lun. 23 nov. 2026 à 13:00, Ann <ann@example.org> a écrit :",
    "El lun, 23 nov 2026 a las 13:00, Ann (<ann@example.org>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 13:00 Ann ha scritto:",
    "Em seg., 23 de nov. de 2026 às 13:00, Ann escreveu:",
    "Op ma 23 nov 2026 om 13:00 schreef Ann <ann@example.org>:",
    "Den mån 23 nov. 2026 kl 13:00 skrev Ann <ann@example.org>:",
    "W dniu 23.11.2026 o 13:00, Ann napisał(a):",
    "пн, 23 нояб. 2026 г. в 13:00, Ann <ann@example.org> написал:",
    "2026年11月23日(月) 13:00 Ann <ann@example.org>のメール:",
    "Ann <ann@example.org> wrote on 23.11.2026 13:00:",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Ann\nSent: today",
    "-----Ursprüngliche Nachricht-----\nVon: Ann",
    "-------- Message d'origine --------\nDe : Ann",
    "________________________________\nFrom: Ann <ann@example.org>\nSent: Monday\nTo: Desk\nSubject: RE: x",
    "From: Ann\nDate: Monday\nTo: Desk\nSubject: x",
    "Von: Ann\nGesendet: Montag\nAn: Desk\nBetreff: AW: x",
    "*Von:* Ann\n*Gesendet:* Montag\n*An:* Desk\n*Betreff:* AW: x",
    "De : Ann\nEnvoyé : lundi\nÀ : Desk\nObjet : RE: x",
    "De: Ann\nEnviado: lunes\nPara: Desk\nAsunto: RE: x",
    "Da: Ann\nInviato: lunedì\nA: Desk\nOggetto: R: x",
]


@pytest.mark.parametrize("quote", ATTRIBUTIONS + BLOCKS)
def test_what_is_quoted_below_the_answer(quote: str) -> None:
    assert new_text(f"Yes, please.\n\nAnn\n\n{quote}\n\nold text\nmore") == "Yes, please.\n\nAnn"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_answers_between_the_quotes(attribution: str) -> None:
    text = f"Hello,\n{attribution}\n> one?\n\nYes.\n\n> two?\n>> older\n\nNo."
    assert new_text(text) == "Hello,\n\nYes.\n\n\nNo."


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("text\n-- \nAnn\nExample Inc", "text"),
        ("text\n--\nAnn", "text"),
        ("above\n--\n" + "below\n" * 20 + "end", "above\n--\n" + "below\n" * 20 + "end"),
        ("It works.\n\nSent from my iPhone", "It works."),
        ("Geht.\n\nVon meinem iPhone gesendet\n\nAm 1.1. schrieb Ann:\n> x", "Geht."),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("> all of it\n> is quoted", "> all of it\n> is quoted"),
        ("-----Original Message-----\nx", "-----Original Message-----\nx"),
        ("", ""),
        ("\n\n", "\n\n"),
        ("\n  first\nlast  \n\n", "  first\nlast  "),
    ],
)
def test_signatures_and_what_is_left(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    "text",
    [
        "From: the beginning it was broken.\nThen: it was worse.",
        "On Monday I wrote to you about this:\nthe printer",  # no date, no address
        "He wrote:\nnothing",
        "a -- b\nc",
        "----------\nnot a signature",
        "Date: tomorrow\nTo: me",
        "Look:\n---------- Forwarded message ---------\nFrom: Bob\nDate: x\nTo: y\nSubject: z\n\n> old",
        "Begin forwarded message:\n\nFrom: Bob\nDate: x\nTo: y\nSubject: z\n\ntext",
    ],
)
def test_what_is_no_quote(text: str) -> None:
    assert new_text(text) == text


@pytest.mark.parametrize("prefix", ["FW: ", "Fwd: ", "WG: ", "TR:", "RV: "])
def test_a_forwarded_mail_is_new_as_a_whole(prefix: str) -> None:
    text = "Please see to it.\n\nFrom: Bob\nSent: x\nTo: y\nSubject: z\n\nIt burns."
    assert new_text(text, prefix + "fire") == text


PIECES = st.sampled_from(
    [*ATTRIBUTIONS, *BLOCKS, "> quoted", ">", "-- ", "--", "", " ", "answer", "From: x", "To: y", "On 1 wrote", ":",
     "Sent from my iPhone", "Forwarded message", "----", "a" * 500]
)  # fmt: skip


def is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in part)


@settings(deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=30).map("\n".join))
def test_lines_are_left_out_and_never_all(text: str) -> None:
    new = new_text(text)
    assert is_subsequence(new.split("\n"), text.split("\n"))
    assert bool(new.strip()) is bool(text.strip())


@pytest.mark.parametrize(
    "line",
    ["On 1", "On 1 Ann <a@b> wrote", "From: x", ">", "> " * 50, "-" * 300, "--", "a" * 3000, "Sent from my " * 30,
     "-----" + " " * 300, "*" * 300, "wrote " * 60],
)  # fmt: skip
def test_the_time_is_linear(line: str) -> None:
    def cost(lines: int) -> float:
        text = (line + "\n") * lines
        started = time.process_time()
        new_text(text)
        return time.process_time() - started

    assert cost(20_000) < 30 * cost(2_000) + 0.2
    one_line = line * (1_000_000 // len(line))
    started = time.process_time()
    new_text(one_line + ":\n> x")
    assert time.process_time() - started < 1
