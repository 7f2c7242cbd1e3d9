"""When automatic mail between one sender and one of our addresses is a loop: by how much of it there is in a time."""

from collections.abc import Mapping

from mailint_gui.domain.properties import AccountProperties


def limits(properties: AccountProperties) -> Mapping[int, int]:
    """Minutes, and the messages that may come in them; the shortest time first."""
    return {10: properties.loop_limit_10m, 30: properties.loop_limit_30m, 60: properties.loop_limit_60m}


def exceeded(counts: Mapping[int, int], properties: AccountProperties) -> int | None:
    """``counts``: messages in so many minutes. -> the minutes in which there are too many, or None."""
    return next((minutes for minutes, limit in limits(properties).items() if counts[minutes] > limit), None)
