"""Rules tried on mail that is there: what they would do, what would be different, and nothing is touched."""

from pathlib import Path

import pytest

from mailint_gui.domain.dry_run import (
    DryRun,
    DryRunProgress,
    DryRunSource,
    LiveMailbox,
    MailFiles,
    StoredMessages,
)
from mailint_gui.domain.integration import AfterProcessing, Protocol
from mailint_gui.domain.message import QuarantineReason
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.rule import Action, ActionKind, Rule
from mailint_gui.domain.rule_verdict import RuleOutcome
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from tests.servers.mailbox import Mailbox
from tests.services.incoming import integration, mail, receive, store
from tests.services.office import Office, seen_flags
from tests.services.test_filing import TOO_DEEP
from tests.services.test_filing_rules import action, when

PRINTERS = when("printer", action(ActionKind.TAG, "p"))
ALL_ELSE = when("", action(ActionKind.IGNORE), name="rest")


def run(
    office: Office, rules: list[Rule] | None, source: DryRunSource, scope: CancelScope | None = None
) -> tuple[DryRun, ...]:
    progress: list[DryRunProgress] = []
    results = office.services.rule_book.dry_run(rules, source, scope or CancelScope(), progress.append)
    assert [each.done for each in progress] == list(range(len(results) + 1))
    assert progress[-1].done <= progress[-1].total
    return results


def actions(result: DryRun) -> tuple[list[Action], list[Action]]:
    return list(result.before.actions), list(result.after.actions)


def test_stored_messages_today_and_tomorrow(any_office: Office) -> None:
    office = any_office
    support = integration(office)
    rows = receive(office, support, mail("printer"), mail("paper"), TOO_DEEP)
    [saved] = office.services.rule_book.save([PRINTERS])
    other = when("paper", action(ActionKind.TAG, "q"))
    results = run(office, [other, saved], StoredMessages())
    assert [each.label for each in results] == [str(row.id) for row in reversed(rows)]
    unread, paper, printer = results
    assert unread.unread is not None
    assert not unread.changed
    assert actions(paper) == ([], [Action(ActionKind.TAG, "q")])
    assert paper.changed
    assert actions(printer) == ([Action(ActionKind.TAG, "p")], [Action(ActionKind.TAG, "p")])
    assert not printer.changed
    assert (printer.subject, printer.sender) == ("printer", "joe@example.com")
    assert [each.outcome for each in printer.after.trace] == [RuleOutcome.NOT_MATCHED, RuleOutcome.MATCHED]
    assert printer.after.trace[0].condition is not None
    [alone] = run(office, None, StoredMessages((rows[1].id,)))
    assert not alone.changed
    assert [row.state for row in office.rows()] == ["filed", "filed", "quarantined"]


def test_what_has_no_bytes_and_what_is_gone(office: Office) -> None:
    [first, second] = store(office, integration(office), mail("a"), mail("b"))
    with office.services.database.write() as unit:
        unit.messages._connection.exec_driver_sql(f"DELETE FROM raw_message WHERE message_id = {first}")
    results = run(office, [], StoredMessages((first, 999, second)))
    assert [each.label for each in results] == [str(first), str(second)]
    assert results[0].unread is not None
    assert results[0].unread.reason is QuarantineReason.RAW_MISSING


def test_files_and_folders(office: Office, tmp_path: Path) -> None:
    support = integration(office)
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "b.eml").write_bytes(mail("printer"))
    (folder / "a.EML").write_bytes(mail("paper"))
    (folder / "notes.txt").write_bytes(b"no mail")
    single = tmp_path / "any.name"
    single.write_bytes(mail("printer"))
    rule = when("printer", action(ActionKind.TAG, "p"), addresses=(support.id,))
    results = run(office, [rule], MailFiles((folder, single), support.id))
    assert [(each.label, each.changed) for each in results] == [
        ("a.EML", False),
        ("b.eml", True),
        ("any.name", True),
    ]
    elsewhere = run(office, [rule], MailFiles((single,), support.id + 1))
    assert [each.outcome for each in elsewhere[0].after.trace] == [RuleOutcome.OTHER_ADDRESS]
    with pytest.raises(RefusedError) as refused:
        run(office, [rule], MailFiles((tmp_path / "nowhere.eml",), support.id))
    assert refused.value.refusal is Refusal.FILE_NOT_READ


@pytest.mark.parametrize("protocol", Protocol)
def test_a_live_mailbox_is_left_as_it_is(office: Office, mailbox: Mailbox, protocol: Protocol) -> None:
    mailbox.deliver_many([mail(f"printer {number}") for number in range(5)])
    port = mailbox.server.ports.imap if protocol is Protocol.IMAP else mailbox.server.ports.pop3
    after = AfterProcessing.MARK_READ if protocol is Protocol.IMAP else AfterProcessing.DELETE
    support = office.receiving(mailbox, protocol=protocol, port=port, after_processing=after)
    results = run(office, [PRINTERS], LiveMailbox(support.id, 3))
    assert [each.subject for each in results] == ["printer 2", "printer 3", "printer 4"]
    assert all(each.changed for each in results)
    assert seen_flags(mailbox) == [False] * 5
    assert office.rows() == []
    assert office.check(support).tally.filed == 5


def test_a_large_message_of_a_live_mailbox_is_named(office: Office, mailbox: Mailbox) -> None:
    mailbox.deliver_many([mail("small"), mail("large", body="x" * 1000 + "\n" + "y\n" * 600_000)])
    support = office.receiving(mailbox, largest_message_mb=1)
    results = run(office, [], LiveMailbox(support.id))
    assert [(each.subject, each.unread is None) for each in results] == [("small", True), ("", False)]


def test_cancelled(office: Office) -> None:
    receive(office, integration(office), mail("a"), mail("b"))
    scope = CancelScope()

    def stop(progress: DryRunProgress) -> None:
        if progress.done == 1:
            scope.cancel(CancelReason.ADMIN)

    with pytest.raises(Cancelled):
        office.services.rule_book.dry_run([], StoredMessages(), scope, stop)
