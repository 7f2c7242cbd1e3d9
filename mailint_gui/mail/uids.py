"""Many UIDs as few short commands."""

from collections.abc import Collection, Iterable, Iterator, Mapping

SET_LENGTH = 4000  # characters; servers take lines of 8,000 (RFC 7162 section 4)


def uid_sets(uids: Iterable[int]) -> Iterator[str]:
    """Sequence sets (RFC 9051 section 9) such as ``1:5,9``, that together name each UID once."""
    parts: list[str] = []
    length = 0
    for first, last in _runs(sorted(set(uids))):
        part = str(first) if first == last else f"{first}:{last}"
        if parts and length + len(part) + 1 > SET_LENGTH:
            yield ",".join(parts)
            parts, length = [], 0
        parts.append(part)
        length += len(part) + 1
    if parts:
        yield ",".join(parts)


def _runs(uids: list[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in range(1, len(uids) + 1):
        if end == len(uids) or uids[end] != uids[end - 1] + 1:
            yield uids[start], uids[end - 1]
            start = end


def batches_by_size(
    uids: Iterable[int],
    sizes: Mapping[int, int],
    most: int,
    most_bytes: int,
    alone: Collection[int] = (),
) -> Iterator[list[int]]:
    """``uids`` in order, cut so that no batch has more than ``most`` or, unless it has only one, ``most_bytes``.

    Each that is in ``alone`` is a batch of its own.
    """
    batch: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        apart = uid in alone or (batch and batch[-1] in alone)
        if batch and (apart or len(batch) >= most or total + size > most_bytes):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch
