"""Full text search: FTS5 in SQLite, ``tsvector`` in PostgreSQL.

Both get the words that ``domain.search`` made, never what somebody typed or wrote: so the two find the same, and no
text can break their syntax. An index is a table of its own; its rows have the ids of what they find.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    TableClause,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.types import UserDefinedType

from mailint_gui.domain.search import Phrase, search_words
from mailint_gui.store.rows import Repository, portions

MESSAGE_SEARCH = "message_search"
RECORD_SEARCH = "record_search"
# Of a word in a tsvector (PostgreSQL, 8.11.1), and how often its place is kept.
_LAST_POSITION = 16_383
_MOST_POSITIONS = 256


class _Vector(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "TSVECTOR"


class SearchIndex:
    """As statements name it. ``matching``: a condition on the rows of ``id``, by the value ``words``."""

    __slots__ = ("_content", "_is_sqlite", "id", "matching")

    def __init__(self, name: str, is_sqlite: bool) -> None:
        self._is_sqlite = is_sqlite
        of = _table(name, is_sqlite)
        self.id: ColumnElement[int] = _id(of)
        self._content: ColumnElement[str] = of.columns["content"]
        condition = f"{name} MATCH :words" if is_sqlite else f"{name}.content @@ CAST(:words AS tsquery)"
        self.matching: TextClause = text(condition)

    def has_words(self, key: ColumnElement[int]) -> ColumnElement[bool]:
        """A condition on the one row with this id, by the value ``words`` of ``match_row``.

        In SQLite without the index, which would gather all that begin as the last word does, anew for each row.
        """
        is_in_row = self._is_in_row() if self._is_sqlite else self.matching
        return exists().where(self.id == key, is_in_row)

    def _is_in_row(self) -> ColumnElement[bool]:
        wanted = func.json_each(bindparam("words")).table_valued("value")
        blank: ColumnElement[str] = literal_column("' '")
        apart = blank.concat(self._content).concat(blank)
        return ~select(wanted.c.value).where(func.instr(apart, wanted.c.value) == 0).exists()


class FullText(Repository):
    __slots__ = ("_index", "_is_sqlite", "_name", "id")

    def __init__(self, connection: Connection, name: str) -> None:
        super().__init__(connection)
        self._name = name
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._index = SearchIndex(name, self._is_sqlite)
        self.id = self._index.id

    def put(self, texts: Mapping[int, Sequence[str]]) -> None:
        """By id, in place of what was there."""
        self.put_words({row_id: " ".join(search_words(*each)) for row_id, each in texts.items()})

    def put_words(self, words: Mapping[int, str]) -> None:
        """The same where the words are found already, and have blanks between them."""
        if not words:
            return
        put, form = (_put_sqlite, str) if self._is_sqlite else (_put_postgresql, _vector)
        rows = [{"row": row_id, "words": form(each)} for row_id, each in words.items()]
        self._connection.execute(put(self._name), rows)

    def remove(self, ids: Iterable[int]) -> None:
        remove = delete(_table(self._name, self._is_sqlite))
        for some in portions(ids):
            self._connection.execute(remove.where(self.id.in_(some)))

    def matches(self, phrases: Sequence[Phrase]) -> TextClause:
        """A condition on the rows of ``id``. There is at least one phrase."""
        return self._index.matching.bindparams(words=match_query(phrases, self._is_sqlite))


def match_query(phrases: Sequence[Phrase], is_sqlite: bool) -> str:
    """The value ``words`` of a search for all of these."""
    if is_sqlite:
        return " AND ".join([f'"{" ".join(one.words)}"{" *" * one.is_prefix}' for one in phrases])
    return " & ".join([_terms(one) for one in phrases])


def match_row(phrases: Sequence[Phrase], is_sqlite: bool) -> str:
    """The same for ``SearchIndex.has_words``."""
    if is_sqlite:
        return json.dumps([f" {' '.join(one.words)}{' ' * (not one.is_prefix)}" for one in phrases])
    return match_query(phrases, is_sqlite)


@cache
def _table(name: str, is_sqlite: bool) -> TableClause:
    return table(name, column("rowid" if is_sqlite else "row_id"), column("content"))


def _id(of: TableClause) -> ColumnElement[int]:
    return of.columns[0]


@cache  # built once: each filing puts
def _put_sqlite(name: str) -> Insert:
    row: dict[str, Any] = {"rowid": bindparam("row"), "content": bindparam("words")}
    return insert(_table(name, is_sqlite=True)).values(row).prefix_with("OR REPLACE")


@cache
def _put_postgresql(name: str) -> Insert:
    from sqlalchemy.dialects import postgresql  # late, as in ``rows``

    vector = cast(bindparam("words", type_=Text), _Vector)
    statement = postgresql.insert(_table(name, is_sqlite=False))
    statement = statement.values({"row_id": bindparam("row"), "content": vector})
    return statement.on_conflict_do_update(
        index_elements=["row_id"], set_={"content": statement.excluded.content}
    )


def _vector(words: str) -> str:
    """In the input form of the type: its own parser of text would cut words at other places than SQLite."""
    apart = words.split()
    terms = [f"'{word}':{min(place, _LAST_POSITION)}" for place, word in enumerate(apart, 1)]
    if not _keeps_places(apart):
        terms += dict.fromkeys(f"'{pair}'" for pair in _pairs(apart))
    return " ".join(terms)


def _keeps_places(words: Sequence[str]) -> bool:
    """Else a phrase could not be found by them in a long text, and is by its pairs of words."""
    if len(words) <= _MOST_POSITIONS:
        return True
    return len(words) <= _LAST_POSITION and max(Counter(words).values()) <= _MOST_POSITIONS


def _pairs(words: Sequence[str]) -> Iterable[str]:
    return (f"{first} {second}" for first, second in pairwise(words))


def _terms(phrase: Phrase) -> str:
    end = ":*" * phrase.is_prefix
    by_place = " <-> ".join(f"'{word}'" for word in phrase.words) + end
    if len(phrase.words) == 1:
        return by_place
    by_pairs = " & ".join(f"'{pair}'" for pair in _pairs(phrase.words)) + end
    return f"({by_place} | {by_pairs})"
