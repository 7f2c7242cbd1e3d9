"""The word for each state, the same in list, form, tray and panel (look.md)."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import Stage
from mailint_gui.domain.health import (
    Condition,
    DirectionHealth,
    DirectionState,
    disables_at,
)
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.integration_secrets import SECRET_OR_CERTIFICATE
from mailint_gui.domain.missing_secret import imported_without
from mailint_gui.domain.properties import AccountProperties, ErrorThresholds
from mailint_gui.domain.secret import VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.wording.expiry import expiry_state
from mailint_gui.wording.stages import brief_stage_words
from mailint_gui.wording.surface import secret_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, Words, filled
from mailint_gui.wording.times import clock_time

translate = QCoreApplication.translate

# The plain word of each; what counts errors is put together below.
_CONDITIONS: dict[Condition, str] = {
    Condition.OK: QT_TRANSLATE_NOOP("states", "OK"),
    Condition.NEVER_CHECKED: QT_TRANSLATE_NOOP("states", "Not checked yet"),
    Condition.DISABLED: QT_TRANSLATE_NOOP("states", "Disabled"),
    Condition.EXPIRING: QT_TRANSLATE_NOOP("states", "Expiring"),
    Condition.WAITING: QT_TRANSLATE_NOOP("states", "Waiting"),
    Condition.HELD_UP: QT_TRANSLATE_NOOP("states", "Cannot check now"),
    Condition.FAILING: QT_TRANSLATE_NOOP("states", "Failing"),
    Condition.NEEDS_SIGN_IN: QT_TRANSLATE_NOOP("states", "Sign in"),
    Condition.DISABLED_BY_ERRORS: QT_TRANSLATE_NOOP("states", "Disabled by errors"),
}

_DIRECTION_STATES: dict[DirectionState, str] = {
    DirectionState.OFF: QT_TRANSLATE_NOOP("states", "Off"),
    DirectionState.ACTIVE: QT_TRANSLATE_NOOP("states", "Active"),
    DirectionState.DISABLED: QT_TRANSLATE_NOOP("states", "Disabled"),
    DirectionState.NEEDS_SIGN_IN: QT_TRANSLATE_NOOP("states", "Sign in"),
    DirectionState.DISABLED_BY_ERRORS: QT_TRANSLATE_NOOP("states", "Disabled by errors"),
}

_DIRECTIONS: dict[Direction, str] = {
    Direction.INCOMING: QT_TRANSLATE_NOOP("states", "Incoming email"),
    Direction.OUTGOING: QT_TRANSLATE_NOOP("states", "Outgoing email"),
}


def condition_name(condition: Condition) -> str:
    """The word alone, as in the filter of the list."""
    return translate("states", _CONDITIONS[condition])


def condition_words(status: IntegrationStatus, properties: AccountProperties, *, brief: bool = False) -> str:
    """The state of a row: "OK", "Failing (2 of 10)", "Failing (12 of 10), disabled at 14:20", "Waiting until 9:00" …

    ``brief``: no longer than a column of the list, beside one that counts errors.
    """
    match status.condition:
        case Condition.FAILING:
            on = [each for each in Direction if status.state_of(each) is not DirectionState.OFF]
            direction = max(on, key=lambda each: status.health.of(each).consecutive_errors)
            return failing_words(status.health.of(direction), properties.thresholds(direction), brief=brief)
        case Condition.DISABLED_BY_ERRORS:
            errors = max(
                health.consecutive_errors
                for health in map(status.health.of, Direction)
                if health.disabled_by_errors
            )
            return _disabled_after(errors)
        case Condition.DISABLED if without := _imported_without(status):
            noun = secret_words(_FIRST_OF.get(without, without))
            return filled(translate("states", "Disabled: no {secret}"), {"secret": noun})
        case Condition.EXPIRING if status.expiring:
            return expiry_state(status.expiring)
        case Condition.WAITING if until := _waits_until(status):
            return filled(translate("states", "Waiting until {time}"), {"time": clock_time(until)})
    return condition_name(status.condition)


def _waits_until(status: IntegrationStatus) -> datetime | None:
    on = (each for each in Direction if status.state_of(each) is not DirectionState.OFF)
    return min(filter(None, (status.health.of(each).waits_until for each in on)), default=None)


_FIRST_OF = {SECRET_OR_CERTIFICATE: "client_secret"}  # as short as a column of the list


def _imported_without(status: IntegrationStatus) -> str:
    if status.integration.enabled:
        return ""
    return next(filter(None, (imported_without(status.health.of(each)) for each in Direction)), "")


def direction_words(status: IntegrationStatus, direction: Direction, properties: AccountProperties) -> str:
    """The state of one direction; an active one with errors says how many."""
    health = status.health.of(direction)
    match status.state_of(direction):
        case DirectionState.DISABLED_BY_ERRORS:
            return _disabled_after(health.consecutive_errors)
        case DirectionState.ACTIVE if health.consecutive_errors:
            return failing_words(health, properties.thresholds(direction))
        case state:
            return direction_state_name(state)


def failing_words(health: DirectionHealth, limits: ErrorThresholds, *, brief: bool = False) -> str:
    if limits.disable_after is None:
        template = translate("states", "Failing ({errors})")
    elif disables_at(health, limits) is None:
        template = translate("states", "Failing ({errors} of {limit})")
    elif brief:
        template = translate("states", "Failing, disabled at {time}")
    else:
        template = translate("states", "Failing ({errors} of {limit}), disabled at {time}")
    return filled(template, _failing_facts(health, limits, disables_at(health, limits)))


def _failing_facts(health: DirectionHealth, limits: ErrorThresholds, at: datetime | None) -> dict[str, str]:
    return {
        "errors": str(health.consecutive_errors),
        "limit": str(limits.disable_after),
        "time": clock_time(at) if at else "",
    }


def _disabled_after(errors: int) -> str:
    if errors == 1:
        return translate("states", "Disabled after 1 error")
    return translate("states", "Disabled after %n errors", None, errors)


def direction_state_name(state: DirectionState) -> str:
    return translate("states", _DIRECTION_STATES[state])


def direction_name(direction: Direction) -> str:
    return translate("states", _DIRECTIONS[direction])


def checking_words(stage: Stage | None = None) -> str:
    """What lies over the condition while a check runs: "Checking… (greeting)"."""
    if stage is None:
        return translate("states", "Checking…")
    return filled(translate("states", "Checking… ({stage})"), {"stage": brief_stage_words(stage)})


def offline_words() -> str:
    return translate("states", "Offline")


def paused_words() -> str:
    return translate("states", "Paused")


def mute_default_words(name: str) -> str:
    template = translate(
        "states",
        "{name} is the default and cannot send, so automatic notifications will wait. Enable its outgoing email, or "
        "choose another default.",
    )
    return filled(template, {"name": name})


_VAULT: dict[VaultState, tuple[str, str]] = {
    VaultState.UNOPENED: (
        QT_TRANSLATE_NOOP("vault", "The system keyring has not been opened yet."),
        QT_TRANSLATE_NOOP("vault", "It is opened when a password is needed."),
    ),
    VaultState.READY: (
        QT_TRANSLATE_NOOP("vault", "The system keyring is open."),
        QT_TRANSLATE_NOOP("vault", "Nothing needs to be done."),
    ),
    VaultState.LOCKED: (
        QT_TRANSLATE_NOOP(
            "vault", "The system keyring is locked or does not answer, so stored passwords cannot be read."
        ),
        QT_TRANSLATE_NOOP(
            "vault", "Unlock the keyring of this computer, then choose Try again. Nothing is lost."
        ),
    ),
    VaultState.ABSENT: (
        QT_TRANSLATE_NOOP("vault", "This computer has no keyring that works, so passwords cannot be kept."),
        QT_TRANSLATE_NOOP(
            "vault",
            "Start a keyring and choose Try again, or go on for this run only and enter them again later.",
        ),
    ),
    VaultState.FAILED: (
        QT_TRANSLATE_NOOP(
            "vault", "The system keyring reported an error, so stored passwords cannot be read."
        ),
        QT_TRANSLATE_NOOP(
            "vault", "Nothing was deleted. Check the keyring of this computer, then choose Try again."
        ),
    ),
}

# Where a password was typed that could not be stored.
_NOT_KEPT: dict[VaultState, str] = {
    VaultState.LOCKED: QT_TRANSLATE_NOOP(
        "vault",
        "The password could not be kept: the system keyring is locked or does not answer. Nothing was stored yet.",
    ),
    VaultState.ABSENT: QT_TRANSLATE_NOOP(
        "vault",
        "The password could not be kept: this computer has no keyring that works. Nothing was stored yet.",
    ),
    VaultState.FAILED: QT_TRANSLATE_NOOP(
        "vault",
        "The password could not be kept: the system keyring reported an error. Nothing was stored yet.",
    ),
}
_TO_KEEP = QT_TRANSLATE_NOOP(
    "vault",
    "Unlock or start the keyring and choose Try again, or go on for this run only and enter it again later.",
)


def vault_words(state: VaultState) -> Words:
    what, remedy = _VAULT[state]
    return Words(translate("vault", what), translate("vault", remedy))


def not_kept_words(state: VaultState) -> Words:
    """The same where a save failed for it."""
    if state not in _NOT_KEPT:
        return vault_words(state)
    return Words(translate("vault", _NOT_KEPT[state]), translate("vault", _TO_KEEP))
