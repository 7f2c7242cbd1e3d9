"""Sequence sets and batches."""

from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.uids import SET_LENGTH, batches_by_size, uid_sets

UIDS = st.lists(st.integers(1, 2**32 - 1), unique=True, max_size=500)


def named_by(uid_set: str) -> list[int]:
    found: list[int] = []
    for part in uid_set.split(","):
        first, _, last = part.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


@given(UIDS)
def test_sets_name_each_uid_once_and_stay_short(uids: list[int]) -> None:
    sets = list(uid_sets(uids))
    assert [uid for each in sets for uid in named_by(each)] == sorted(uids)
    assert all(len(each) <= SET_LENGTH for each in sets)


def test_a_run_is_one_range() -> None:
    assert list(uid_sets(range(1, 100_001))) == ["1:100000"]
    assert list(uid_sets([5, 1, 2, 3])) == ["1:3,5"]
    assert list(uid_sets([])) == []


@given(
    UIDS, st.dictionaries(st.integers(1, 100), st.integers(0, 100)), st.integers(1, 5), st.integers(1, 100)
)
def test_batches_are_bounded_and_lose_nothing(
    uids: list[int], sizes: dict[int, int], most: int, most_bytes: int
) -> None:
    batches = list(batches_by_size(uids, sizes, most, most_bytes))
    assert [uid for batch in batches for uid in batch] == uids
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(sizes.get(uid, 0) for uid in batch) <= most_bytes


def test_what_is_to_be_alone_is() -> None:
    assert list(batches_by_size([1, 2, 3, 4, 5, 6], {}, 4, 99, alone={3, 4})) == [[1, 2], [3], [4], [5, 6]]
