"""Lines for a ``ScriptedServer`` that plays IMAP."""


def answer(pattern: str, *untagged: str, status: str = "OK done") -> list[str]:
    return [rf"C: (?P<tag>\S+) {pattern}", *(f"S: * {line}" for line in untagged), f"S: {{tag}} {status}"]


def fetched(uid: int, items: str, text: str, date: str = "01-Jan-2026 10:00:00 +0000") -> str:
    return (
        f'{uid - 6} FETCH (UID {uid} RFC822.SIZE {len(text)} INTERNALDATE "{date}" '
        f"{items} {{{len(text)}}}\r\n{text})"
    )


def session(uidvalidity: int, exists: int = 3) -> list[str]:
    """Logged in to a folder with UIDs from 7 on."""
    known = ("EXISTS", f"OK [UIDVALIDITY {uidvalidity}] valid", f"OK [UIDNEXT {7 + exists}] next")
    return [
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready",
        *answer("AUTHENTICATE", status="OK [CAPABILITY IMAP4rev1] in"),
        *answer("SELECT", f"{exists} EXISTS", *known[1:], status="OK [READ-WRITE] selected"),
    ]
