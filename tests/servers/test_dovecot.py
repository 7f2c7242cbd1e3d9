import imaplib
import poplib
import pwd
import smtplib
import ssl
from pathlib import Path

import pytest

from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.dovecot_configuration import mail_user
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer

RAW = b"Subject: hello\r\n\r\nbody\r\n"


def test_delivers_bytes_as_they_are(mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    mailbox.deliver(b"Subject: two\r\n\r\n", "Grün & Co./a.b", seen=True)
    assert [message.raw for message in mailbox.messages()] == [RAW]
    (second,) = mailbox.messages("Grün & Co./a.b")
    assert "\\Seen" in second.flags
    assert mailbox.folders() == ["Grün & Co.", "Grün & Co./a.b", "INBOX"]


def test_gives_uids_in_the_order_of_delivery(mailbox: Mailbox) -> None:
    raws = [b"Subject: %d\r\n\r\n" % n for n in range(500)]
    mailbox.deliver_many(raws)
    assert [(m.uid, m.raw) for m in mailbox.messages()] == list(enumerate(raws, 1))


def test_idle_hears_of_a_delivery(mailbox: Mailbox) -> None:
    with mailbox.session() as imap:
        assert {"IDLE", "MOVE", "UIDPLUS"} <= set(imap.capability()[1][0].decode().split())
        imap.select()
        imap.send(b"x IDLE\r\n")
        assert imap.readline().startswith(b"+")
        mailbox.deliver(RAW)
        assert imap.readline() == b"* 1 EXISTS\r\n"
        imap.send(b"DONE\r\n")
        while not imap.readline().startswith(b"x "):
            pass


def test_folders_come_and_go(mailbox: Mailbox) -> None:
    mailbox.create_folder("Done")
    mailbox.deliver(RAW, "Done")
    mailbox.rename_folder("Done", "Älter")
    assert [message.raw for message in mailbox.messages("Älter")] == [RAW]
    mailbox.delete_folder("Älter")
    assert mailbox.folders() == ["INBOX"]


def test_changes_uidvalidity(mailbox: Mailbox) -> None:
    mailbox.deliver_many([RAW, b"Subject: gone\r\n\r\n", b"Subject: third\r\n\r\n"])
    with mailbox.session() as imap:
        imap.select()
        imap.store("2", "+FLAGS", r"\Deleted")
        imap.expunge()
    assert [message.uid for message in mailbox.messages()] == [1, 3]
    before = mailbox.uidvalidity()
    mailbox.change_uidvalidity()
    assert mailbox.uidvalidity() != before
    assert [message.uid for message in mailbox.messages()] == [1, 2]


def test_passwords_change_at_once(mailbox: Mailbox) -> None:
    for password in ("first1", "second"):
        old = mailbox.password
        mailbox.set_password(password)
        mailbox.messages()
        imap = imaplib.IMAP4(mailbox.server.host, mailbox.server.ports.imap)
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.login(mailbox.address, old)
        imap.logout()


def test_users_are_locked_and_removed(mailbox: Mailbox) -> None:
    mailbox.server.lock_user(mailbox.address, "Ask the post office")
    with pytest.raises(imaplib.IMAP4.error, match="Ask the post office"):
        mailbox.messages()
    mailbox.set_password("again")
    assert mailbox.messages() == []
    mailbox.server.remove_user(mailbox.address)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mailbox.messages()


def test_refusals_are_not_slowed_down(mailbox: Mailbox) -> None:
    with imaplib.IMAP4(mailbox.server.host, mailbox.server.ports.imap, timeout=10) as imap:
        for _ in range(5):  # with the usual delays this would run into the time limit
            with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                imap.login(mailbox.address, "wrong")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (addresses.EXPIRED, "expired"),
        (addresses.WRONG_HOST, "not valid for"),
        (addresses.SELF_SIGNED, "self-signed"),
    ],
)
def test_shows_bad_certificates(dovecot: Dovecot, host: str, words: str) -> None:
    context = dovecot.certificates.client_context()
    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        imaplib.IMAP4_SSL(host, dovecot.ports.imaps, ssl_context=context, timeout=20)
    imap = imaplib.IMAP4(host, dovecot.ports.imap, timeout=20)
    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        imap.starttls(context)


def test_good_certificate(mailbox: Mailbox) -> None:
    server = mailbox.server
    context = server.certificates.client_context()
    with imaplib.IMAP4_SSL("localhost", server.ports.imaps, ssl_context=context, timeout=20) as imap:
        assert imap.login(mailbox.address, mailbox.password)[0] == "OK"


def test_login_disabled_until_tls(mailbox: Mailbox) -> None:
    server = mailbox.server
    with imaplib.IMAP4(addresses.LOGIN_DISABLED, server.ports.imap, timeout=20) as imap:
        assert "LOGINDISABLED" in imap.capabilities
        imap.starttls(server.certificates.client_context())
        assert imap.login(mailbox.address, mailbox.password)[0] == "OK"


def test_no_starttls(dovecot: Dovecot) -> None:
    with imaplib.IMAP4(addresses.NO_TLS, dovecot.ports.imap, timeout=20) as imap:
        assert "STARTTLS" not in imap.capabilities


def test_pop3(mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    server = mailbox.server
    plain = poplib.POP3(server.host, server.ports.pop3, timeout=20)
    plain.stls(server.certificates.client_context())
    secure = poplib.POP3_SSL(
        "localhost", server.ports.pop3s, context=server.certificates.client_context(), timeout=20
    )
    for pop in (plain, secure):
        pop.user(mailbox.address)
        pop.pass_(mailbox.password)
        assert b"\r\n".join(pop.retr(1)[1]) + b"\r\n" == RAW
        pop.quit()


def test_lmtp_delivers(mailbox: Mailbox) -> None:
    with smtplib.LMTP(mailbox.server.host, mailbox.server.ports.lmtp) as lmtp:
        lmtp.sendmail("a@example.org", [mailbox.address], RAW)
    (message,) = mailbox.messages()
    assert b"Delivered-To: " + mailbox.address.encode() in message.raw


def test_submission_relays(mailbox: Mailbox, smtp_server: SmtpServer) -> None:
    with smtplib.SMTP(mailbox.server.host, mailbox.server.ports.submission, timeout=20) as smtp:
        smtp.login(mailbox.address, mailbox.password)
        smtp.sendmail(mailbox.address, ["b@example.org"], RAW)
    assert smtp_server.wait_for_message().raw.endswith(RAW)


def test_pause_stops_every_process(mailbox: Mailbox) -> None:
    server = mailbox.server
    with mailbox.session() as imap:
        server.pause()
        try:
            imap.sock.settimeout(0.2)
            with pytest.raises(TimeoutError):
                imap.noop()
        finally:
            server.resume()
    assert mailbox.messages() == []


def test_stop_and_start_on_the_same_ports(mailbox: Mailbox) -> None:
    server = mailbox.server
    mailbox.deliver(RAW)
    ports = server.ports
    with mailbox.session() as imap:
        server.stop()
        imap.sock.settimeout(20)
        while line := imap.readline():  # up to the end of the connection
            assert line.startswith(b"* BYE")
        with pytest.raises(ConnectionRefusedError):
            imaplib.IMAP4(server.host, ports.imap)
        server.start()
    assert server.ports == ports
    assert [message.raw for message in mailbox.messages()] == [RAW]


def test_comes_back_for_the_next_test(dovecot: Dovecot) -> None:
    dovecot.pause()
    dovecot.revive()
    assert dovecot.mailbox().messages() == []
    dovecot.pause()
    dovecot.stop()
    dovecot.stop()
    dovecot.revive()
    assert dovecot.mailbox().messages() == []


def test_extra_configuration(certificates: Certificates, server_directory: Path) -> None:
    extra = "imap_capability = IMAP4rev1"
    with Dovecot(server_directory / "old", certificates, extra=extra) as old:
        mailbox = old.mailbox()
        imap = imaplib.IMAP4(old.host, old.ports.imap, timeout=20)
        assert imap.login(mailbox.address, mailbox.password)[0] == "OK"
        assert imap.capability()[1][-1] == b"IMAP4rev1"
        imap.logout()


def test_mail_belongs_to_no_root(mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    mailbox.messages()
    maildir = mailbox.server.directory / "mail" / mailbox.address / "Maildir"
    assert (maildir / "dovecot-uidlist").stat().st_uid == pwd.getpwnam(mail_user()).pw_uid != 0
