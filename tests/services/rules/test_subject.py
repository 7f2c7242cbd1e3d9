"""A message as the parser reads it, seen by rules."""

from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.rule_verdict import RuleMessage
from mailint_gui.mail.mime.parse import parse
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.subject import rule_message
from tests.mail.mime.tnef_streams import enclosed, file, stream, winmail

RAW = b"""\
From: =?utf-8?q?J=C3=BCrgen?= <Juergen@example.org>
To: support@example.org
Cc: it@example.org
Subject: =?utf-8?q?Dr=C3=BCcker?= kaputt
X-Spam-Flag: YES
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Hilfe!
--x
Content-Type: image/png; name=photo.png
Content-Disposition: attachment

--x
Content-Type: application/octet-stream
Content-Disposition: attachment

--x--
""".replace(b"\n", b"\r\n")
HEADERS = (("X-Spam-Flag", "YES"),)


def test_everything_that_rules_look_at() -> None:
    parsed = parse(RAW)
    assert isinstance(parsed, ParsedMessage)
    assert rule_message(parsed, HEADERS, len(RAW)) == RuleMessage(
        sender="Juergen@example.org",
        recipients=("support@example.org", "it@example.org"),
        subject="Drücker kaputt",
        body="Hilfe!",
        headers=HEADERS,
        attachment_names=("photo.png",),
        size=len(RAW),
        spam_mark=True,
    )


def test_what_is_inside_of_a_winmail_dat_is_seen() -> None:
    raw = winmail(stream(enclosed(stream(file(title=b"invoice.exe", data=b"MZ")), "Invoice")))
    parsed = parse(raw)
    assert isinstance(parsed, ParsedMessage)
    assert rule_message(parsed, (), len(raw)).attachment_names == ("invoice.exe",)


def test_from_raw_message_to_verdict() -> None:
    parsed = parse(RAW)
    assert isinstance(parsed, ParsedMessage)
    tests = (
        FieldTest(Field.SENDER, Operator.IS, "juergen@EXAMPLE.org"),
        FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, r"^DRÜCKER\s+kaputt$"),
        FieldTest(Field.ATTACHMENT_NAME, Operator.ENDS_WITH, ".PNG"),
        FieldTest(Field.SPAM_MARK, Operator.IS, True),
    )
    ignore = Action(ActionKind.IGNORE)
    rule = Rule(1, "all", condition=Group(GroupKind.ALL, tests), actions=(ignore,))
    assert evaluate([rule], rule_message(parsed, HEADERS, len(RAW)), 1).actions == (ignore,)
