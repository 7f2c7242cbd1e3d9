"""Free text of a provider, or of a library, without what opens a mailbox.

Correlation and trace IDs, timestamps and error codes stay: a provider's support asks for them.
"""

import re

_BLANK = "…"
_VALUE = r"""(?: "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? | [^\s"'&,;}\]]+ )"""
_NAMED = re.compile(
    rf"""(?xi)
    ( (?<![\w-]) (?:
        (?: access_token | refresh_token | id_token | client_secret | client_assertion | device_code
          | code_verifier | private_key | id_token_hint )  ["']? \s* [=:] \s*
      | (?: token | assertion | password | rapt )  (?: \s* = | ["'] \s* : ) \s*
      | code  (?: \s* = | ["'] \s* : ) \s*  (?! ["']? \d{{1,9}} (?: [\s"'&,;}}\]] | \Z ) )  # not that of an error
    ) )
    {_VALUE}
    """
)
_SHAPED = re.compile(
    r"""(?xs)
    -----BEGIN [A-Z ]* PRIVATE\ KEY----- .*? (?: -----END [A-Z ]* PRIVATE\ KEY----- | \Z )
    | \b eyJ [\w-]+ (?: \. [\w-]* )+               # a JWT: RFC 7515 section 7.1, RFC 7516 section 7.1
    | (?<= [Bb]earer\ ) [\w.~+/-]+ =*             # RFC 6750 section 2.1
    | \b ya29\. [\w.-]+ | \b [14] // [\w-]{16,} | \b 4/ [\w-]{16,} | \b GOCSPX- [\w-]+      # Google's
    | \b [01] \. A [\w.-]{30,}                       # Microsoft's codes and refresh tokens
    | [\w~+-]{72,} =*                               # whatever else is too long for a name, an ID or a fingerprint
    """
)


def without_tokens(text: str) -> str:
    """``text`` with every token, secret, assertion and code in it replaced by an ellipsis."""
    return _SHAPED.sub(_BLANK, _NAMED.sub(rf"\1{_BLANK}", text))
