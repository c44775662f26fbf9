"""`commission`, `stop`, `resume` and `credential`: what only people decide about a site."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.speaking import DEFAULT_SITE, JsonOption, SiteOption, Speaker
from pipeline.errors import EvenkeelError

if TYPE_CHECKING:
    from pipeline.registry.events import Switch

ByOption = Annotated[str, typer.Option("--by", help="who decides this; stands in the audit trail", metavar="ID")]
WhatArgument = Annotated[str, typer.Argument(help="site, or the id of a participant")]


class UnknownNameError(EvenkeelError):
    """A participant or clinician whom the site does not know: a slip of the hand must not look like success."""


def commission(by: ByOption, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Accept the site's local figures, so that flags are routed from now on."""
    from pipeline.registry.events import SITE, Switch
    from pipeline.registry.words import SwitchKind, SwitchScope

    _switch(Switch(SwitchKind.COMMISSIONED, SwitchScope.SITE, SITE, is_on=True), by, site)
    _confirm(Speaker(as_json), "commissioned", "site", "flags are routed from the next run on")


def stop(what: WhatArgument, by: ByOption, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Stop routing for the site or for one participant, at once."""
    _switch(_stopped(what, is_on=True), by, site)
    _confirm(Speaker(as_json), "stopped", what, "flags are recorded and nothing is routed")


def resume(what: WhatArgument, by: ByOption, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Take a stop back."""
    _switch(_stopped(what, is_on=False), by, site)
    _confirm(Speaker(as_json), "resumed", what, "flags are routed from the next run on")


def credential(
    clinician: Annotated[str, typer.Argument(help="the clinician whose credential is set")],
    by: ByOption,
    site: SiteOption = DEFAULT_SITE,
) -> None:
    """Set the credential a clinician signs in with; it is read from standard input, never from the command line."""
    from pipeline.audit.event import Actor, ActorKind
    from pipeline.opening import opened
    from pipeline.registry.credentials import set_credential

    secret = sys.stdin.readline().strip()
    with opened(site) as place, place.store.write(Actor(ActorKind.OPERATOR, by, "operator"), place.clock) as uow:
        if clinician not in place.roster().clinicians:
            raise UnknownNameError(f"found no clinician {clinician}, nothing was changed; clinicians.csv names them")
        set_credential(uow, clinician, secret)


def _confirm(speaker: Speaker, done: str, what: str, effect: str) -> None:
    speaker.say(f"{done}: {what}; {effect}")
    speaker.document({"done": done, "what": what})


def _stopped(what: str, *, is_on: bool) -> Switch:
    from pipeline.registry.events import SITE, Switch
    from pipeline.registry.words import SwitchKind, SwitchScope

    if what == SITE:
        return Switch(SwitchKind.STOPPED, SwitchScope.SITE, SITE, is_on=is_on)
    return Switch(SwitchKind.STOPPED, SwitchScope.PARTICIPANT, what, is_on=is_on)


def _switch(switch: Switch, by: str, site: Path) -> None:
    from pipeline.audit.event import Actor, ActorKind
    from pipeline.opening import opened
    from pipeline.registry.record import record_switch
    from pipeline.registry.words import SwitchScope

    with (
        opened(site) as place,
        place.store.write(Actor(ActorKind.OPERATOR, by, "operator"), place.clock) as uow,
    ):
        if switch.scope is SwitchScope.PARTICIPANT and switch.scope_id not in place.roster().participants:
            raise UnknownNameError(
                f"found no participant {switch.scope_id}, nothing was changed; participants.csv has them"
            )
        record_switch(uow, switch)
