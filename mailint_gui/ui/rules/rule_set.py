"""The rules as they are being edited: one ordered set that is stored, or thrown away, as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailint_gui.domain.rule import Rule, rule_key

Rules = tuple[Rule, ...]


class RuleSet:
    """``rules`` is what is edited; ``stored`` what the profile has. Places count from 0."""

    def __init__(self, stored: Iterable[Rule] = ()) -> None:
        self.stored: Rules = tuple(stored)
        self.rules: Rules = self.stored

    @property
    def dirty(self) -> bool:
        return self.rules != self.stored

    def changes(self) -> int:
        """How many rules are new, gone, different or elsewhere among those that stayed."""
        before, after = {rule.id: rule for rule in self.stored}, {rule.id for rule in self.rules}
        gone = sum(id_ not in after for id_ in before)
        kept = [rule for rule in self.rules if rule.id in before]
        order = [rule.id for rule in self.stored if rule.id in after]
        new = len(self.rules) - len(kept)
        other = sum(before[rule.id] != rule or order[place] != rule.id for place, rule in enumerate(kept))
        return gone + new + other

    def take_stored(self, stored: Iterable[Rule]) -> None:
        """What the profile has now; unsaved changes are gone."""
        self.stored = self.rules = tuple(stored)

    def discard(self) -> None:
        self.rules = self.stored

    def replace_all(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def put(self, place: int, rule: Rule) -> None:
        self.rules = (*self.rules[:place], rule, *self.rules[place + 1 :])

    def insert(self, place: int, rule: Rule) -> None:
        self.rules = (*self.rules[:place], rule, *self.rules[place:])

    def duplicate(self, place: int, name: str) -> None:
        """A copy that is off, just behind; ``name`` with ``{name}`` in it, and numbered when that is taken."""
        original = self.rules[place]
        taken = {rule_key(rule.name) for rule in self.rules}
        first = name.replace("{name}", original.name)
        names = [first, *(f"{first} {number}" for number in range(2, len(self.rules) + 3))]
        free = next(each for each in names if rule_key(each) not in taken)
        self.insert(place + 1, replace(original, id=0, name=free, enabled=False))

    def turn(self, places: Iterable[int], on: bool) -> None:
        chosen = set(places)
        self.rules = tuple(
            replace(rule, enabled=on) if place in chosen else rule for place, rule in enumerate(self.rules)
        )

    def remove(self, places: Iterable[int]) -> None:
        gone = set(places)
        self.rules = tuple(rule for place, rule in enumerate(self.rules) if place not in gone)

    def move(self, places: Sequence[int], before: int) -> tuple[int, ...]:
        """Puts these, in their order, before the rule at ``before`` (the length: to the end). -> where they are."""
        chosen = sorted(set(places))
        moving = [self.rules[place] for place in chosen]
        head = [rule for place, rule in enumerate(self.rules[:before]) if place not in chosen]
        tail = [rule for place, rule in enumerate(self.rules) if place >= before and place not in chosen]
        self.rules = (*head, *moving, *tail)
        return tuple(range(len(head), len(head) + len(moving)))

    def others(self, place: int | None) -> Rules:
        """The rules that the one at ``place`` (None: a new one) stands beside."""
        return tuple(rule for each, rule in enumerate(self.rules) if each != place)
