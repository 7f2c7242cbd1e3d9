"""How the program is set up for the demo: integrations, as an admin would import them, and properties."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from mailint_gui.demo import story
from mailint_gui.demo.endpoints import HOST, DemoEndpoints

DEMO_INTERVAL = timedelta(seconds=2)
"""Between two checks. Shorter than an admin may choose: given to the clock, while the file says 10s."""

DEMO_BACK_OFF = False
"""No longer waits after errors, so that the thresholds are reached within seconds."""

DEMO_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "notify_after_incoming_errors": "2",
        "notify_after_outgoing_errors": "2",
        "disable_after_incoming_errors": "4",
        "disable_after_outgoing_errors": "4",
        "disable_grace": "0s",
        "notification_recipients": story.ADMIN,
        "record_categories": "Access, Hardware, Billing",
        "groups": "First line, Workshop, Accounts",
    }
)
"""Account properties by name; `demo_properties` adds what depends on the servers."""


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    description: str
    address: str
    port: int
    first_check: str = "everything"
    after_processing: str = "mark_read"
    sends: bool = False
    is_default: bool = False
    group: str = ""

    @property
    def variable(self) -> str:
        return f"MAILINT_DEMO_{self.name.upper()}"

    @property
    def password(self) -> str:
        return story.WRONG_PASSWORD if self.address == story.SALES else story.PASSWORD


def demo_properties(endpoints: DemoEndpoints) -> dict[str, str]:
    """All account properties of the demo, in the names and values of the command line."""
    return {**DEMO_PROPERTIES, "extra_ca_file": str(endpoints.ca_file)}


def demo_integrations(endpoints: DemoEndpoints) -> tuple[str, dict[str, str]]:
    """The import file (TOML) and the environment variables that its `env:` references name."""
    samples = _samples(endpoints)
    document = "\n".join(_document(sample, endpoints) for sample in samples)
    return document, {sample.variable: sample.password for sample in samples}


def _samples(endpoints: DemoEndpoints) -> tuple[_Sample, ...]:
    return (
        _Sample(
            "Support",
            "Healthy, and mail keeps arriving.",
            story.SUPPORT,
            endpoints.imap_port,
            sends=True,
            is_default=True,
            group="First line",
        ),
        _Sample(
            "Billing",
            "Healthy and quiet. What it receives is moved to another folder: send it a test email.",
            story.BILLING,
            endpoints.imap_port,
            first_check="new",
            after_processing="move",
            sends=True,
            group="Accounts",
        ),
        _Sample(
            "Sales",
            f"Has a wrong password on purpose. The right one is: {story.PASSWORD}",
            story.SALES,
            endpoints.imap_port,
        ),
        _Sample(
            "Offsite",
            f"Its server does not answer on this port, on purpose. The right one is: {endpoints.imap_port}",
            story.OFFSITE,
            endpoints.refused_port,
        ),
    )


def _document(sample: _Sample, endpoints: DemoEndpoints) -> str:
    account: dict[str, str | int | bool] = {
        "address": sample.address,
        "server": HOST,
        "security": "ssl",
        "user_name": sample.address,
        "password_from": f"env:{sample.variable}",
        "authentication": "password",
    }
    incoming: dict[str, str | int | bool] = {
        **account,
        "protocol": "imap",
        "port": sample.port,
        "folder": "INBOX",
        "check_every": "10s",
        "first_check": sample.first_check,
        "after_processing": sample.after_processing,
    }
    if sample.after_processing == "move":
        incoming["move_to"] = story.FOLDERS[0]
    tables = [
        _table(
            "[[integration]]",
            {
                "name": sample.name,
                "description": sample.description,
                "is_default": sample.is_default,
                "responsible_admin": story.ADMIN,
            },
        ),
        _table("[integration.incoming]", incoming),
    ]
    if sample.sends:
        outgoing: dict[str, str | int | bool] = {
            **account,
            "port": endpoints.smtp_port,
            "display_name": f"Demo {sample.name}",
        }
        tables.append(_table("[integration.outgoing]", outgoing))
    if sample.group:
        tables.append(_table("[integration.filing]", {"group": sample.group}))
    return "".join(tables)


def _table(heading: str, values: Mapping[str, str | int | bool]) -> str:
    lines = (
        f"{key} = {json.dumps(value)}\n" for key, value in values.items()
    )  # as TOML writes these three too
    return f"{heading}\n{''.join(lines)}"
