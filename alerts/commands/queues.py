"""`queue` and `alert …`: what waits for whom, and working on it."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.commands.speaking import DEFAULT_SITE, JsonOption, SiteOption, Speaker

if TYPE_CHECKING:
    from alerts.queues.queue import QueuedAlert
    from pipeline.opening import Opened

AsOption = Annotated[str, typer.Option("--as", help="the clinician who acts", metavar="CLINICIAN")]
AlertArgument = Annotated[str, typer.Argument(metavar="ID", help="the alert's id, as `evenkeel queue` lists it")]
NOT_AN_EMERGENCY_SERVICE = (
    "Evenkeel is not an emergency service. It says what changed; what it means is for you to judge."
)


def queue(
    clinician: Annotated[str | None, typer.Argument(help="one clinician's queue; by default all")] = None,
    site: SiteOption = DEFAULT_SITE,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="with the reasons; needs the holder's credential")] = False,
    as_json: JsonOption = False,
) -> None:
    """List open alerts by deadline, in the queue of each named clinician."""
    from alerts.queues.queue import open_alerts
    from pipeline.opening import opened

    speaker = Speaker(as_json)
    with opened(site) as place:
        roster = place.roster()
        with place.store.read() as session:
            found = open_alerts(session, clinician)
        names = {str(one.clinician_id): one.display_name for one in roster.clinicians.values()}
        by_clinician: dict[str, list[QueuedAlert]] = defaultdict(list)
        for one in found:
            by_clinician[one.clinician_id].append(one)
        wanted = [clinician] if clinician else sorted(names)
        for clinician_id in wanted:
            name = names.get(clinician_id, clinician_id)
            _say_queue(place, speaker, name, by_clinician.get(clinician_id, []), explain=explain)
    speaker.say(NOT_AN_EMERGENCY_SERVICE)
    speaker.document(found)


def _say_queue(place: Opened, speaker: Speaker, name: str, alerts: list[QueuedAlert], *, explain: bool) -> None:
    synthetic = " (synthetic)" if place.site.is_synthetic else ""
    speaker.say(f"\nQueue of {name}{synthetic}: {len(alerts) or 'no'} open alert{'' if len(alerts) == 1 else 's'}")
    for one in alerts:
        late = ", retrospective" if one.is_retrospective else ""
        label = ", provisional baseline" if one.is_provisional else ""
        speaker.say(
            f"  {one.alert_id}  {one.participant_id}  {one.direction.wording}  night of {one.night}{late}{label}, "
            f"data grade {one.grade}; {one.state.value}, due {one.due_utc:%Y-%m-%d %H:%M} UTC"
        )
        if explain:
            for line in _brief(place, one):
                speaker.say(f"      {line}")


def _brief(place: Opened, one: QueuedAlert) -> list[str]:
    """The sentences of an alert, for its holder only; the look is written down before anything is shown."""
    from alerts.queues.queue import brief_of
    from alerts.triage.sign_in import signed_in
    from pipeline.registry.access import record_access
    from pipeline.registry.keys import KeyRing

    actor = signed_in(place, place.roster(), one.clinician_id, os.environ.get("EVENKEEL_CREDENTIAL"))
    record_access(place.store, actor, place.clock, "brief", one.participant_id)
    with place.store.read() as session:
        return list(brief_of(session, KeyRing(session, place.key), one.alert_id))


def show(
    alert_id: AlertArgument, clinician: AsOption, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False
) -> None:
    """Show an alert whole: what changed, compared with what, since when, and what argues against it."""
    from alerts.queues.queue import brief_of, one_alert
    from alerts.triage.actions import UnknownAlertError
    from alerts.triage.sign_in import signed_in
    from pipeline.audit.event import ActorKind
    from pipeline.opening import opened
    from pipeline.registry.access import record_access
    from pipeline.registry.keys import KeyRing

    speaker = Speaker(as_json)
    with opened(site) as place:
        actor = signed_in(place, place.roster(), clinician, os.environ.get("EVENKEEL_CREDENTIAL"))
        with place.store.read() as session:
            one = one_alert(session, alert_id)
        if one is None:
            raise UnknownAlertError(f"found no alert {alert_id}; `evenkeel queue` lists the open ones")
        record_access(place.store, actor, place.clock, "brief", one.participant_id)
        if one.state is AlertState.ACKNOWLEDGED and actor.kind is ActorKind.CLINICIAN:
            one = replace(one, state=_act(place, alert_id, Action.REVIEW, clinician, Details()))
        with place.store.read() as session:
            lines = list(brief_of(session, KeyRing(session, place.key), alert_id))
    _say_alert(speaker, one, lines)
    speaker.document({"alert": one, "brief": lines})


def _say_alert(speaker: Speaker, one: QueuedAlert, lines: list[str]) -> None:
    speaker.say(f"Alert {one.alert_id} about {one.participant_id}: {one.direction.wording}, night of {one.night}")
    moved = f", moved {one.escalation_step} times because a deadline passed" if one.escalation_step else ""
    frozen = "; frozen, because consent was withdrawn" if one.is_stopped else ""
    speaker.say(f"Opened in the queue of {one.route_reason.wording}{moved}; now with {one.clinician_id}.")
    speaker.say(f"{one.state.value.capitalize().replace('_', ' ')}{frozen}; data grade {one.grade}.")
    for line in lines:
        speaker.say(f"  {line}")
    next_steps = {
        AlertState.OPEN: f"evenkeel alert acknowledge {one.alert_id} --as {one.clinician_id}",
        AlertState.ACKNOWLEDGED: f"evenkeel alert show {one.alert_id} --as {one.clinician_id}",
        AlertState.IN_REVIEW: f"evenkeel alert dispose {one.alert_id} --as {one.clinician_id} --disposition …",
        AlertState.DISPOSED: f"evenkeel alert close {one.alert_id} --as {one.clinician_id} --follow-up-settled",
    }
    if one.state in next_steps:
        speaker.say(f"Next: {next_steps[one.state]}")
    speaker.say(NOT_AN_EMERGENCY_SERVICE)


def acknowledge(
    alert_id: AlertArgument, clinician: AsOption, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False
) -> None:
    """Say that the alert was received; the clock to a decision begins."""
    _run(alert_id, Action.ACKNOWLEDGE, clinician, Details(), site, Speaker(as_json))


def dispose(
    alert_id: AlertArgument,
    clinician: AsOption,
    disposition: Annotated[Disposition, typer.Option(help="what was decided")],
    reason: Annotated[str, typer.Option(help="why, in your words; needed where the alert is set aside")] = "",
    site: SiteOption = DEFAULT_SITE,
    *,
    as_json: JsonOption = False,
) -> None:
    """Record what was decided. Only a clinician can."""
    details = Details(disposition=disposition, reason=reason)
    _run(alert_id, Action.DISPOSE, clinician, details, site, Speaker(as_json))


def close(
    alert_id: AlertArgument,
    clinician: AsOption,
    site: SiteOption = DEFAULT_SITE,
    *,
    follow_up_settled: Annotated[bool, typer.Option(help="follow-up is arranged, or none is needed")] = False,
    as_json: JsonOption = False,
) -> None:
    """Close a decided alert."""
    details = Details(is_follow_up_settled=follow_up_settled)
    _run(alert_id, Action.CLOSE, clinician, details, site, Speaker(as_json))


def _run(alert_id: str, action: Action, clinician: str, details: Details, site: Path, speaker: Speaker) -> None:
    from pipeline.opening import opened

    with opened(site) as place:
        state = _act(place, alert_id, action, clinician, details)
    speaker.say(f"{alert_id} is {state.value}")
    speaker.document({"alert_id": alert_id, "state": state.value})


def _act(place: Opened, alert_id: str, action: Action, clinician: str, details: Details) -> AlertState:
    """Act as the clinician, or, without their credential, note as an operator that they were spoken for."""
    from alerts.triage.actions import act
    from alerts.triage.sign_in import signed_in
    from pipeline.audit.event import ActorKind
    from pipeline.vocabulary.ids import AlertId, ClinicianId

    roster = place.roster()
    actor = signed_in(place, roster, clinician, os.environ.get("EVENKEEL_CREDENTIAL"))
    spoken_for = ClinicianId(clinician) if actor.kind is ActorKind.OPERATOR else None
    if actor.kind is ActorKind.OPERATOR and action is Action.ACKNOWLEDGE:
        action = Action.NOTE
    details = replace(details, actor_id=actor.actor_id, on_behalf_of_id=spoken_for)
    with place.store.write(actor, place.clock) as uow:
        return act(uow, roster, place.key, AlertId(alert_id), action, details)
