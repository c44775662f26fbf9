"""StudentLife's momentary answers: a JSON list for each questionnaire and person."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from pipeline.synthetic.chance import Ints
from pipeline.synthetic.formats.hourly import ExportFile
from pipeline.synthetic.life.life import Life

LEAST_SLEEP_CODE_H = 2.5
SLEEP_CODES = 19
MOOD_EVERY_DAYS = 3
MIDDLE_SCORE = 5
PICTURES_PER_QUADRANT = 4


def answer_files(life: Life) -> Iterator[ExportFile]:
    """Sleep, stress, mood and picture answers, those that arrived."""
    seen = life.reach.seen.contains(life.answers.mood_at_s)
    at_s = np.floor(life.answers.mood_at_s[seen]).astype(np.int64)
    day, score = life.answers.mood_day[seen], life.answers.mood_score[seen]
    rare = day % MOOD_EVERY_DAYS == 0
    yield _file(life, "Sleep", _sleep(life, at_s, day))
    yield _file(life, "Stress", _stress(at_s, score))
    yield _file(life, "Mood", _mood(life, at_s[rare], score[rare]))
    yield _file(life, "PAM", _pictures(life, at_s, score))


def _file(life: Life, name: str, rows: list[dict[str, str | int]]) -> ExportFile:
    path = f"dataset/EMA/response/{name}/{name}_{life.seat.export_id}.json"
    return ExportFile(path, 0, json.dumps(rows, indent=4, sort_keys=True).encode())


def _sleep(life: Life, at_s: Ints, day: Ints) -> list[dict[str, str | int]]:
    """Hours of last night as one of 19 codes of half hours (1 is under three, 9 is seven), and how good it was."""
    rng = life.rng("studentlife sleep answers")
    hours = life.nights.asleep_h[day] + rng.normal(0.0, 0.4, len(day))
    code = np.clip(np.round((hours - LEAST_SLEEP_CODE_H) * 2.0), 1, SLEEP_CODES).astype(np.int64)
    rate = np.clip(np.round(5.5 - hours / 2.2 + rng.normal(0.0, 0.4, len(day))), 1, 4).astype(np.int64)
    rows = zip(at_s.tolist(), code.tolist(), rate.tolist(), strict=True)
    return [{"hour": str(hour), "rate": str(how), "resp_time": second} for second, hour, how in rows]


def _stress(at_s: Ints, score: Ints) -> list[dict[str, str | int]]:
    """One of five levels, in the questionnaire's own order: 1 to 3 are ever more stressed, 4 and 5 ever better."""
    level = np.array([3, 3, 3, 2, 2, 1, 1, 4, 4, 5, 5])[score]
    return [
        {"level": str(code), "resp_time": second} for second, code in zip(at_s.tolist(), level.tolist(), strict=True)
    ]


def _mood(life: Life, at_s: Ints, score: Ints) -> list[dict[str, str | int]]:
    """Happy or not, sad or not (1 is yes), how much; with the place of answering, which a reader must drop."""
    lat, lon = life.whereabouts.position_at(at_s.astype(np.float64))
    happy, sad = np.clip(score - MIDDLE_SCORE, 0, 4), np.clip(MIDDLE_SCORE - score, 0, 4)
    rows = zip(at_s.tolist(), happy.tolist(), sad.tolist(), lat.tolist(), lon.tolist(), strict=True)
    return [_mood_row(*row) for row in rows]


def _mood_row(second: int, happy: int, sad: int, lat_deg: float, lon_deg: float) -> dict[str, str | int]:
    return {
        "happy": str(happy) if happy else "null",
        "happyornot": "1" if happy else "2",
        "location": f"{lat_deg:.8f},{lon_deg:.8f}",
        "resp_time": second,
        "sad": str(sad) if sad else "null",
        "sadornot": "1" if sad else "2",
    }


def _pictures(life: Life, at_s: Ints, score: Ints) -> list[dict[str, str | int]]:
    """One of sixteen pictures: the higher its number, the more pleasant."""
    rng = life.rng("studentlife pictures")
    quadrant = np.clip(score * 4 // 11, 0, 3)
    index = quadrant * PICTURES_PER_QUADRANT + rng.integers(1, PICTURES_PER_QUADRANT + 1, len(score))
    return [
        {"picture_idx": idx, "resp_time": second} for second, idx in zip(at_s.tolist(), index.tolist(), strict=True)
    ]
