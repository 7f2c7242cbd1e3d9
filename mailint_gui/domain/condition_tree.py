"""Conditions as a tree that is edited: every change gives a new tree and the place of what was changed.

A place is the way down from the root group: ``()`` is the root, ``(1, 0)`` the first member of its second member.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailint_gui.domain.rule import Condition, Group, GroupKind

Place = tuple[int, ...]
_STEP = re.compile(r"\.(?:all|any|none)\[(\d+)\]")


def at(root: Group, place: Place) -> Condition:
    """Raises IndexError where nothing is."""
    found: Condition = root
    for step in place:
        if not isinstance(found, Group):
            raise IndexError(place)
        found = found.members[step]
    return found


def walk(root: Group) -> Iterator[tuple[Place, Condition]]:
    """Every group and test with its place, in reading order, the root first."""
    waiting: list[tuple[Place, Condition]] = [((), root)]
    while waiting:
        place, condition = waiting.pop()
        yield place, condition
        if isinstance(condition, Group):
            members = [((*place, step), member) for step, member in enumerate(condition.members)]
            waiting.extend(reversed(members))


def count(root: Group) -> int:
    """Groups and tests, as ``rule_validation.MAX_CONDITIONS`` counts them."""
    return sum(1 for _each in walk(root))


def depth(root: Group) -> int:
    """Levels of groups, as ``rule_validation.MAX_DEPTH`` counts them."""
    return max(len(place) + 1 for place, each in walk(root) if isinstance(each, Group))


def replaced(root: Group, place: Place, by: Condition) -> Group:
    """The root can be replaced by a group alone."""
    if not place:
        assert isinstance(by, Group)
        return by
    parent = _group(root, place[:-1])
    members = list(parent.members)
    members[place[-1]] = by
    return replaced(root, place[:-1], replace(parent, members=tuple(members)))


def inserted(root: Group, beside: Place, new: Condition) -> tuple[Group, Place]:
    """At the end of the group at ``beside``, or just behind the test there."""
    if isinstance(at(root, beside), Group):
        place = (*beside, len(_group(root, beside).members))
    else:
        place = (*beside[:-1], beside[-1] + 1)
    return _put(root, place, new), place


def removed(root: Group, place: Place) -> tuple[Group, Place]:
    """With the place of what stands there now: the next one, else the one before, else the group itself."""
    parent = _group(root, place[:-1])
    members = (*parent.members[: place[-1]], *parent.members[place[-1] + 1 :])
    root = replaced(root, place[:-1], replace(parent, members=members))
    return root, (*place[:-1], min(place[-1], len(members) - 1)) if members else place[:-1]


def moved(root: Group, place: Place, by: int) -> tuple[Group, Place]:
    """Up (-1) or down (1) among its neighbours; at the end it stays where it is."""
    if not place:
        return root, place
    parent = _group(root, place[:-1])
    target = place[-1] + by
    if not 0 <= target < len(parent.members):
        return root, place
    members = list(parent.members)
    members.insert(target, members.pop(place[-1]))
    return replaced(root, place[:-1], replace(parent, members=tuple(members))), (*place[:-1], target)


def nested(root: Group, place: Place, kind: GroupKind) -> tuple[Group, Place]:
    """Into a new group of its own, where it stood. Everything of the root goes into one for ``()``."""
    if not place:
        return Group(kind, (root,)), (0,)
    return replaced(root, place, Group(kind, (at(root, place),))), (*place, 0)


def raised(root: Group, place: Place) -> tuple[Group, Place]:
    """Out of its group, to stand behind it; a group that is left empty goes. What is in the root stays."""
    if len(place) < 2:
        return root, place
    condition, group = at(root, place), place[:-1]
    root, _ = removed(root, place)
    target = (*group[:-1], group[-1] + 1)
    root = _put(root, target, condition)
    if not _group(root, group).members:
        root, _ = removed(root, group)
        target = group
    return root, target


def place_of_fault(path: str) -> Place:
    """Where a path of ``rule_validation`` points to: ``condition.all[2].any[1].value`` -> ``(1, 0)``."""
    return tuple(int(number) - 1 for number in _STEP.findall(path))


def _group(root: Group, place: Place) -> Group:
    group = at(root, place)
    if not isinstance(group, Group):
        raise IndexError(place)
    return group


def _put(root: Group, place: Place, new: Condition) -> Group:
    parent = _group(root, place[:-1])
    members = (*parent.members[: place[-1]], new, *parent.members[place[-1] :])
    return replaced(root, place[:-1], replace(parent, members=members))
