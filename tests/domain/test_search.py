"""What a search looks for, and to which words text is brought."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailint_gui.domain.search import MAX_TEXT, MAX_WORD, Phrase, search_phrases, search_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("Straße GRÜSSE Čeština", ["strasse", "grusse", "cestina"]),
        ("cafe\u0301 café", ["cafe", "cafe"]),
        ("don't a_b b@example.org", ["don", "t", "a", "b", "b", "example", "org"]),
        ("[#4711]", ["4711"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("ﬁne ½", ["fine", "1", "2"]),
        ("nul\x00, surrogate\ud800, emoji\U0001f600.", ["nul", "surrogate", "emoji"]),
        ("", []),
        ("--- \"' * ( ) : ^", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert search_words(text) == words


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("print", [Phrase(("print",), is_prefix=True)]),
        ("paper print", [Phrase(("paper",)), Phrase(("print",), is_prefix=True)]),
        ('"paper jam"', [Phrase(("paper", "jam"))]),
        ('"paper ja', [Phrase(("paper", "ja"), is_prefix=True)]),
        ('"paper jam" print', [Phrase(("paper", "jam")), Phrase(("print",), is_prefix=True)]),
        ('print "paper jam"', [Phrase(("print",)), Phrase(("paper", "jam"))]),
        ("ann@example.org", [Phrase(("ann", "example", "org"), is_prefix=True)]),
        ("paper paper x", [Phrase(("paper",)), Phrase(("x",), is_prefix=True)]),
        ("paper -", [Phrase(("paper",))]),
        ('"paper jam" ', [Phrase(("paper", "jam"))]),
        ('paper"jam"', [Phrase(("paper",)), Phrase(("jam",))]),
        ('paper ""', [Phrase(("paper",))]),
        ('"', []),
        (" \t", []),
    ],
)
def test_phrases(typed: str, phrases: list[Phrase]) -> None:
    assert search_phrases(typed) == tuple(phrases)


@given(st.text())
def test_any_text_is_a_query_of_letters_and_digits_alone(typed: str) -> None:
    for phrase in search_phrases(typed):
        assert phrase.words
        assert all(word and len(word) <= MAX_WORD for word in phrase.words)
        assert not any(char in "'\"\\:*&|!()<> \x00" for word in phrase.words for char in word)


@example("\u32ff")  # one sign that is two characters of a script without blanks
@given(st.text())
def test_words_are_their_own_words(text: str) -> None:
    words = search_words(text)
    assert search_words(" ".join(words)) == words


def test_what_is_too_long_is_cut() -> None:
    assert search_words("x" * 100) == ["x" * MAX_WORD]
    assert sum(map(len, search_words("ab " * MAX_TEXT))) <= MAX_TEXT
    assert search_words("a" * MAX_TEXT, "b") == ["a" * MAX_WORD]
    assert sum(map(len, search_words("\ufdfa" * MAX_TEXT))) <= MAX_TEXT  # 18 characters each
