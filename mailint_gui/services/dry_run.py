"""Rules tried on messages that are there: what they would do, and what is different from today. Changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailint_gui.domain.dry_run import (
    DryRun,
    DryRunProgress,
    DryRunSource,
    LiveMailbox,
    MailFiles,
    StoredMessages,
)
from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.rule import Rule
from mailint_gui.mail.mime.limits import MAX_MESSAGE
from mailint_gui.services.live_reading import LiveReading
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.subject import rule_message
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database

Report = Callable[[DryRunProgress], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """One message to try rules on. ``raw`` None: its bytes are not to be had."""

    label: str
    integration_id: int
    raw: bytes | None
    subject: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class DryRuns:
    database: Database
    parser: ParserProcess
    live: LiveReading

    def run(
        self,
        stored: Sequence[Rule],
        given: Sequence[Rule],
        source: DryRunSource,
        scope: CancelScope,
        report: Report,
    ) -> tuple[DryRun, ...]:
        """Both lists are judged alike. Raises RefusedError, ProblemError, Cancelled."""
        results: list[DryRun] = []
        total, samples = self._samples(source, scope)
        report(DryRunProgress(0, total))
        for sample in samples:
            scope.raise_if_cancelled()
            scope.keep_going()
            results.append(self._judged(sample, stored, given))
            report(DryRunProgress(len(results), max(total, len(results))))
        return tuple(results)

    def _judged(self, sample: Sample, stored: Sequence[Rule], given: Sequence[Rule]) -> DryRun:
        parsed: ParsedMessage | ParseRefused = ParseRefused(QuarantineReason.RAW_MISSING)
        if sample.raw is not None:
            parsed = self.parser.parse(sample.raw)
        if isinstance(parsed, ParseRefused):
            return DryRun(sample.label, sample.subject, sample.sender, unread=parsed)
        message = rule_message(parsed, parsed.headers, len(sample.raw or b""))
        before, after = (evaluate(rules, message, sample.integration_id) for rules in (stored, given))
        return DryRun(sample.label, parsed.subject, parsed.sender, before, after)

    def _samples(self, source: DryRunSource, scope: CancelScope) -> tuple[int, Iterator[Sample]]:
        """How many there will be as far as that is known, and each when it is its turn."""
        match source:
            case StoredMessages(ids, limit):
                ids = ids or self._latest(limit)
                return len(ids), self._stored(ids)
            case MailFiles(paths, integration_id):
                files = _files(paths)
                return len(files), (_file(path, integration_id) for path in files)
            case LiveMailbox(integration_id, limit):
                found = self.live.latest(integration_id, limit, scope)
                return limit, (Sample(label, integration_id, raw) for label, raw in found)

    def _latest(self, limit: int) -> tuple[int, ...]:
        with self.database.read() as unit:
            return unit.filing_facts.latest(limit)

    def _stored(self, ids: Sequence[int]) -> Iterator[Sample]:
        """Those that are not in the log any more are left out."""
        for message_id in ids:
            with self.database.read() as unit:
                row, logged = unit.messages.get(message_id), unit.filing_facts.of([message_id])
                raw = unit.messages.whole_raw(message_id)
            if row and logged:
                owner = logged[message_id].integration_id
                yield Sample(str(message_id), owner, raw, row.subject, row.sender)


def _files(paths: Sequence[Path]) -> list[Path]:
    """Those of a folder by name. Raises RefusedError."""
    files: list[Path] = []
    for path in paths:
        try:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
        except OSError as error:
            raise _unreadable(path, error) from error
        files += [each for each in inside if each == path or each.suffix.lower() == ".eml"]
    return files


def _file(path: Path, integration_id: int) -> Sample:
    try:
        with path.open("rb") as file:
            return Sample(
                path.name, integration_id, file.read(MAX_MESSAGE + 1)
            )  # the parser says it is too large
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> RefusedError:
    return RefusedError(Refusal.FILE_NOT_READ, path=str(path), detail=error.strerror or str(error))
