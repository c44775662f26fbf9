"""StudentLife's call and text logs: hourly polls, most of them empty, with hashed values in JSON."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Floats, Ints
from pipeline.synthetic.formats.hourly import ExportFile
from pipeline.synthetic.life.contact import INCOMING, OUTGOING
from pipeline.synthetic.life.life import Life

BYTE_ORDER_MARK = "\ufeff".encode()
POLL_EVERY_S = 3600.0
LATEST_ROW_S = 600.0
"""A row is stamped when the log was read, some minutes after the call or text itself."""

CALL_COLUMNS = (
    "CALLS__id",
    "CALLS_date",
    "CALLS_duration",
    "CALLS_name",
    "CALLS_number",
    "CALLS_numberlabel",
    "CALLS_numbertype",
    "CALLS_type",
)
TEXT_COLUMNS = (
    "MESSAGES_address",
    "MESSAGES_body",
    "MESSAGES_date",
    "MESSAGES_locked",
    "MESSAGES_person",
    "MESSAGES_protocol",
    "MESSAGES_read",
    "MESSAGES_reply_path_present",
    "MESSAGES_service_center",
    "MESSAGES_status",
    "MESSAGES_subject",
    "MESSAGES_thread_id",
    "MESSAGES_type",
)


def contact_files(life: Life) -> Iterator[ExportFile]:
    """The call log and the text log of one participant."""
    calls, texts = _calls(life), _texts(life)
    name = life.seat.export_id
    yield ExportFile(f"dataset/call_log/call_log_{name}.csv", 0, _log(life, "calls", calls, CALL_COLUMNS))
    yield ExportFile(f"dataset/sms/sms_{name}.csv", 0, _log(life, "texts", texts, TEXT_COLUMNS))


def _calls(life: Life) -> pl.DataFrame:
    calls = life.contacts.calls
    seen = life.reach.seen.contains(calls.at_s)
    code = np.select([calls.direction == INCOMING, calls.direction == OUTGOING], ["1", "2"], "3")
    contact = _hashes(life, calls.contact[seen])
    return pl.DataFrame(
        {
            "timestamp": _row_seconds(life, "calls", calls.at_s[seen]),
            "CALLS__id": (np.arange(int(seen.sum())) + 1).astype(str),
            "CALLS_date": _ms(calls.at_s[seen]),
            "CALLS_duration": calls.duration_s[seen].astype(np.int64).astype(str),
            "CALLS_name": contact,
            "CALLS_number": contact,
            "CALLS_numbertype": _hashes(life, np.zeros(int(seen.sum()), dtype=np.int64)),
            "CALLS_type": code[seen],
        }
    )


def _texts(life: Life) -> pl.DataFrame:
    texts = life.contacts.texts
    seen = life.reach.seen.contains(texts.at_s) & (texts.is_mms == 0)
    count = int(seen.sum())
    contact = _hashes(life, texts.contact[seen])
    return pl.DataFrame(
        {
            "timestamp": _row_seconds(life, "texts", texts.at_s[seen]),
            "MESSAGES_address": contact,
            # What would be the hash of a message is the hash of nothing but its number.
            "MESSAGES_body": _hashes(life, np.arange(count, dtype=np.int64) + 1000),
            "MESSAGES_date": _ms(texts.at_s[seen]),
            "MESSAGES_locked": np.full(count, "False"),
            "MESSAGES_person": contact,
            "MESSAGES_protocol": np.full(count, "0"),
            "MESSAGES_read": np.full(count, "True"),
            "MESSAGES_reply_path_present": np.full(count, "False"),
            "MESSAGES_status": np.full(count, "-1"),
            "MESSAGES_thread_id": (texts.contact[seen] + 1).astype(str),
            "MESSAGES_type": np.where(texts.direction[seen] == 1, "2", "1"),
        }
    )


def _log(life: Life, what: str, rows: pl.DataFrame, columns: tuple[str, ...]) -> bytes:
    """The log with its empty polls, in order of reading, in UTF-8 with a byte order mark."""
    polled_s = np.arange(life.edges_s[0], life.edges_s[-1], POLL_EVERY_S)
    polls = pl.DataFrame({"timestamp": np.floor(polled_s[life.reach.seen.contains(polled_s)]).astype(np.int64)})
    both = pl.concat([polls, rows], how="diagonal").sort("timestamp", maintain_order=True)
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in both.columns]
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    named = both.with_columns(
        pl.concat_str(pl.lit(_uuid(life, what) + "-"), number).alias("id"), _device(life, both).alias("device"), *empty
    )
    buffer = io.BytesIO()
    named.select("id", "device", "timestamp", *columns).write_csv(buffer)
    return BYTE_ORDER_MARK + buffer.getvalue()


def _device(life: Life, rows: pl.DataFrame) -> pl.Series:
    """The device of each row: changes with the phone."""
    begins = np.array([phone.from_s for phone in life.phones])
    index = np.clip(np.searchsorted(begins, rows["timestamp"].to_numpy(), side="right") - 1, 0, None)
    return pl.Series(np.array([_uuid(life, f"device {phone.number}") for phone in life.phones])[index])


def _row_seconds(life: Life, what: str, at_s: Floats) -> Ints:
    lag_s = life.rng(f"studentlife {what} lag").uniform(1.0, LATEST_ROW_S, len(at_s))
    return np.floor(at_s + lag_s).astype(np.int64)


def _ms(at_s: Floats) -> list[str]:
    return [str(value) for value in np.floor(at_s * 1000.0).astype(np.int64).tolist()]


def _hashes(life: Life, number: Ints) -> list[str]:
    """`{"ONE_WAY_HASH":"…"}` of each number of this participant."""
    distinct, index = np.unique(number, return_inverse=True)
    hashes = np.array([f'{{"ONE_WAY_HASH":"{_digest(life, f"value {value}")[:40]}"}}' for value in distinct.tolist()])
    return hashes[index].tolist() if len(number) else []


def _uuid(life: Life, what: str) -> str:
    text = _digest(life, what)
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:32]])


def _digest(life: Life, what: str) -> str:
    return hashlib.sha256(f"synthetic {life.plan.seed} {life.seat.index} {what}".encode()).hexdigest()
