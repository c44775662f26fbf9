"""Beiwe: what the data-download API would deliver of a life, stream by stream, by operating system of the phone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Bools, Floats, Ints
from pipeline.synthetic.formats.acceleration import GRAVITY_M_PER_S2, Acceleration, bursts
from pipeline.synthetic.formats.beiwe_power import android_power, ios_power
from pipeline.synthetic.formats.beiwe_surveys import survey_files
from pipeline.synthetic.formats.hourly import ExportFile, hourly_files, milliseconds
from pipeline.synthetic.formats.location_fixes import cycled_fixes
from pipeline.synthetic.life.life import Life, Phone
from pipeline.synthetic.mark import BRAND

CALL_TEXTS = ("Incoming Call", "Outgoing Call", "Missed Call")
TEXT_WAYS = ("received SMS", "sent SMS")
MMS_WAYS = ("received MMS", "sent MMS")
OS_NAMES = {"android": ("Android", "14"), "ios": ("iOS", "18.1")}


def beiwe_files(life: Life) -> Iterator[ExportFile]:
    """All files of one participant, stream after stream, in order of time within each."""
    root = life.seat.export_id
    yield from hourly_files(f"{root}/identifiers", _identifiers(life))
    yield from hourly_files(f"{root}/gps", _gps(life))
    samples = bursts(life.rng("acceleration"), life)
    for phone in life.phones:
        yield from hourly_files(f"{root}/accelerometer", _acceleration(life, phone, samples))
        yield from _events(life, phone, root)
    yield from survey_files(life, root)


def _events(life: Life, phone: Phone, root: str) -> Iterator[ExportFile]:
    """Streams whose columns or presence depend on the operating system, for the time of one phone."""
    power = android_power(life) if phone.os == "android" else ios_power(life)
    yield from hourly_files(f"{root}/power_state", _of_phone(life, phone, power))
    if phone.os == "android":
        yield from hourly_files(f"{root}/calls", _of_phone(life, phone, _calls(life)))
        yield from hourly_files(f"{root}/texts", _of_phone(life, phone, _texts(life)))


def _of_phone(life: Life, phone: Phone, rows: pl.DataFrame) -> pl.DataFrame:
    mask = during(life, phone, rows["timestamp"].to_numpy() / 1000.0)
    return rows.filter(pl.Series(mask))


def during(life: Life, phone: Phone, at_s: Floats) -> Bools:
    """Instants at which a phone was the one in use. Swaps are at whole hours, so that no file is of two phones."""
    begins = [other.from_s for other in life.phones]
    begins[0] = -np.inf
    number = phone.number - 1
    until = begins[number + 1] if number + 1 < len(begins) else np.inf
    return np.asarray((at_s >= begins[number]) & (at_s < until))


def _identifiers(life: Life) -> pl.DataFrame:
    """One row for each registration, that is for each phone."""
    rows = [
        {
            "timestamp": int(phone.from_s * 1000.0),
            "patient_id": life.seat.export_id,
            "MAC": _token(life, f"address {phone.number}"),
            "phone_number": _token(life, "own number"),
            "device_id": _token(life, f"device {phone.number}"),
            "device_os": OS_NAMES[phone.os][0],
            "os_version": OS_NAMES[phone.os][1],
            "product": BRAND,
            "brand": BRAND,
            "hardware_id": BRAND,
            "manufacturer": BRAND,
            "model": f"{BRAND}-{phone.number}",
            "beiwe_version": "72-synthetic",
        }
        for phone in life.phones
    ]
    return pl.DataFrame(rows)


def _gps(life: Life) -> pl.DataFrame:
    fixes = cycled_fixes(life.rng("gps"), life)
    return pl.DataFrame(
        {
            "timestamp": milliseconds(fixes.at_s),
            "latitude": np.round(fixes.lat_deg, 6),
            "longitude": np.round(fixes.lon_deg, 6),
            "altitude": np.round(fixes.altitude_m, 1),
            "accuracy": np.round(fixes.accuracy_m, 1),
        }
    )


def _acceleration(life: Life, phone: Phone, sample: Acceleration) -> pl.DataFrame:
    """Android writes m/s² with gravity up, iOS g with gravity down and does not know its accuracy."""
    mask = during(life, phone, sample.at_s)
    scale = 1.0 if phone.os == "android" else -1.0 / GRAVITY_M_PER_S2
    digits = 3 if phone.os == "android" else 4
    axes = {name: np.round(values[mask] * scale, digits) for name, values in _axes(sample.x, sample.y, sample.z)}
    accuracy = "3" if phone.os == "android" else "unknown"
    frame = pl.DataFrame({"timestamp": milliseconds(sample.at_s[mask]), **axes})
    return frame.select("timestamp", pl.lit(accuracy).alias("accuracy"), "x", "y", "z")


def _axes(x: Floats, y: Floats, z: Floats) -> tuple[tuple[str, Floats], ...]:
    return ("x", x), ("y", y), ("z", z)


def _calls(life: Life) -> pl.DataFrame:
    calls = life.contacts.calls
    seen = life.reach.seen.contains(calls.at_s)
    return pl.DataFrame(
        {
            "timestamp": milliseconds(calls.at_s[seen]),
            "hashed phone number": _numbers(life, calls.contact[seen]),
            "call type": np.array(CALL_TEXTS)[calls.direction[seen]],
            "duration in seconds": calls.duration_s[seen].astype(np.int64),
        }
    )


def _texts(life: Life) -> pl.DataFrame:
    """An MMS has no number, the word MMS for its length, and no last field."""
    texts = life.contacts.texts
    seen = life.reach.seen.contains(texts.at_s)
    is_mms = texts.is_mms[seen] == 1
    direction = texts.direction[seen]
    frame = pl.DataFrame(
        {
            "timestamp": milliseconds(texts.at_s[seen]),
            "hashed phone number": _numbers(life, texts.contact[seen]),
            "sent vs received": np.where(is_mms, np.array(MMS_WAYS)[direction], np.array(TEXT_WAYS)[direction]),
            "length": texts.length_count[seen],
            "sent": milliseconds(texts.at_s[seen] - 1.0),
        }
    )
    mms = pl.Series(is_mms)
    # Two columns written as one: the line of an MMS ends after the first of them.
    length_and_time = pl.when(mms).then(pl.lit("MMS")).otherwise(pl.concat_str("length", "sent", separator=","))
    return frame.select(
        "timestamp",
        pl.when(mms).then(pl.lit("")).otherwise("hashed phone number").alias("hashed phone number"),
        "sent vs received",
        length_and_time.alias("message length,time sent"),
    )


def _numbers(life: Life, contact: Ints) -> list[str]:
    """A hashed number for each contact of this participant."""
    tokens = np.array([_token(life, f"contact {number}") for number in range(life.traits.contact.contact_count)])
    numbers: list[str] = tokens[contact].tolist()
    return numbers


def _token(life: Life, what: str) -> str:
    """A digest as the platform writes them: 44 characters of URL-safe base64."""
    digest = hashlib.sha256(f"synthetic {life.plan.seed} {life.seat.index} {what}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
