"""Judging from published facts to a routed flag: once, in order, resumable, and anew where facts came late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.deviations.profile import DIRECTIONS, Direction
from alerts.flags import judge
from alerts.flags.evidence import EVIDENCE_PURPOSE, digest_of, sentences, thawed
from alerts.flags.words import Suppression, Tier
from alerts.queues.tables import AlertRow
from alerts.triage.words import Action
from pipeline.errors import TransientError
from pipeline.registry.keys import KeyRing
from pipeline.registry.purposes import ANALYSE_WITH_AI
from pipeline.registry.words import ConsentStatus
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import AlertId
from tests.alerts.flags.people import DAYS, DETECTION, FIRST_DAY, LAST_DAY, Detector, detecting, same_states, two_people
from tests.alerts.making import COMMISSIONED, KEY, Clinic, consents, with_site
from tests.plugins.people import FIRST, SECOND

DAY = timedelta(days=1)
LATE = LAST_DAY - 30 * DAY
MAKE = Callable[[], Detector]


def _routed(detector: Detector) -> list[tuple[str, Direction]]:
    return [(flag.participant_id, flag.direction) for flag in detector.flags() if flag.tier is Tier.ROUTE]


def _evidence(detector: Detector) -> bytes:
    flag = next(one for one in detector.flags() if one.tier is Tier.ROUTE)
    with detector.clinic.store.read() as session:
        opened = KeyRing(session, KEY).open(flag.participant_id, flag.sealed_evidence, EVIDENCE_PURPOSE)
    assert flag.evidence_digest == digest_of(opened)
    return opened


def test_a_planted_change_is_one_routed_flag_and_one_alert_and_the_other_participant_has_none(clinic: Clinic) -> None:
    """On both databases."""
    detector = Detector(with_site(clinic, detecting(clinic.site)))
    detector.publish(two_people())

    judged = detector.judge()
    routed = detector.clinic.route()

    assert (2 * DAYS, LAST_DAY) == (judged.night_count, judged.last_night)
    assert [(FIRST, Direction.WITHDRAWAL)] == _routed(detector)
    assert 1 == routed.alert_count
    assert {FIRST} == {one.participant_id for one in detector.flags() if one.direction is not Direction.UNUSUAL}
    assert clinic.chain_is_intact()


def test_contributions_of_the_frozen_evidence_sum_to_the_score(detector: Detector) -> None:
    detector.judge()

    evidence = thawed(_evidence(detector))

    assert abs(evidence["score"] - sum(domain["contribution"] for domain in evidence["domains"])) < 1e-9
    assert (
        abs(evidence["score"] - sum(bar["contribution"] for d in evidence["domains"] for bar in d["features"])) < 1e-9
    )


def test_what_a_clinician_reads_is_frozen_with_the_rest(detector: Detector) -> None:
    detector.judge()

    assert sentences(_evidence(detector))[0].startswith("Withdrawal pattern since ")


def test_a_second_run_judges_nothing(detector: Detector) -> None:
    detector.judge()
    flags, states = detector.evidence(), detector.state_counts()

    again = detector.judge()

    assert (0, 0) == (again.night_count, again.flag_count)
    assert (flags, states) == (detector.evidence(), detector.state_counts())


def test_facts_stamped_after_a_clock_that_stands_still_are_not_late_for_ever(detector: Detector) -> None:
    """Publishing never gives an instant twice, so a second publish is stamped after the clock."""
    changed = {(SECOND, LATE, "steps_count"): 5000.0}
    detector.publish(changed)
    detector.judge()

    assert 0 == detector.judge().night_count


def test_night_by_night_is_the_same_as_all_at_once(detector: Detector, another: MAKE) -> None:
    by_night = another()
    by_night.publish(two_people())
    for night in (FIRST_DAY + 20 * DAY, FIRST_DAY + 74 * DAY, FIRST_DAY + 75 * DAY, LAST_DAY - DAY, LAST_DAY):
        by_night.judge(night)
    detector.judge()

    assert detector.evidence() == by_night.evidence()
    assert same_states(detector.states(), by_night.states())


def test_asking_for_an_earlier_night_judges_no_later_one(detector: Detector) -> None:
    judged = detector.judge(LATE)

    assert LATE == judged.last_night
    assert LATE == max(night for _, night in detector.states())


def test_late_facts_are_judged_anew_beside_the_old_states_and_end_as_if_on_time(
    detector: Detector, another: MAKE
) -> None:
    late = {(SECOND, LATE, "steps_count"): 100.0}
    detector.judge()
    before = detector.evidence()
    detector.clinic.clock.advance(timedelta(hours=1))
    detector.publish(late)
    judged = detector.judge()
    on_time = another()
    on_time.publish(two_people() | late)
    on_time.judge()

    assert 31 == judged.night_count
    counts = detector.state_counts()
    assert {1} == {counts[FIRST, night] for night in (FIRST_DAY, LATE, LAST_DAY)}
    assert [1, 2, 2] == [counts[SECOND, night] for night in (LATE - DAY, LATE, LAST_DAY)]
    assert same_states(detector.states(), on_time.states())
    assert before == [flag for flag in detector.evidence() if flag in before]
    assert 0 == detector.judge().night_count


@pytest.mark.parametrize("killed_at", [1, 3, 6])
def test_a_killed_run_and_its_retry_end_as_one_run_would(
    detector: Detector, another: MAKE, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    monkeypatch.setattr(judge, "NIGHTS_AT_ONCE", 15)
    whole = another()
    whole.publish(two_people())
    whole.judge()

    _kill(detector, monkeypatch, killed_at)
    detector.judge()

    assert whole.evidence() == detector.evidence()
    assert same_states(whole.states(), detector.states())
    assert {1} == set(detector.state_counts().values())


def test_a_run_killed_while_it_judges_late_facts_is_finished_by_the_next(
    detector: Detector, another: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "NIGHTS_AT_ONCE", 10)
    late = {(SECOND, LATE, "steps_count"): 100.0}
    detector.judge()
    detector.clinic.clock.advance(timedelta(hours=1))
    detector.publish(late)
    _kill(detector, monkeypatch, 2)
    detector.judge()
    on_time = another()
    on_time.publish(two_people() | late)
    on_time.judge()

    assert same_states(on_time.states(), detector.states())


def test_a_replay_decides_the_same_and_stores_nothing(detector: Detector) -> None:
    replayed = detector.replay()
    raised = [row for row in replayed.select("participant_id", "direction", "decision").rows() if row[2] == "raised"]

    assert {} == detector.state_counts()
    assert [] == detector.flags()
    detector.judge()
    assert [(who, Direction(direction)) for who, direction, _ in raised] == _routed(detector)


def test_who_withdrew_from_the_analysis_is_not_judged(detector: Detector) -> None:
    detector.clinic.record(*consents(FIRST, ConsentStatus.WITHDRAWN, (ANALYSE_WITH_AI,)))

    detector.judge()

    assert {SECOND} == {who for who, _ in detector.states()}
    assert FIRST not in set(detector.replay()["participant_id"])


def test_another_rule_judges_the_past_anew_and_routes_none_of_it(detector: Detector) -> None:
    """A changed setting must not open alerts about nights that were judged by the rule of their time."""
    detector.judge()
    detector.clinic.route()
    changed = replace(detector.clinic.site, detection=replace(DETECTION, refractory_days=21))

    judged = Detector(with_site(detector.clinic, changed)).judge()
    detector.clinic.route()

    assert 2 * DAYS == judged.night_count
    routed = [flag.suppression for flag in detector.flags() if flag.tier is Tier.ROUTE]
    assert 2 == len(routed)
    assert {None, Suppression.JUDGED_BEFORE} == set(routed)
    with detector.clinic.store.read() as session:
        assert 1 == len(session.scalars(select(AlertRow)).all())


def test_what_was_held_back_rises_again_once_nothing_holds_it(detector: Detector) -> None:
    """In commissioning the flag is recorded; the pattern still stands when the figures are accepted."""
    detector.clinic.record(replace(COMMISSIONED, is_on=False))
    detector.judge(LAST_DAY - DAY)
    held = detector.clinic.route()
    detector.clinic.clock.advance(timedelta(hours=1))
    detector.clinic.record(COMMISSIONED)

    detector.judge()

    assert held.alert_count == 0
    assert 1 == detector.clinic.route().alert_count
    assert [Suppression.COMMISSIONING, None] == [one.suppression for one in detector.flags() if one.tier is Tier.ROUTE]


def test_a_disposition_ends_the_alert_and_the_walk_knows(detector: Detector) -> None:
    """Disposed of on the clinic's Monday: open up to Sunday night, no more on Monday night."""
    detector.judge()
    detector.clinic.route()
    with detector.clinic.store.read() as session:
        alert_id = AlertId(session.scalars(select(AlertRow.alert_id)).one())
    detector.clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE)
    detector.clinic.clock.advance(2 * DAY)

    detector.judge()

    axis, states = DIRECTIONS.index(Direction.WITHDRAWAL), detector.states()
    is_open = [states[FIRST, night]["is_open"][0].to_list()[axis] for night in (LAST_DAY, LAST_DAY + DAY)]
    assert [True, False] == is_open


def _kill(detector: Detector, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """A run that ends before its n-th commit."""
    finish, calls = UnitOfWork.finish, [0]

    def dying(unit: UnitOfWork) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise TransientError("killed before the commit")
        finish(unit)

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "finish", dying)
        with pytest.raises(TransientError):
            detector.judge()


def test_nothing_published_is_nothing_to_judge(another: MAKE) -> None:
    empty = another()
    empty.publish({})

    assert (0, None) == (empty.judge().night_count, empty.judge().last_night)


def test_on_a_retrospective_site_the_last_night_is_that_of_the_data(detector: Detector) -> None:
    detector.clinic.clock.advance(timedelta(days=400))
    past = Detector(with_site(detector.clinic, replace(detector.clinic.site, is_retrospective=True)))

    assert LAST_DAY == past.judge().last_night


def test_on_a_live_site_nights_without_any_upload_are_judged_too(detector: Detector) -> None:
    detector.clinic.clock.advance(timedelta(days=3))

    assert LAST_DAY + 3 * DAY == detector.judge().last_night
