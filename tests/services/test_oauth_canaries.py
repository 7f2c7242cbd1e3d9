"""No token and no secret stands anywhere but in memory and, sealed, in the vault."""

import gc
import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Direction, FirstCheck, IncomingAuthentication
from mailint_gui.domain.oauth import SignIn
from mailint_gui.domain.secret import Secret, SecretPurpose
from mailint_gui.services.scope import CancelScope
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import OidcProvider
from tests.services.oauth import (
    app_only,
    by_a_person,
    client_secret,
    google,
    integration,
    signed_in_on_device,
    visiting,
)
from tests.services.office import Office, letter

IN = Direction.INCOMING


def secrets_in_memory() -> set[str]:
    """Every value that is or was a Secret here, and what the kept sign-ins are made of."""
    found = {each.reveal() for each in gc.get_objects() if isinstance(each, Secret)}
    inner = {value for text in found for value in re.findall(r"[\w.~/+-]{20,}", text)}
    told = re.compile(
        r"http.*|//.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    )  # addresses, and ids of clients
    return {value for value in found | inner if len(value) >= 12 and not told.fullmatch(value)}


def process_list() -> str:
    commands = (path / "cmdline" for path in Path("/proc").iterdir() if path.name.isdigit())
    shown = []
    for command in commands:
        try:
            shown.append(command.read_bytes().decode("latin-1"))
        except OSError:  # it has ended
            continue
    return "\n".join(shown)


def test_nowhere_in_clear(
    office: Office, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "mailint_gui")  # what libraries say below a warning is heard by nobody
    services = office.services
    services.credentials.use_for_this_run()
    oauth_mailbox.deliver(letter(1))
    port = oauth_mailbox.server.ports.imap
    admin = oidc_provider.add_user(oauth_mailbox.address)
    app = oidc_provider.add_client(secret="canary-of-the-application")
    desktop = oidc_provider.add_client(secret="canary-of-the-desktop-app")
    device = oidc_provider.add_client()
    drafts = [
        (app_only(oidc_provider, app.id), IncomingAuthentication.MICROSOFT365, app.secret),
        (by_a_person(oidc_provider, device.id, SignIn.DEVICE_CODE), IncomingAuthentication.MICROSOFT365, ""),
        (
            google(oidc_provider, SignIn.INTERACTIVE, desktop.id),
            IncomingAuthentication.GOOGLE,
            desktop.secret,
        ),
    ]
    secrets: set[str] = {"canary-of-the-application", "canary-of-the-desktop-app"}
    for number, (oauth, authentication, secret) in enumerate(drafts):
        draft = integration(oauth, oauth_mailbox.address, f"Help {number}", authentication, port)
        draft = replace(draft, incoming=replace(draft.incoming, first_check=FirstCheck.EVERYTHING))
        one = services.integrations.save(draft, client_secret(secret) if secret else client_secret("-" * 12))
        if oauth.sign_in is SignIn.DEVICE_CODE:
            services.sign_ins.keep(one, IN, signed_in_on_device(services, one, oidc_provider, admin))
        elif oauth.sign_in is SignIn.INTERACTIVE:
            signed_in = services.sign_ins.in_browser(one, IN, CancelScope(), visiting(oidc_provider, admin))
            services.sign_ins.keep(one, IN, signed_in)
        services.trace_requests.ask(one.id)
        office.check(one)
        services.connection_test.test(one, IN, CancelScope())
        secrets |= secrets_in_memory()
        oidc_provider.answer(
            Answer.error("invalid_grant", f"the token {max(secrets, key=len)[:60]} is bad"), times=1
        )
        services.connection_test.test(one, IN, CancelScope())
        secrets |= secrets_in_memory()
        if oauth.by_a_person:
            with services.database.read() as unit:
                kept = services.credentials.unsealed(unit, one.id, SecretPurpose.INCOMING_TOKENS)
            secrets.add(json.loads(kept.reveal())["cache"])
    services.monitor.flush()
    assert any(len(each) > 100 for each in secrets)
    files = b"".join(path.read_bytes() for path in office.database_path.parent.iterdir() if path.is_file())
    shown = {
        "database": files.decode("latin-1"),
        "log": caplog.text,
        "announcements": repr(office.announced),
        "processes": process_list(),
    }
    clear = {place: [each[:6] for each in secrets if each in text] for place, text in shown.items()}
    assert not any(clear.values()), clear
