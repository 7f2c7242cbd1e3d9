import pytest

from mailint_gui.domain.verification import Flaw, FlawedMessage, Verified
from mailint_gui.wording.verification import flaw_words, summary_words


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_words_with_the_message_and_what_to_do(flaw: Flaw) -> None:
    words = flaw_words(FlawedMessage(4711, flaw))
    assert words.startswith("Message 4711: ")
    assert words.count(". ") == 1


def test_the_summary_says_how_much_and_whether_it_is_sound() -> None:
    assert summary_words(Verified(7, 3 * 1024**2)) == "7 messages of 3 MB in all: everything is there."
    flawed = Verified(7, 0, (FlawedMessage(1, Flaw.BYTES_MISSING),))
    assert summary_words(flawed).endswith("Flaws found: 1.")
