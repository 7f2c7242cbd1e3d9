import asyncio

import pytest

from mailint_gui.demo.post_office import KEEP, Configuration, PostOffice

ADDRESS = "box@demo.example"


async def _open() -> tuple[PostOffice, Configuration]:
    configuration = Configuration()
    configuration.apply_context()
    post_office = PostOffice(configuration)
    await post_office.open_account(ADDRESS, "right", ("Done",))
    return post_office, configuration


def test_a_demo_left_alone_keeps_the_newest_messages_only() -> None:
    async def uids_after(messages: int) -> list[int]:
        post_office, configuration = await _open()
        for number in range(messages):
            await post_office.deliver(ADDRESS, b"Subject: %d\r\n\r\n" % number)
        inbox = await configuration.set_cache[ADDRESS][0].get_mailbox("INBOX")
        return [message.uid async for message in inbox.messages()]

    uids = asyncio.run(uids_after(KEEP + 3))
    assert len(uids) == KEEP
    assert uids[0] == asyncio.run(uids_after(1))[0] + 3  # the three oldest are gone


@pytest.mark.parametrize(
    ("address", "password", "accepted"),
    [
        (ADDRESS, "right", True),
        (ADDRESS.upper(), "right", True),
        (ADDRESS, "wrong", False),
        (ADDRESS, "", False),
        ("nobody@demo.example", "right", False),
    ],
)
def test_only_the_password_of_the_account_is_accepted(address: str, password: str, accepted: bool) -> None:
    async def answer() -> bool:
        post_office, _ = await _open()
        return post_office.accepts(address, password)

    assert asyncio.run(answer()) is accepted


def test_mail_for_no_account_is_an_error() -> None:
    async def deliver() -> None:
        post_office, _ = await _open()
        await post_office.deliver("nobody@demo.example", b"Subject: lost\r\n\r\n")

    with pytest.raises(KeyError):
        asyncio.run(deliver())
