"""What is found, against a model that reads every text; and that nothing typed breaks a query."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, bindparam, select

from mailint_gui.domain.search import MAX_TEXT, Phrase, search_phrases, search_words
from mailint_gui.store.database import Database
from mailint_gui.store.full_text import RECORD_SEARCH, FullText, SearchIndex, match_row
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.test_round_trips import same_database

WORDS = ["paper", "pap", "jam", "Ä", "a", "e\u0301", "東", "ß", "1", "x@example.org"]
texts = st.text(max_size=30) | st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
typed = (
    st.text(max_size=30)
    | texts
    | st.lists(st.sampled_from([*WORDS, '"', "*", "AND", "NEAR(", ":", "-"]), max_size=6).map(" ".join)
)


def _found(work: UnitOfWork, phrases: tuple[Phrase, ...]) -> set[int]:
    index = _index(work)
    return set(work.messages._connection.execute(select(index.id).where(index.matches(phrases))).scalars())


def _found_in_rows(work: UnitOfWork, phrases: tuple[Phrase, ...]) -> set[int]:
    connection = work.messages._connection
    is_sqlite = connection.dialect.name == "sqlite"
    has_words = SearchIndex(RECORD_SEARCH, is_sqlite).has_words(bindparam("number", type_=Integer))
    words = match_row(phrases, is_sqlite)
    return {n for n in range(1, 5) if connection.scalar(select(has_words), {"number": n, "words": words})}


def _index(work: UnitOfWork) -> FullText:
    return FullText(work.messages._connection, RECORD_SEARCH)


def _is_found(phrases: Iterable[Phrase], words: list[str]) -> bool:
    return all(_is_in(phrase, words) for phrase in phrases)


def _is_in(phrase: Phrase, words: list[str]) -> bool:
    length = len(phrase.words)
    return any(_fits(phrase, words[start : start + length]) for start in range(len(words) - length + 1))


def _fits(phrase: Phrase, words: list[str]) -> bool:
    *first, last = phrase.words
    return words[:-1] == first and (words[-1].startswith(last) if phrase.is_prefix else words[-1] == last)


@same_database
@given(stored=st.lists(texts, min_size=1, max_size=4), query=typed)
def test_finds_what_has_the_words(database: Database, stored: list[str], query: str) -> None:
    phrases = search_phrases(query)
    with database.write() as work:
        _index(work).remove(range(1, 5))
        _index(work).put({number: [each] for number, each in enumerate(stored, 1)})
        if phrases:
            expected = {
                number for number, each in enumerate(stored, 1) if _is_found(phrases, search_words(each))
            }
            assert _found(work, phrases) == expected
            assert _found_in_rows(work, phrases) == expected


def test_what_is_put_again_is_found_by_the_new_words_alone(database: Database) -> None:
    with database.write() as work:
        _index(work).put({1: ["old"], 2: ["two"]})
        _index(work).put({1: ["new", "words"]})
        _index(work).put({})
        assert _found(work, search_phrases("old")) == set()
        assert _found(work, search_phrases("new wo")) == {1}
        _index(work).remove([1])
        _index(work).remove([])
        assert _found(work, search_phrases("new")) == set()
        assert _found(work, search_phrases("two")) == {2}


@pytest.mark.parametrize("text", ["word " * MAX_TEXT, "\ufdfa" * MAX_TEXT, "x" * MAX_TEXT, "𒀀" * MAX_TEXT])
def test_the_longest_texts_are_put(database: Database, text: str) -> None:
    with database.write() as work:
        _index(work).put({1: [text]})
        first = search_words(text)[0]
        assert _found(work, (Phrase((first,)),)) == {1}


def test_different_words_of_the_longest_text(database: Database) -> None:
    words = [f"w{number}" for number in range(9_000)]
    with database.write() as work:
        _index(work).put({1: words})
        assert _found(work, search_phrases('"w8998 w8999"')) == {1}
        assert _found(work, search_phrases('"w8999 w8998"')) == set()


@pytest.mark.parametrize(
    ("text", "phrase", "not_there"),
    [
        ("the word " * 300 + "the needle", '"the needle"', '"the nee"'),
        ("the word " * 300 + "the needle", '"word the needl', '"the needles'),
        ("本の" * 400 + "本棚", "本棚", "棚本"),
        ("i a " * 9_000 + "red car", '"a red car"', '"car red"'),
    ],
)
def test_a_phrase_in_a_long_text(database: Database, text: str, phrase: str, not_there: str) -> None:
    """A tsvector keeps 256 places of a word, and none beyond the 16,383rd."""
    with database.write() as work:
        _index(work).put({1: [text], 2: ["the other needle"]})
        assert _found(work, search_phrases(phrase)) == {1}
        assert _found(work, search_phrases(not_there)) == set()


def test_the_longest_query(database: Database) -> None:
    with database.write() as work:
        _index(work).put({1: ["a b"]})
        assert _found(work, search_phrases(" ".join(f"a{number}" for number in range(1_000)))) == set()
        assert _found(work, search_phrases('"' + "a " * 400)) == set()
