"""What the screens of rules ask for. Judging, files and messages are looked at on a worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.domain.dry_run import DryRun, DryRunSource
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_patterns import without_stored_patterns
from mailint_gui.domain.rule_validation import trimmed_rule, validate_rule
from mailint_gui.domain.validation import FieldError, ValidationError
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress
from mailint_gui.workers.whole_file import write_whole

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

Rules = tuple[Rule, ...]
MAX_FILE = 20_000_000  # octets


@dataclass(frozen=True, slots=True)
class StoredRules:
    """``can_match_patterns``: whether the engine for patterns is on this computer."""

    rules: Rules
    can_match_patterns: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule as it would be stored, and what is wrong with it."""

    rule: Rule
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """A file's rules merged in; or why not: the faults of each rule of the file, by its name."""

    rules: Rules
    refused: tuple[ValidationError, ...] = ()


class RuleDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self) -> Call:
        """-> StoredRules."""
        return self._desk.call("read rules", _read)

    def save(self, rules: Rules) -> Call:
        """-> Rules, as stored. ``failed`` gives a ValidationError with paths such as ``rules[3].name``."""
        return self._desk.call("save rules", lambda services, _scope, _step: services.rule_book.save(rules))

    def judge(self, rule: Rule, others: Rules, before: Rule | None = None) -> Call:
        """-> Judged. ``others``: the rules it will stand beside; ``before``: the rule as it was, if it is not new.

        A pattern that was there before stays where patterns cannot be run: the rule is kept, and left undecided.
        """

        def run(_services: "Services", _scope: CancelScope, _step: Progress) -> Judged:
            from mailint_gui.services.rules.patterns import pattern_fault

            draft = trimmed_rule(rule)
            errors = validate_rule(draft, others, pattern_fault)
            return Judged(draft, without_stored_patterns(errors, draft, before))

        return self._desk.call("judge a rule", run)

    def merge(self, path: Path, rules: Rules, integrations: Mapping[str, int]) -> Call:
        """-> Merged: a file's rules into ``rules``; nothing is stored. ``integrations``: ids by name."""
        known = dict(integrations)

        def run(_services: "Services", _scope: CancelScope, _step: Progress) -> Merged:
            from mailint_gui.services.rules.patterns import pattern_fault
            from mailint_gui.services.rules.rules_file import RulesFileError, import_rules

            try:
                return Merged(import_rules(_content(path), rules, known, pattern_fault))
            except RulesFileError as error:
                return Merged(rules, error.refused)

        return self._desk.call("import rules", run)

    def export(self, path: Path, rules: Rules, integrations: Mapping[str, int]) -> Call:
        """-> None. A whole file or none is written."""
        known = dict(integrations)

        def run(_services: "Services", _scope: CancelScope, _step: Progress) -> None:
            from mailint_gui.services.rules.rules_file import export_rules

            write_whole(path, export_rules(rules, known).encode())

        return self._desk.call("export rules", run)

    def dry_run(self, rules: Rules, source: DryRunSource) -> Call:
        """-> tuple[DryRun, ...]; ``progressed`` gives DryRunProgress. Changes nothing anywhere."""

        def run(services: "Services", scope: CancelScope, step: Progress) -> tuple[DryRun, ...]:
            return services.rule_book.dry_run(rules, source, scope, step)

        return self._desk.call("dry run of rules", run)


def _read(services: "Services", _scope: CancelScope, _step: Progress) -> StoredRules:
    from mailint_gui.services.rules.patterns import available

    return StoredRules(services.rule_book.all(), available())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        detail = error.strerror or str(error)
        raise RefusedError(Refusal.FILE_NOT_READ, path=str(path), detail=detail) from error
    if len(content) > MAX_FILE:
        raise RefusedError(Refusal.FILE_NOT_READ, path=str(path), detail=f"> {MAX_FILE // 1_000_000} MB")
    return content
