"""What is new in a reply: its text without what it quotes and without the signature. Linear, line by line."""

import re
from collections.abc import Iterable, Sequence

_SCAN = 400  # characters of a line that are looked at
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 8
_LONGEST_SIGNATURE = 12  # lines after a plain "--", which others use as a rule

# How the line above a quotation begins and which word it has, in the languages of the common mail programs.
_OPENERS = (
    "on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "dnia ", "w dniu ", "dne ", "ma ", "pe ", "la ",
    "at ", "na ", "a ", "в ", "ons", "tor", "fre", "lør", "lör", "søn", "sön", "man", "mån", "tir", "tis",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "20",
)  # fmt: skip
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|écrit|escribió|escribio|ha scritto|scrive|escreveu|schreef|skrev|napisał|"
    r"napsal|kirjoitti|írta|написал|пише|yazdı)\b|写道|のメール|님이 작성",
    re.IGNORECASE,
)
_SAID = re.compile(r"[:：]\s*$")
_DATED = re.compile(r"\d|@")

_ORIGINAL = re.compile(
    r"^[\s>*]*[-_=]{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|"
    r"ursprünglicher termin|message d'origine|message original|mensaje original|messaggio originale|"
    r"mensagem original|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|"
    r"opprinnelig melding|oryginalna wiadomość|původní zpráva|исходное сообщение|"
    r"reply message|antwortnachricht|reply above this line)\s*[-_=]*\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[\s*]*(?:[-_=]{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|"
    r"videresendt meddelelse|przekazana wiadomość)|begin forwarded message|anfang der weitergeleiteten|"
    r"début du message réexpédié|inicio del mensaje reenviado|inizio messaggio inoltrato)",
    re.IGNORECASE,
)
# What the two begin with, to pass ordinary lines by.
_MAY_BEGIN_RULE = re.compile(r"[\s>*]*[-_=]")
_MAY_BEGIN_FORWARDED = re.compile(r"[\s*]*(?:[-_=]|begin |anfang|début|inicio|inizio)", re.IGNORECASE)
_RULE = re.compile(r"^\s*[_\-=─]{10,}\s*$")

# Names of the header lines that mail programs write above what they quote: sender, then date, recipient, subject.
_FROM_NAMES = "from|von|de|da|van|från|fra|od|lähettäjä|feladó|от|kimden|发件人|差出人"
_OTHER_NAMES = (
    "sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|data|a|"
    "oggetto|enviada|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|"
    "odesláno|komu|předmět|отправлено|дата|кому|тема|kopie|copie|gönderildi|kime|konu|发送时间|收件人|主题|送信日時|宛先|件名"
)
_FROM_LINE = re.compile(rf"^[\s*]*(?:{_FROM_NAMES})\s?[*]*\s?[:：]", re.IGNORECASE)
_MAY_END = re.compile(  # any line at which the new may end, or which is quoted: all other lines are passed by
    rf"[\s>*]*(?:[-_=>]|begin |anfang|début|inicio|inizio|(?:{_FROM_NAMES})\s?[*]*\s?[:：])", re.IGNORECASE
)
_OTHER_LINE = re.compile(rf"^[\s*]*(?:{_OTHER_NAMES})\s?[*]*\s?[:：]", re.IGNORECASE)

_SENT_FROM = re.compile(
    r"^\s*(?:(?:sent|get outlook|envoyé|enviado|gesendet|inviato|verzonden|skickat|obtenir outlook)\b.{0,60}"
    r"\b(?:iphone|ipad|android|samsung|galaxy|huawei|outlook|mobile|smartphone|handy|blackberry|mail|ios)\b|"
    r"von meinem (?:iphone|ipad|handy|samsung)\b|diese nachricht wurde von meinem).{0,120}$",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|doorst|vs|vb|vl|pd|i)\s*:", re.IGNORECASE)


def new_text(text: str, subject: str = "") -> str:
    """Lines of ``text`` in their order; all of them where nothing new would be left, and for what was forwarded."""
    if _FORWARD_SUBJECT.match(subject):
        return text
    lines = text.split("\n")
    kept = _without_sent_from(_without_quotes(lines))
    while kept and not kept[-1].strip():
        kept.pop()
    start = next((place for place, line in enumerate(kept) if line.strip()), 0)
    return "\n".join(kept[start:]) or text


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    said = _near(line[-3:].rstrip().endswith((":", "：")) for line in lines)
    place = 0
    while place < len(lines):
        line = lines[place][:_SCAN]
        if not said[place] and not _MAY_END.match(line):
            kept.append(lines[place])
            place += 1
            continue
        if _MAY_BEGIN_FORWARDED.match(line) and _FORWARDED.match(line):
            kept += lines[place:]
            break
        if _ends_the_new(lines, place):
            _drop_rule(kept)
            break
        if line.lstrip().startswith(">"):
            place += 1
        elif height := _attribution(lines, place) if said[place] else 0:
            place += height
            if not _is_quoted(lines, place):  # nothing marks where the quotation ends: it goes to the end
                break
        else:
            kept.append(lines[place])
            place += 1
    return kept


def _near(said: Iterable[bool]) -> list[bool]:
    """Of each line, whether it or one of the next says so that it may belong to an attribution."""
    near = list(said)
    for place in [place for place, yes in enumerate(near) if yes]:
        near[max(place - _ATTRIBUTION_LINES + 1, 0) : place] = [True] * min(place, _ATTRIBUTION_LINES - 1)
    return near


def _ends_the_new(lines: Sequence[str], place: int) -> bool:
    line = lines[place][:_SCAN]
    if line in ("-- ", "--\xa0") or (_MAY_BEGIN_RULE.match(line) and _ORIGINAL.match(line)):
        return True
    if line.strip() == "--":
        return sum(1 for each in lines[place + 1 : place + 40] if each.strip()) <= _LONGEST_SIGNATURE
    return ":" in line.replace("：", ":") and bool(_FROM_LINE.match(line)) and _header_block(lines, place)


def _header_block(lines: Sequence[str], place: int) -> bool:
    """Two more header lines within the next few, as Outlook writes them."""
    others = 0
    for line in lines[place + 1 : place + _HEADER_LINES]:
        others += bool(_OTHER_LINE.match(line[:_SCAN]))
    return others >= 2


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines "On ..., Ann wrote:" takes here; 0: it is none."""
    first = lines[place][:_SCAN].strip().lower()
    if not first or not (first.startswith(_OPENERS) or _WROTE.search(first)):
        return 0
    joined = ""
    for height, line in enumerate(lines[place : place + _ATTRIBUTION_LINES], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {line[:_SCAN].strip()}"
        if _SAID.search(line[-_SCAN:]):
            dated = _WROTE.search(joined) and _DATED.search(joined)
            return height if dated and len(joined) <= _SCAN else 0
    return 0


def _is_quoted(lines: Sequence[str], place: int) -> bool:
    """The next line that says anything is marked as quoted."""
    following = (line for line in lines[place : place + 5] if line.strip())
    return next(following, "").lstrip().startswith(">")


def _drop_rule(kept: list[str]) -> None:
    """The line that Outlook draws above its header lines."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _RULE.match(kept[-1][:_SCAN]):
        kept.pop()


def _without_sent_from(lines: list[str]) -> list[str]:
    """Without the last line that says, if one does, from what it was sent."""
    place = len(lines) - 1
    while place >= 0 and not lines[place].strip():
        place -= 1
    if place > 0 and len(lines[place]) <= _SCAN and _SENT_FROM.match(lines[place]):
        return lines[:place]
    return lines
