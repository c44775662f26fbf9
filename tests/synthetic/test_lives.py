"""Lives hang together: nobody is in two places, uses a phone asleep, or is somewhere that no trip went to."""

from __future__ import annotations

import numpy as np

from pipeline.synthetic.formats.acceleration import bursts
from pipeline.synthetic.formats.location_fixes import cycled_fixes
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.person.traits import KM_PER_DEGREE
from pipeline.synthetic.spans import intersection


def test_the_screen_is_on_at_night_only_in_awakenings(many_lives: list[Life]) -> None:
    for life in many_lives:
        at_night = intersection(life.phone.screen, life.nights.spans)
        assert np.isclose(intersection(at_night, life.nights.awakenings).total_s, at_night.total_s, atol=1e-3)


def test_screens_do_not_overlap_and_need_a_phone_that_is_on(many_lives: list[Life]) -> None:
    for life in many_lives:
        screen = life.phone.screen
        assert np.all(screen.start_s[1:] >= screen.end_s[:-1])
        assert not life.phone.off.contains(screen.start_s).any()


def test_nights_do_not_overlap(many_lives: list[Life]) -> None:
    for life in many_lives:
        assert np.all(life.nights.onset_s[1:] - life.nights.offset_s[:-1] >= 7 * 3600 - 1)
        assert np.all(life.nights.offset_s > life.nights.onset_s)


def test_trips_follow_each_other_and_begin_where_the_last_one_ended(many_lives: list[Life]) -> None:
    for life in many_lives:
        trips = life.whereabouts
        assert np.all(trips.start_s[1:] >= trips.end_s[:-1] - 1e-6)
        assert np.all(trips.end_s > trips.start_s)
        assert np.array_equal(trips.from_place[1:], trips.to_place[:-1])


def test_nobody_travels_in_their_sleep(many_lives: list[Life]) -> None:
    for life in many_lives:
        trips = life.whereabouts
        asleep = life.nights.spans.contains(trips.start_s) | life.nights.spans.contains(trips.end_s)
        assert not asleep.any()


def test_calls_are_made_awake(many_lives: list[Life]) -> None:
    for life in many_lives:
        assert not life.nights.spans.contains(life.contacts.calls.at_s).any()


def test_a_journey_that_crosses_zones_moves_the_clock(many_lives: list[Life]) -> None:
    far = [
        (life, event)
        for life in many_lives
        for event in life.confounders
        if event.zone is not None and event.last_day > event.first_day + 2
    ]
    assert far
    for life, event in far:
        night = event.first_day + 1
        assert life.calendar.clocks[life.calendar.night_zone[night]].zone == event.zone
        assert life.calendar.is_away()[night]
        assert life.calendar.clocks[life.calendar.night_zone[event.last_day + 1]].zone == life.seat.zone


def test_fixes_lie_near_where_the_person_is(lives: list[Life]) -> None:
    life = lives[1]
    fixes = cycled_fixes(life.rng("gps"), life)
    lat, lon = life.whereabouts.position_at(fixes.at_s)
    off_km = np.hypot(fixes.lat_deg - lat, (fixes.lon_deg - lon) * np.cos(np.radians(lat))) * KM_PER_DEGREE
    assert np.median(off_km) < 0.03
    assert np.mean(off_km > 0.5) < 0.01


def test_walking_shows_as_a_swing_at_the_cadence(lives: list[Life]) -> None:
    life = lives[1]
    sample = bursts(life.rng("acceleration"), life)
    per_burst = life.plan.acceleration_on_s * 10
    length = np.sqrt(sample.x**2 + sample.y**2 + sample.z**2).reshape(-1, per_burst)
    minute = life.minutes.index(sample.at_s.reshape(-1, per_burst)[:, 0])
    walking = life.minutes.is_walking[minute] & life.minutes.is_carried[minute]
    power = np.abs(np.fft.rfft(length[walking] - length[walking].mean(axis=1, keepdims=True), n=256, axis=1))
    peak_hz = np.fft.rfftfreq(256, 0.1)[power.argmax(axis=1)]
    assert walking.sum() > 5
    assert np.mean((peak_hz > 1.3) & (peak_hz < 2.4)) > 0.85
    assert length[walking].std(axis=1).mean() > 5 * length[~walking].std(axis=1).mean()


def test_what_is_seen_and_what_is_lost_make_up_the_study(many_lives: list[Life]) -> None:
    for life in many_lives:
        whole_s = life.edges_s[-1] - life.edges_s[0]
        lost = [intersection(life.reach.seen, spans).total_s for _, spans in life.reach.causes()]
        assert np.allclose(lost, 0.0, atol=1e-6)
        assert 0.2 < life.reach.seen.total_s / whole_s < 1.0
