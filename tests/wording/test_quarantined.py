"""What is told of mail in quarantine."""

from datetime import UTC, datetime

import pytest

from mailint_gui.domain.events import IntegrationEvent, MessagesQuarantined
from mailint_gui.wording.events import event_words

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "title", "body"),
    [
        (1, "Support: a message is in quarantine", "It could not be read"),
        (3, "Support: 3 messages are in quarantine", "They could not be read"),
    ],
)
def test_one_and_many_are_told_apart(count: int, title: str, body: str) -> None:
    told = event_words(IntegrationEvent(1, "Support", NOON, MessagesQuarantined(count)))
    assert told.title == title
    assert told.body.startswith(body)
