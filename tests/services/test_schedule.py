"""Who is due: order, limits, back-off, pause, sleep; then any sequence of them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from mailint_gui.services.schedule import (
    BACK_OFF_CAP,
    JITTER,
    START_SPREAD,
    WAKE_SPREAD,
    Entry,
    Limits,
    Schedule,
    back_off,
)

EVERY = 120.0
USUAL = Limits()


def entry(number: int, host: str = "", every: float = EVERY) -> Entry:
    return Entry(number, host or f"host-{number}", every)


def schedule(*entries: Entry, limits: Limits = USUAL, jitter: float = 0.5, now: float = 0.0) -> Schedule:
    """At a jitter of 0.5 every wait is exactly its interval."""
    made = Schedule(limits, lambda: jitter)
    made.set_entries(entries, now)
    return made


def settled(*entries: Entry, limits: Limits = USUAL) -> Schedule:
    """Each checked once at 0, so each due again at its interval."""
    made = schedule(*entries, limits=Limits(1000, 1000), now=-START_SPREAD)
    for each in made.take_due(0):
        made.finished(each, 0)
    made.limits = limits
    return made


# Due, and in which order


def test_a_new_one_is_due_soon_and_then_at_its_interval() -> None:
    one = schedule(entry(1))
    assert one.take_due(START_SPREAD / 2 - 0.1) == []
    assert one.take_due(START_SPREAD / 2) == [1]
    assert one.take_due(1000) == []
    assert one.finished(1, 1000) == 1000 + EVERY
    assert one.next_at(1) == 1000 + EVERY
    assert one.take_due(1000 + EVERY - 0.1) == []
    assert one.take_due(1000 + EVERY) == [1]


def test_the_longest_overdue_comes_first() -> None:
    one = settled(entry(1, every=30), entry(2, every=10), entry(3, every=20))
    assert one.take_due(100) == [2, 3, 1]


def test_asked_ones_overtake_in_the_order_asked() -> None:
    one = settled(*[entry(each) for each in range(1, 5)], limits=Limits(concurrency=3))
    assert one.ask([4, 2], EVERY + 1) == [4, 2]
    assert one.take_due(EVERY + 1) == [4, 2, 1]


def test_asked_again_keeps_its_place() -> None:
    one = settled(entry(1), entry(2))
    one.ask([1, 2], 1)
    one.ask([1], 1)
    assert one.take_due(1) == [1, 2]


def test_asking_for_what_is_not_there_asks_for_nothing() -> None:
    assert settled(entry(1)).ask([7, 1, 7], 0) == [1]


def test_asked_while_it_runs_it_runs_once_more_at_once() -> None:
    one = settled(entry(1))
    one.ask([1], 1)
    assert one.take_due(1) == [1]
    assert one.ask([1, 1], 2) == [1, 1]
    assert one.take_due(2) == []
    assert one.finished(1, 3) == 3
    assert one.take_due(3) == [1]
    assert one.finished(1, 4) == 4 + EVERY


def test_cancelling_takes_back_what_was_asked() -> None:
    one = settled(entry(1), entry(2), entry(3))
    one.ask([1, 2, 3], 1)
    assert one.forget_asked([2]) == [2]
    assert one.forget_asked([2]) == []
    assert one.take_due(1) == [1, 3]
    assert one.next_at(2) == 1 + EVERY


def test_cancelling_takes_back_what_was_asked_while_it_ran() -> None:
    one = settled(entry(1), entry(2))
    one.ask([1, 2], 1)
    one.take_due(1)
    one.ask([1, 2], 2)
    assert one.forget_asked([1]) == []
    assert one.finished(1, 3) == 3 + EVERY
    assert one.finished(2, 3) == 3
    one.forget_asked()
    assert one.take_due(3) == []


# Limits


def test_no_more_at_once_than_allowed() -> None:
    one = settled(*[entry(each) for each in range(20)], limits=Limits(concurrency=8))
    first = one.take_due(1000)
    assert len(first) == 8
    assert one.take_due(1000) == []
    one.finished(first[0], 1000)
    assert len(one.take_due(1000)) == 1


def test_no_more_at_a_host_than_allowed_and_others_pass() -> None:
    entries = [entry(each, "slow") for each in range(10)] + [entry(each, every=200) for each in range(10, 13)]
    one = settled(*entries, limits=Limits(per_host=4))
    taken = one.take_due(1000)
    assert Counter(each < 10 for each in taken) == {True: 4, False: 3}
    assert one.ask([9], 1000) == [9]
    assert one.take_due(1000) == []
    one.finished(taken[0], 1000)
    assert one.take_due(1000) == [9]


def test_who_does_without_its_server_leaves_its_place_to_others_and_still_runs() -> None:
    one = settled(*[entry(each, "one") for each in range(3)], limits=Limits(concurrency=1, per_host=1))
    [first] = one.take_due(1000)
    one.gave_place(first)
    [second] = one.take_due(1000)
    assert second != first
    assert one.take_due(5000) == []  # the first is due again, and runs; the second has the place
    one.finished(first, 5000)
    assert one.take_due(5000) == []
    one.gave_place(second)
    assert len(one.take_due(9000)) == 1


def test_limits_that_shrink_end_nothing_and_begin_nothing() -> None:
    one = settled(*[entry(each) for each in range(8)])
    assert len(one.take_due(1000)) == 8
    one.limits = Limits(concurrency=2)
    for each in range(6):
        one.finished(each, 1000)
        assert one.take_due(5000) == []
    one.finished(6, 1000)
    assert len(one.take_due(5000)) == 1


# Back-off and jitter


@pytest.mark.parametrize(
    ("every", "errors", "expected"),
    [
        (10, 0, 10),
        (10, 1, 10),
        (10, 2, 20),
        (10, 3, 40),
        (10, 7, 640),
        (10, 8, BACK_OFF_CAP),
        (10, 10_000, BACK_OFF_CAP),
        (120, 4, BACK_OFF_CAP),
        (3600, 0, 3600),
        (3600, 5, 3600),
    ],
)
def test_back_off(every: float, errors: int, expected: float) -> None:
    assert back_off(every, errors) == expected


@given(st.floats(10, 86_400), st.integers(0, 10_000))
def test_back_off_only_grows_and_never_hurries(every: float, errors: int) -> None:
    wait = back_off(every, errors)
    assert every <= wait <= max(every, BACK_OFF_CAP)
    assert wait <= back_off(every, errors + 1)


def test_errors_delay_the_next_check_unless_told_otherwise() -> None:
    one = settled(entry(1))
    one.take_due(EVERY)
    assert one.finished(1, 0, consecutive_errors=3) == 4 * EVERY
    one.limits = Limits(back_off=False)
    one.take_due(4 * EVERY)
    assert one.finished(1, 0, consecutive_errors=3) == EVERY


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("errors", [0, 1, 5])
def test_a_wait_that_was_asked_for_is_kept_at_least(errors: int, jitter: float) -> None:
    made = schedule(entry(1), jitter=jitter)
    assert made.take_due(START_SPREAD) == [1]
    next_at = made.finished(1, START_SPREAD, errors, at_least=7200)
    assert next_at is not None
    assert 7200 <= next_at - START_SPREAD <= 7200 * (1 + JITTER)


def test_a_short_wait_that_was_asked_for_hurries_nothing() -> None:
    made = schedule(entry(1))
    assert made.take_due(START_SPREAD) == [1]
    assert made.finished(1, START_SPREAD, 0, at_least=1) == START_SPREAD + EVERY


def test_an_admin_is_not_made_to_wait_by_the_back_off() -> None:
    one = settled(entry(1))
    one.take_due(EVERY)
    one.finished(1, EVERY, consecutive_errors=9)
    one.ask([1], EVERY + 1)
    assert one.take_due(EVERY + 1) == [1]


@given(st.floats(0, 1, exclude_max=True), st.floats(10, 86_400))
def test_jitter_stays_in_its_bounds(jitter: float, every: float) -> None:
    one = schedule(entry(1, every=every), jitter=jitter)
    start = one.next_at(1)
    assert start is not None
    assert 0 <= start <= min(every, START_SPREAD)
    one.take_due(start)
    following = one.finished(1, 0)
    assert following is not None
    assert every * (1 - JITTER) * 0.999 <= following <= every * (1 + JITTER) * 1.001


def test_real_jitter_keeps_many_from_marching_in_step() -> None:
    one = Schedule(Limits(1000, 1000))
    one.set_entries([entry(each) for each in range(100)], 0)
    one.take_due(START_SPREAD)
    times = {one.finished(each, START_SPREAD) for each in range(100)}
    assert len(times) > 90


# Pause


def test_paused_only_asked_ones_run() -> None:
    one = settled(entry(1), entry(2))
    one.paused = True
    assert one.take_due(1000) == []
    one.ask([2], 1000)
    assert one.take_due(1000) == [2]
    one.finished(2, 1000)
    assert one.take_due(5000) == []
    one.paused = False
    assert one.take_due(5000) == [1, 2]


# What there is changes


def test_a_known_one_keeps_its_time() -> None:
    one = settled(entry(1))
    one.set_entry(entry(1), 50)
    assert one.next_at(1) == EVERY


def test_a_shorter_interval_holds_at_once_and_a_longer_one_from_the_next_check() -> None:
    one = settled(entry(1), entry(2))
    one.set_entries([entry(1, every=10), entry(2, every=5000)], 20)
    assert (one.next_at(1), one.next_at(2)) == (30, EVERY)
    one.take_due(EVERY)
    assert one.finished(2, EVERY) == EVERY + 5000


def test_what_is_removed_is_never_due() -> None:
    one = settled(entry(1), entry(2))
    one.set_entries([entry(2)], 0)
    one.remove(7)
    assert one.next_at(1) is None
    assert one.take_due(1000) == [2]
    assert one.finished(1, 0) is None


@pytest.mark.parametrize("way", ["remove", "set_entries"])
def test_removed_while_it_runs_it_counts_until_it_has_finished(way: str) -> None:
    one = settled(entry(1, "host"), entry(2, "host"), limits=Limits(per_host=1))
    assert one.take_due(1000) == [1]
    if way == "remove":
        one.remove(1)
    else:
        one.set_entries([entry(2, "host")], 1000)
    assert one.next_at(1) is None
    assert one.ask([1], 1000) == []
    assert one.take_due(1000) == []
    assert one.finished(1, 1000) is None
    assert one.take_due(1000) == [2]
    one.finished(2, 1000)
    assert one.take_due(100_000) == [2]


def test_removed_and_added_again_while_it_runs_it_does_not_run_twice() -> None:
    """Disabled and enabled during a slow check."""
    one = settled(entry(1))
    one.take_due(1000)
    one.ask([1], 1000)
    one.remove(1)
    one.set_entry(entry(1, every=60), 1001)
    assert one.take_due(2000) == []
    assert one.finished(1, 2000) == 2060
    assert one.take_due(2060) == [1]


# Sleep


def test_after_a_sleep_everything_is_due_soon_and_spread() -> None:
    one = Schedule(Limits(1000, 1000))
    one.set_entries([entry(each, every=3600) for each in range(200)], 0)
    for each in one.take_due(START_SPREAD):
        one.finished(each, START_SPREAD)
    one.woke(100)
    in_first_second = len(one.take_due(101))
    assert in_first_second < 60
    assert in_first_second + len(one.take_due(100 + WAKE_SPREAD)) == 200


def test_where_the_clock_ran_on_in_the_sleep_it_is_no_storm_either() -> None:
    one = Schedule(Limits(1000, 1000))
    one.set_entries([entry(each) for each in range(200)], 0)
    for each in one.take_due(START_SPREAD):
        one.finished(each, START_SPREAD)
    one.woke(100_000)
    in_first_second = len(one.take_due(100_001))
    assert in_first_second < 60
    assert in_first_second + len(one.take_due(100_000 + WAKE_SPREAD)) == 200


def test_waking_again_and_again_does_not_put_checks_off() -> None:
    one = settled(entry(1))
    for step in range(3):
        one.woke(10_000 + step * (WAKE_SPREAD / 2 - 1))
    assert one.take_due(10_000 + WAKE_SPREAD / 2) == [1]


def test_waking_delays_neither_what_was_asked_nor_what_comes_sooner() -> None:
    one = settled(entry(1), entry(2), entry(3))
    one.ask([1], 50)
    one.take_due(EVERY)
    one.finished(2, EVERY)
    one.finished(3, EVERY + 3)
    one.ask([2], 2 * EVERY)
    one.woke(2 * EVERY)
    assert one.take_due(2 * EVERY) == [2]
    assert one.next_at(3) == 2 * EVERY + 3
    again = one.finished(1, 2 * EVERY)  # the sleep cut it short
    assert again is not None
    assert again <= 2 * EVERY + WAKE_SPREAD
    one.take_due(again)
    assert one.finished(1, again) == again + EVERY


def test_a_back_off_of_an_earlier_run_goes_on() -> None:
    one = Schedule(jitter=lambda: 0.5)
    one.set_entry(entry(1), 0, rest=300)
    one.set_entry(entry(2), 0)
    assert one.take_due(START_SPREAD) == [2]
    assert one.next_at(1) == 300
    one.set_entry(entry(3), 0, rest=1e9)  # a clock that was set back
    assert one.next_at(3) == BACK_OFF_CAP


def test_what_was_mended_is_checked_soon() -> None:
    one = settled(entry(1))
    one.hasten(1, 10)
    assert one.take_due(10) == [1]
    one.hasten(7, 10)  # gone meanwhile


# Any sequence

HOSTS = st.sampled_from(["a", "b", "c"])
IDS = st.integers(1, 8)
INTERVALS = st.sampled_from([10.0, 60.0, 3600.0])
LIMITS = st.builds(Limits, st.integers(1, 4), st.integers(1, 3), st.booleans())
A_LONG_TIME = 2 * max(BACK_OFF_CAP, 3600.0)


class AnySequence(RuleBasedStateMachine):
    """What runs is counted here by hand; the schedule may never disagree."""

    @initialize(limits=LIMITS, seed=st.randoms(use_true_random=False))
    def begin(self, limits: Limits, seed: object) -> None:
        self.schedule = Schedule(limits, seed.random)  # type: ignore[attr-defined]  # st.randoms gives a Random
        self.now = 1000.0
        self.wanted: dict[int, Entry] = {}
        self.running: dict[int, str] = {}  # id: the host that it began with
        self.placeless: set[int] = set()  # of those that run
        self.asked: set[int] = set()
        self.woken: set[int] = set()

    @rule(number=IDS, host=HOSTS, every=INTERVALS)
    def add_or_change(self, number: int, host: str, every: float) -> None:
        host = self.running.get(number, host)  # what runs keeps the host that it is connected to
        self.wanted[number] = Entry(number, host, every)
        self.schedule.set_entry(self.wanted[number], self.now)

    @rule(numbers=st.sets(IDS))
    def keep_only(self, numbers: set[int]) -> None:
        self.wanted = {each: one for each, one in self.wanted.items() if each in numbers}
        self.asked &= self.wanted.keys()
        self.schedule.set_entries(self.wanted.values(), self.now)

    @rule(number=IDS)
    def remove(self, number: int) -> None:
        self.wanted.pop(number, None)
        self.asked.discard(number)
        self.schedule.remove(number)

    @rule(seconds=st.sampled_from([0.0, 0.25, 5.0, 60.0, 4000.0]))
    def tick(self, seconds: float) -> None:
        self.now += seconds
        self.take()

    def take(self) -> list[int]:
        taken = self.schedule.take_due(self.now)
        assert len(set(taken)) == len(taken)
        assert not set(taken) & self.running.keys()
        assert set(taken) <= self.wanted.keys()
        if self.schedule.paused:
            assert set(taken) <= self.asked
        limits = self.schedule.limits
        hosts = Counter(host for each, host in self.running.items() if each not in self.placeless)
        if taken:
            assert hosts.total() + len(taken) <= limits.concurrency
        for each in taken:
            host = self.wanted[each].host
            hosts[host] += 1
            assert hosts[host] <= limits.per_host
            self.running[each] = host
            self.asked.discard(each)
        return taken

    @precondition(lambda self: self.running)
    @rule(data=st.data(), errors=st.integers(0, 12))
    def finish(self, data: st.DataObject, errors: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.running)))
        del self.running[number]
        self.placeless.discard(number)
        next_at = self.schedule.finished(number, self.now, errors)
        assert (next_at is not None) == (number in self.wanted)
        assert next_at == self.schedule.next_at(number)
        if next_at is not None:
            assert self.now <= next_at <= self.now + A_LONG_TIME
            if number in self.asked:
                assert next_at == self.now
            elif number not in self.woken:  # after a sleep the spread may be nothing
                assert next_at > self.now
        self.woken.discard(number)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def give_place(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.running)))
        self.schedule.gave_place(number)
        self.placeless.add(number)

    @rule(numbers=st.lists(IDS, max_size=4))
    def ask(self, numbers: list[int]) -> None:
        known = self.schedule.ask(numbers, self.now)
        assert known == [each for each in numbers if each in self.wanted]
        self.asked |= set(known)

    @rule(numbers=st.none() | st.sets(IDS))
    def cancel(self, numbers: set[int] | None) -> None:
        waiting = self.schedule.forget_asked(numbers)
        meant = self.asked if numbers is None else self.asked & numbers
        assert set(waiting) == meant - self.running.keys()
        self.asked -= meant

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        self.schedule.paused = paused

    @rule(limits=LIMITS)
    def set_limits(self, limits: Limits) -> None:
        self.schedule.limits = limits

    @rule(slept=st.sampled_from([0.0, 6.0, 100_000.0]))
    def wake(self, slept: float) -> None:
        self.now += slept
        self.woken |= self.running.keys()
        self.schedule.woke(self.now)

    @rule()
    def nobody_is_forgotten(self) -> None:
        """Let everything end, waking now and then, and see everyone come to a check."""
        for number in list(self.running):
            del self.running[number]
            self.woken.discard(number)
            self.schedule.finished(number, self.now)
        to_come = set(self.asked if self.schedule.paused else self.wanted)
        until = self.now + A_LONG_TIME
        while to_come and self.now < until:
            self.now += WAKE_SPREAD * 0.6
            if not self.schedule.paused and int(self.now) % 2:
                self.schedule.woke(self.now)
            for number in self.take():
                to_come.discard(number)
                del self.running[number]
                self.schedule.finished(number, self.now)
        assert not to_come

    @invariant()
    def what_is_there_has_a_time(self) -> None:
        for number in range(1, 9):
            assert (self.schedule.next_at(number) is not None) == (number in self.wanted)


AnySequence.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestAnySequence = AnySequence.TestCase
