import smtplib

import pytest

from tests.servers import addresses
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA

RAW = b"Subject: hello\r\n\r\n.dot\r\n\xc3\xa4\r\n"


def client(server: SmtpServer, host: str = addresses.HOST) -> smtplib.SMTP:
    return smtplib.SMTP(host, server.port, local_hostname="localhost", timeout=20)


def send(server: SmtpServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with client(server) as smtp:
        return smtp.sendmail("a@example.org", recipients or ["b@example.org"], RAW)


def test_keeps_envelope_and_bytes(smtp_server: SmtpServer) -> None:
    send(smtp_server, "b@example.org", "c@example.org")
    message = smtp_server.wait_for_message()
    assert (message.sender, message.recipients) == ("a@example.org", ("b@example.org", "c@example.org"))
    assert message.raw == RAW
    assert smtp_server.messages == [message]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_logs_in_over_starttls(smtp_server: SmtpServer, mechanism: str) -> None:
    smtp_server.users["me"] = "secret"
    smtp_server.auth_required = True
    with client(smtp_server, addresses.LOGIN_DISABLED) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("AUTH")
        smtp.starttls(context=smtp_server.certificates.client_context())
        smtp.ehlo()
        smtp.user, smtp.password = "me", "wrong"
        method = getattr(smtp, "auth_" + mechanism.lower().replace("-", "_"))
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            smtp.auth(mechanism, method)
        assert refusal.value.smtp_code == 535
        smtp.password = "secret"
        smtp.auth(mechanism, method)
        smtp.sendmail("a@example.org", ["b@example.org"], RAW)
    assert smtp_server.wait_for_message().user == "me"


def test_tls_from_the_start(smtp_server: SmtpServer) -> None:
    context = smtp_server.certificates.client_context()
    with smtplib.SMTP_SSL("localhost", smtp_server.tls_port, context=context, timeout=20) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], RAW)
    assert smtp_server.wait_for_message().raw == RAW


def test_offers_no_starttls_on_that_address(smtp_server: SmtpServer) -> None:
    with client(smtp_server, addresses.NO_TLS) as smtp, pytest.raises(smtplib.SMTPNotSupportedError):
        smtp.starttls()


def test_answers_as_told_for_one_recipient(smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "bad@example.org", "550 5.1.1 Unknown")
    assert send(smtp_server, "bad@example.org", "b@example.org") == {
        "bad@example.org": (550, b"5.1.1 Unknown")
    }
    assert smtp_server.wait_for_message().recipients == ("b@example.org",)


def test_greylists_once(smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "", "451 4.7.1 Greylisted", times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_server)
    send(smtp_server)
    assert len(smtp_server.messages) == 1


def test_421_closes(smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("MAIL", "", "421 4.3.2 Shutting down")
    with client(smtp_server) as smtp:
        smtp.ehlo()
        assert smtp.mail("a@example.org")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


def test_refuses_at_the_final_dot(smtp_server: SmtpServer) -> None:
    smtp_server.script.answer(END_OF_DATA, "", "552 5.2.2 Mailbox full")
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp_server)
    assert not smtp_server.messages


def test_announces_and_holds_its_size_limit(smtp_server: SmtpServer) -> None:
    smtp_server.size_limit = 10
    with client(smtp_server) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["size"] == "10"
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("a@example.org", ["b@example.org"], RAW)


def test_cuts_before_its_250_and_keeps_the_message(smtp_server: SmtpServer) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_server)
    assert smtp_server.wait_for_message().raw == RAW


def test_cuts_after_its_250(smtp_server: SmtpServer) -> None:
    smtp_server.script.cut_after_reply(END_OF_DATA)
    smtp = client(smtp_server)
    smtp.sendmail("a@example.org", ["b@example.org"], RAW)
    assert smtp_server.wait_for_message().raw == RAW
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.noop()


def test_never_answers(smtp_server: SmtpServer) -> None:
    smtp_server.script.never_answer("DATA")
    smtp = client(smtp_server)
    smtp.ehlo()
    smtp.mail("a@example.org")
    smtp.rcpt("b@example.org")
    assert smtp.sock is not None
    smtp.sock.settimeout(0.2)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtp.data(RAW)
    smtp.close()


def test_comes_back_on_the_same_port(smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        client(smtp_server)
    smtp_server.start()
    send(smtp_server)
    assert smtp_server.wait_for_message().raw == RAW
