import smtplib

import pytest

from tests.servers.postfix import Postfix
from tests.servers.postfix_policy import GREYLISTED, Policy
from tests.servers.smtp import SmtpServer

RAW = b"Subject: hello\r\n\r\ntext\r\n"


def send(postfix: Postfix, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP(postfix.host, postfix.port, timeout=20) as smtp:
        smtp.starttls()
        return smtp.sendmail("a@example.org", recipients or ["b@example.org"], RAW)


def test_passes_on_what_it_takes(postfix: Postfix, smtp_server: SmtpServer) -> None:
    send(postfix)
    message = smtp_server.wait_for_message()
    assert (message.sender, message.recipients) == ("a@example.org", ("b@example.org",))
    assert b"\r\n\r\ntext\r\n" in message.raw


def test_puts_off_each_pair_once(postfix: Postfix, policy: Policy, smtp_server: SmtpServer) -> None:
    policy.greylisting = True
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(postfix)
    code, words = refused.value.recipients["b@example.org"]
    assert (code, words.endswith(GREYLISTED.partition("4.7.1 ")[2].encode())) == (451, True)
    assert send(postfix) == {}
    assert smtp_server.wait_for_message().recipients == ("b@example.org",)


def test_keeps_what_the_next_server_puts_off(postfix: Postfix, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "", "451 4.2.1 later", times=1)
    send(postfix)
    postfix.wait_for_deferred(1)
    assert smtp_server.messages == []
    postfix.flush()
    assert smtp_server.wait_for_message().recipients == ("b@example.org",)
