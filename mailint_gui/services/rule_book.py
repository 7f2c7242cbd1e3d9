"""The email rules as admins keep them: one ordered list, changed as a whole.

While the deletion of an integration can be undone, rules keep it in the store and are shown without it; the purge
at the next start drops it for good.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from mailint_gui.domain.dry_run import DryRun, DryRunProgress, DryRunSource
from mailint_gui.domain.rule import ALL, Rule, rule_key, without_integration
from mailint_gui.domain.rule_patterns import without_stored_patterns
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_validation import MAX_RULES, trimmed_rule, validate_rule
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.services.announcements import Announce, RulesChanged
from mailint_gui.services.dry_run import DryRuns
from mailint_gui.services.rules.patterns import pattern_fault
from mailint_gui.services.rules.rules_file import export_rules, import_rules
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


class RuleBook:
    """Thread-safe. Whoever has the profile is the only one who writes rules, so what was read stays true."""

    def __init__(self, database: Database, dry_runs: DryRuns, announce: Announce) -> None:
        self._database = database
        self._dry_runs = dry_runs
        self._announce = announce
        self._lock = threading.Lock()
        self._stored: tuple[Rule, ...] | None = None

    def stored(self) -> tuple[Rule, ...]:
        """To judge mail by: may still name integrations that were deleted, which get none. Raises ProblemError."""
        with self._lock:
            if self._stored is None:
                # By a transaction that begins here: one that is older may not see what was saved meanwhile.
                with self._database.read() as unit:
                    self._stored = unit.rules.all()
            return self._stored

    def all(self) -> tuple[Rule, ...]:
        """In their order, without integrations that were deleted."""
        with self._database.read() as unit:
            return _living(unit.rules.all(), _ids(unit))

    def save(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        """The whole ordered list, all or nothing. Raises ValidationError with every fault, and ProblemError.

        Paths are ``rules[3].name``, counted from 1, the rest as ``domain.rule_validation`` has it.
        """
        with self._database.write() as unit:
            living = _ids(unit)
            drafts = _living((trimmed_rule(each) for each in rules), living)
            stored = {each.id: each for each in unit.rules.all()}
            if errors := tuple(_faults(drafts, stored)):
                raise ValidationError(errors)
            kept = [_with_deleted(each, stored.get(each.id), living) for each in drafts]
            saved = unit.rules.replace_all(kept)
        self._changed()
        return _living(saved, living)

    def import_text(self, text: bytes) -> tuple[Rule, ...]:
        """Merges a file of rules (TOML) into those that there are. Raises RulesFileError with every fault."""
        with self._database.read() as unit:
            integrations = {each.name: each.id for each in unit.integrations.all()}
        return self.save(import_rules(text, self.all(), integrations, pattern_fault))

    def export_text(self) -> str:
        with self._database.read() as unit:
            integrations = {each.name: each.id for each in unit.integrations.all()}
        return export_rules(self.all(), integrations)

    def dry_run(
        self,
        rules: Sequence[Rule] | None,
        source: DryRunSource,
        scope: CancelScope,
        step: Callable[[DryRunProgress], None],
    ) -> tuple[DryRun, ...]:
        """What ``rules`` (None: the stored ones) would do. Raises RefusedError, ProblemError, Cancelled."""
        stored = self.all()
        return self._dry_runs.run(stored, stored if rules is None else tuple(rules), source, scope, step)

    def affected_by(self, unit: UnitOfWork, gone: Iterable[int]) -> tuple[str, ...]:
        """The names of rules that are for one of these integrations by name, not only for all."""
        gone = set(gone)
        return tuple(
            each.name for each in unit.rules.all() if each.addresses != ALL and gone & set(each.addresses)
        )

    def integrations_changed(self, ids: Iterable[int]) -> None:
        """Integrations were deleted or came back: what is shown of the rules that name them is different now."""
        with self._database.read() as unit:
            affected = self.affected_by(unit, ids)
        if affected:
            self._announce(RulesChanged())

    def drop_gone(self, unit: UnitOfWork) -> None:
        """At start, in the transaction that purges: what was deleted cannot come back any more."""
        before = unit.rules.all()
        after = _living(before, _ids(unit))
        if after != before:
            unit.rules.replace_all(after)
        with self._lock:
            self._stored = None

    def _changed(self) -> None:
        with self._lock:
            self._stored = None
        self._announce(RulesChanged())


def _ids(unit: UnitOfWork) -> frozenset[int]:
    return frozenset(each.id for each in unit.integrations.all())


def _living(rules: Iterable[Rule], living: frozenset[int]) -> tuple[Rule, ...]:
    rules = tuple(rules)
    named = {each for rule in rules if rule.addresses != ALL for each in rule.addresses}
    for gone in named - living:
        rules = without_integration(rules, gone)
    return rules


def _with_deleted(draft: Rule, stored: Rule | None, living: frozenset[int]) -> Rule:
    """With the integrations that it named and that may still come back; disabled for their absence, it is enabled."""
    if stored is None or stored.addresses == ALL or draft.addresses == ALL:
        return draft
    (shown,) = _living([stored], living)
    hidden = tuple(each for each in stored.addresses if each not in living)
    enabled = stored.enabled if draft.addresses == shown.addresses and not shown.addresses else draft.enabled
    return replace(draft, addresses=(*draft.addresses, *hidden), enabled=enabled)


def _faults(drafts: Sequence[Rule], stored: Mapping[int, Rule]) -> Iterable[FieldError]:
    if len(drafts) > MAX_RULES:
        yield FieldError("rules", FieldFault.TOO_MANY, {"limit": str(MAX_RULES)})
        return
    names: set[str] = set()
    for number, draft in enumerate(drafts, 1):
        place = f"rules[{number}]"
        found = validate_rule(draft, (), pattern_fault)
        for error in without_stored_patterns(found, draft, stored.get(draft.id)):
            yield replace(error, path=f"{place}.{error.path}")
        key = rule_key(draft.name)
        if key in names:
            yield FieldError(f"{place}.name", FieldFault.NOT_UNIQUE, {"value": shortened(draft.name)})
        names.add(key)
