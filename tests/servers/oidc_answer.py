"""Answers of a token endpoint that a real provider gives when something is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Any HTTP answer; `body` is sent as it is."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, error: str, description: str = "", *, status: int = 400) -> Self:
        """An error of OAuth 2.0 (RFC 6749, section 5.2), as Google gives it too."""
        values = {"error": error} | ({"error_description": description} if description else {})
        return cls(status, json.dumps(values), _JSON)

    @classmethod
    def aadsts(cls, code: int, error: str, text: str, *, status: int = 400, suberror: str = "") -> Self:
        """An error of Microsoft Entra ("Microsoft Entra authentication and authorization error codes")."""
        trace, correlation = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"
        time = "2026-01-31 12:00:00Z"
        values = {
            "error": error,
            "error_description": (
                f"AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"
            ),
            "error_codes": [code],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={code}",
        }
        if suberror:
            values["suberror"] = suberror
        return cls(status, json.dumps(values), _JSON)

    @classmethod
    def throttled(cls, retry_after: int) -> Self:
        """Too many requests; `retry_after` in seconds."""
        return cls(429, "{}", _JSON | {"Retry-After": str(retry_after)})

    @classmethod
    def html(cls, status: int = 200) -> Self:
        """A page where JSON was asked for: a proxy, or a portal that wants a sign-in of its own."""
        page = "<!doctype html><html><body><h1>Sign in to this network</h1></body></html>"
        return cls(status, page, {"Content-Type": "text/html; charset=utf-8"})
