"""Checks of mailboxes in which nothing is new, over a new connection each, beside fetchmail and mbsync."""

from contextlib import ExitStack
from pathlib import Path

from benchmarks.delay import delayed
from benchmarks.peers import Fetchmail, Mbsync
from benchmarks.post_office import PostOffice
from benchmarks.program import Office, Program, aside, running
from benchmarks.rounds import Contestants, load, medians
from benchmarks.table import Table, ratio, reached
from tests.servers.mailbox import Mailbox

MAILBOXES = 50
READ_MESSAGES = 200  # in each mailbox
ROUND_TRIP = 0.040
ROUNDS = 5
FAR_MAILBOXES, FAR_ROUNDS = 15, 3  # a third of a second each: the whole would take minutes
ONE, USUAL = "Mailint, one at a time", "Mailint, as shipped (4 a host)"
KEPT = "Mailint, as shipped, sessions kept"
ALONE = {"check_concurrency": "1"}


def run(office: PostOffice, directory: Path) -> Table:
    table = Table(
        f"Quiet checks: {MAILBOXES} mailboxes of {READ_MESSAGES} read messages, TLS",
        ("", "checks/s", "× fetchmail", "to reach", ""),
    )
    mailboxes = office.read_mailboxes(directory / "read", MAILBOXES, READ_MESSAGES)
    _add(table, "loopback", office, mailboxes, office.imaps, directory / "near", ROUNDS, target=0.7)
    far = mailboxes[:FAR_MAILBOXES]
    with delayed(office.imaps, ROUND_TRIP) as port:
        _add(table, "40 ms away", office, far, port, directory / "far", FAR_ROUNDS, target=1.0)
    table.notes += [
        "a new connection with log-in for each check, but for the last line of each part (kept sessions, NOOP)",
        "fetchmail and mbsync go one by one, by their nature, in a process for each pass; Mailint runs on, checks",
        "through its schedule and worker pool, resumes TLS sessions, and has its health and history stored",
        f"median of {ROUNDS} alternating rounds, far away {FAR_ROUNDS} over {FAR_MAILBOXES} mailboxes; {load()}",
    ]
    return table


def _add(
    table: Table,
    where: str,
    office: PostOffice,
    mailboxes: list[Mailbox],
    port: int,
    directory: Path,
    rounds: int,
    *,
    target: float,
) -> None:
    fetchmail = Fetchmail(directory / "fetchmail", mailboxes, port, office.ca_file)
    mbsync = Mbsync(directory / "mbsync", mailboxes, port, office.ca_file, fsync=False)

    def ours(name: str, **options: object) -> Program:
        made = Office(directory / name, mailboxes, port, office.ca_file, **options)  # type: ignore[arg-type]  # passed on as given
        return stack.enter_context(running(made))

    with ExitStack() as stack:
        programs = {
            ONE: ours("one", properties=ALONE, keep_sessions=False),
            USUAL: ours("usual", keep_sessions=False),
            KEPT: ours("kept"),
        }
        contestants: Contestants = {
            "fetchmail": lambda: aside(fetchmail.run),
            "mbsync": lambda: aside(mbsync.run),
            **{name: program.check for name, program in programs.items()},
        }
        for warm_up in contestants.values():
            warm_up()
        seconds = medians(contestants, rounds)
    best = seconds["fetchmail"]
    for name, took in seconds.items():
        judged = name in (ONE, USUAL)
        goal = (f"≥ {target:g}", reached(best / took, target)) if judged else ("", "")
        table.add(f"{where}: {name}", f"{len(mailboxes) / took:.0f}", ratio(best, took), *goal)
