"""``mailint integrations sign-in`` and ``sign-out``: an admin signs in at a provider, from a terminal."""

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from mailint_gui.cli import shapes
from mailint_gui.cli.arguments import INCOMING, NAME, OUTGOING
from mailint_gui.cli.awaited import awaited
from mailint_gui.cli.context import Context
from mailint_gui.cli.named import status_named
from mailint_gui.cli.table import table
from mailint_gui.cli.verb import QT_TRANSLATE_NOOP, Verb
from mailint_gui.cli.words import code_line, other_account_line, page_line, problem_line, signed_in_lines
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.integration_secrets import directions_that_log_in, log_in_direction, settings_of
from mailint_gui.domain.mailbox_access import own_mailbox
from mailint_gui.domain.oauth import DeviceCode, Provider, SignedIn
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

# Of a terminal on another computer (sshd sets it): its browser cannot come back to this one.
_REMOTE = "SSH_CONNECTION"


def _sign_in(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        status = status_named(services, arguments.name)
        direction = _directions(status, arguments)[0]
        try:
            services.sign_ins.require_place()
            signed_in = awaited(lambda: _signed_in(services, status, direction, context), context.scopes)
            services.sign_ins.keep(status.integration, direction, signed_in)
            kept = services.sign_ins.status(status.integration, direction)
        except ProblemError as error:
            context.complain(problem_line(error.problem, status.name, direction))
            return 1
    assert kept is not None  # it has just been kept
    mailbox = own_mailbox(status.integration, log_in_direction(status.integration, direction))
    of_another = kept.is_of_another(mailbox)
    if of_another:
        context.complain(other_account_line(kept.account, mailbox))
    if arguments.json:
        context.print_json(shapes.sign_in(status.name, kept))
    else:
        context.print(signed_in_lines(kept, who=not of_another))
    return 0


def _directions(status: IntegrationStatus, arguments: Namespace) -> list[Direction]:
    """Of those asked for, else of all: whose sign-in by a person is used. Raises RefusedError for none."""
    asked = [each for each in Direction if getattr(arguments, each)]
    given = status.integration
    used = directions_that_log_in(given)
    owners = [log_in_direction(given, each) for each in asked or Direction]
    found = [each for each in dict.fromkeys(owners) if each in used]
    for each in asked:
        if log_in_direction(given, each) not in used:
            raise RefusedError(Refusal.SIGN_IN_OFF, name=status.name, direction=each)
    by_a_person = [each for each in found if _somebody_signs_in(status, each)]
    if not by_a_person:
        raise RefusedError(Refusal.NOBODY_SIGNS_IN, name=status.name)
    return by_a_person


def _somebody_signs_in(status: IntegrationStatus, direction: Direction) -> bool:
    settings = settings_of(status.integration, direction)
    return settings.provider is not None and settings.oauth.by_a_person


def _signed_in(
    services: "Services", status: IntegrationStatus, direction: Direction, context: Context
) -> SignedIn:
    """By a code, which needs no browser here; at Google, which has none for mail, by the address of the page."""

    def show_code(code: DeviceCode) -> None:
        context.complain(code_line(code, status.name))

    def show_page(url: str) -> None:
        context.complain(page_line(status.name))
        context.complain(url)

    with context.scopes.new() as scope:
        if settings_of(status.integration, direction).provider is Provider.MICROSOFT365:
            return services.sign_ins.on_device(status.integration, direction, scope, show_code)
        if os.environ.get(_REMOTE):
            raise RefusedError(Refusal.BROWSER_ELSEWHERE, name=status.name)
        return services.sign_ins.in_browser(status.integration, direction, scope, show_page)


def _sign_out(arguments: Namespace, context: Context) -> int:
    with context.access.changing() as services:
        status = status_named(services, arguments.name)
        for direction in _directions(status, arguments):
            services.sign_ins.sign_out(status.integration, direction)
        shape = shapes.integration(status_named(services, arguments.name))
    if arguments.json:
        context.print_json(shape)
    else:
        context.print(table([shape], ("name", "state")))
    return 0


VERBS = (
    Verb(
        ("integrations", "sign-in"),
        QT_TRANSLATE_NOOP("command_line", "sign in at Microsoft 365 or Google for an integration"),
        _sign_in,
        changes=True,
        arguments=(NAME, INCOMING, OUTGOING),
    ),
    Verb(
        ("integrations", "sign-out"),
        QT_TRANSLATE_NOOP("command_line", "forget the sign-in of an integration"),
        _sign_out,
        changes=True,
        arguments=(NAME, INCOMING, OUTGOING),
    ),
)
