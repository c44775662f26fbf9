from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ExportError
from pipeline.intake import commit, discover, read
from pipeline.intake.batch import SEALED_FOR
from pipeline.intake.pseudonyms import token
from pipeline.intake.tables import QuarantinedRow
from pipeline.lake.scan import read_stream
from pipeline.registry.keys import KeyRing, site_key
from pipeline.sources.beiwe import BEIWE
from pipeline.sources.contract import Body, Reader, Reading
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.exports import ALL_SHARDS, Bench, bench, deliver, deliver_zip, gps_hour

HOUR = datetime(2024, 3, 10, 8, tzinfo=UTC)
GOOD = "52.5,13.4,30,10"
MS = int(HOUR.timestamp() * 1000)


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    """A site with two participants."""
    return bench(tmp_path / "site", {"anna": "aaaa1111", "ben": "bbbb2222"})


def gps_file(*rows: str) -> dict[str, bytes]:
    """An hour of Anna's positions with rows as given."""
    text = "timestamp,UTC time,latitude,longitude,altitude,accuracy\n" + "\n".join(rows)
    return {"aaaa1111/gps/2024-03-10 08_00_00+00_00.csv": text.encode()}


def row_at(ms: int, values: str = GOOD) -> str:
    """A row of positions at an instant."""
    return f"{ms},2024-03-10T08:00:00.000,{values}"


def calls_file(export_id: str, *numbers: str) -> dict[str, bytes]:
    """Calls with these numbers, a minute apart; an empty line stands for a broken row."""
    head = "timestamp,UTC time,hashed phone number,call type,duration in seconds\n"
    rows = [
        f"{MS + 60_000 * n},2024-03-10T08:00:00.000,{number},Incoming Call,61\n" for n, number in enumerate(numbers)
    ]
    return {f"{export_id}/calls/2024-03-10 08_00_00+00_00.csv": (head + "".join(rows)).encode()}


def everything(made: Bench, stream: Stream, *people: str) -> pl.DataFrame:
    """All that the lake holds of a stream."""
    return read_stream(made.site.folders.lake, stream, people, HOUR - timedelta(days=9), HOUR + timedelta(days=9))


def quarantined(made: Bench) -> list[tuple[int, str, str]]:
    """Line, stream and rule of every quarantined row."""
    with made.store.read() as session:
        rows = session.query(QuarantinedRow).order_by(QuarantinedRow.line)
        return [(row.line, row.stream, row.rule) for row in rows]


@pytest.mark.parametrize(
    ("bad_row", "stream", "rule"),
    [
        (row_at(MS, "95,13.4,30,10"), "gps", "latitude_deg|max"),
        (row_at(MS, "52.5,13.4,30,-5"), "gps", "accuracy_m|min"),
        (row_at(0), "gps", "at_utc_before_any_smartphone"),
        (row_at(3_786_912_000_000), "gps", "in_the_future"),
        (row_at(MS, "52.5,13.4"), "", "wrong_column_count"),
    ],
    ids=["latitude 95", "negative accuracy", "1970", "2090", "too few columns"],
)
def test_a_bad_row_is_quarantined_with_its_rule_and_costs_no_other(
    made: Bench, bad_row: str, stream: str, rule: str
) -> None:
    deliver(made.exports, gps_file(row_at(MS - 1000), bad_row, row_at(MS + 1000)))
    outcome = made.take_in("run-1")
    assert (2, {}) == (outcome.streams["gps"].accepted, dict(outcome.files_set_aside))
    assert {rule: 1} == dict(outcome.streams[stream].quarantined)
    assert [(3, stream, rule)] == quarantined(made)
    assert outcome.has_set_aside


def test_a_truncated_file_keeps_its_whole_rows(made: Bench) -> None:
    [(name, content)] = gps_file(*(row_at(MS + n) for n in range(3))).items()
    deliver(made.exports, {name: content[:-14]})
    outcome = made.take_in("run-1")
    assert (2, 1) == (outcome.streams["gps"].accepted, outcome.streams[""].quarantined["wrong_column_count"])


def test_a_row_a_little_ahead_of_our_clock_is_kept(made: Bench) -> None:
    soon = int((made.clock.now_utc() + timedelta(hours=47)).timestamp() * 1000)
    deliver(made.exports, gps_file(row_at(soon), row_at(soon + 2 * 3_600_000)))
    outcome = made.take_in("run-1").streams["gps"]
    assert (1, {"in_the_future": 1}) == (outcome.accepted, dict(outcome.quarantined))


def test_a_file_that_its_reader_cannot_read_is_set_aside_and_the_others_are_read(made: Bench) -> None:
    deliver(made.exports, {"aaaa1111/gps/2024-03-10 07_00_00+00_00.csv": b"<html>not found</html>"})
    deliver(made.exports, gps_file(row_at(MS)) | gps_hour("bbbb2222", HOUR, [GOOD]))
    outcome = made.take_in("run-1")
    assert 2 == outcome.streams["gps"].accepted
    assert 1 == sum(outcome.files_set_aside.values())
    assert made.take_in("run-2").files_known == 3


@pytest.mark.parametrize("error", [ExportError("odd_file", "odd"), pl.exceptions.ComputeError("x"), ValueError("x")])
def test_a_reader_that_fails_on_one_file_of_a_batch_loses_that_file_only(
    made: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    honest = BEIWE.reader("gps")

    def fussy(bodies: tuple[Body, ...]) -> Reading:
        if any("09_00_00" in body.name for body in bodies):
            raise error
        return honest.read(bodies)

    monkeypatch.setattr(type(BEIWE), "reader", lambda *_: Reader("gps", honest.streams, fussy))
    for nth in range(5):
        deliver(made.exports, gps_hour("aaaa1111", HOUR + timedelta(hours=nth), [GOOD]))
    outcome = made.take_in("run-1")
    assert outcome.streams["gps"].accepted == 4
    assert ["odd_file" if isinstance(error, ExportError) else "unreadable_content"] == list(outcome.files_set_aside)


def test_a_row_that_names_another_persons_export_is_refused(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = BEIWE.reader("gps")

    def naming(bodies: tuple[Body, ...]) -> Reading:
        rows = honest.read(bodies).rows[GPS]
        named = pl.Series("export_id", ["aaaa1111", "bbbb2222", None])
        return Reading(rows={GPS: rows.with_columns(named)})

    monkeypatch.setattr(type(BEIWE), "reader", lambda *_: Reader("gps", honest.streams, naming))
    deliver(made.exports, gps_file(*(row_at(MS + n) for n in range(3))))
    outcome = made.take_in("run-1").streams["gps"]
    assert (2, {"other_participant": 1}) == (outcome.accepted, dict(outcome.quarantined))
    assert everything(made, GPS, "ben").is_empty()


def test_every_row_bears_participant_phone_and_source(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [GOOD]) | gps_hour("bbbb2222", HOUR, [GOOD]))
    made.take_in("run-1")
    rows = everything(made, GPS, "anna", "ben").select("participant_id", "device_id", "source").rows()
    assert [("anna", "anna-phone", "beiwe"), ("ben", "ben-phone", "beiwe")] == rows


def test_contacts_become_digests_under_each_participants_own_key(made: Bench) -> None:
    deliver(made.exports, calls_file("aaaa1111", "ABC=", "DEF=", "ABC=") | calls_file("bbbb2222", "ABC="))
    made.take_in("run-1")
    with made.store.read() as session:
        keys = KeyRing(session, site_key(made.site.folders.site_key))
    anna, ben = keys.contact_digest_key("anna"), keys.contact_digest_key("ben")
    expected = [token(anna, "ABC="), token(anna, "DEF="), token(anna, "ABC="), token(ben, "ABC=")]
    assert expected == everything(made, CALL, "anna", "ben")["contact_token"].to_list()
    assert len(set(expected)) == 3


def test_no_raw_contact_is_left_in_the_work_folder(made: Bench) -> None:
    deliver(made.exports, calls_file("aaaa1111", "TheRawHash="))
    made.take_in("run-1")
    files = [path for path in made.site.folders.var.rglob("*") if path.is_file()]
    assert not [path for path in files if b"TheRawHash=" in path.read_bytes()]


def test_a_refused_row_is_kept_under_its_participants_seal(made: Bench) -> None:
    bad = row_at(MS, "95,13.4,30,10")
    deliver(made.exports, gps_file(row_at(MS), bad))
    made.take_in("run-1")
    with made.store.read() as session:
        keys = KeyRing(session, site_key(made.site.folders.site_key))
        [(sealed,)] = session.query(QuarantinedRow.sealed)
    assert sealed is not None
    assert bad.encode() == keys.open("anna", sealed, SEALED_FOR)
    assert bad.encode() not in made.site.folders.store.read_bytes()


def test_a_refused_row_that_may_hold_content_is_not_kept(made: Bench) -> None:
    deliver(made.exports, {"aaaa1111/calls/2024-03-10 08_00_00+00_00.csv": (
        b"timestamp,UTC time,hashed phone number,call type,duration in seconds\n"
        b"1,1970-01-01T00:00:00.001,ABC=,Incoming Call,61\nsomething private\n"
    )})  # fmt: skip
    made.take_in("run-1")
    with made.store.read() as session:
        kept = [row.sealed for row in session.query(QuarantinedRow)]
    assert [None, None] == kept


def test_of_a_bad_file_so_many_rows_are_kept_and_all_are_counted(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.refusals.MAX_KEPT_PER_FILE", 3)
    monkeypatch.setattr("pipeline.intake.settling.MAX_KEPT_PER_FILE", 3)
    deliver(made.exports, gps_file(*(row_at(MS + n, "95,13.4,30,10") for n in range(10))))
    outcome = made.take_in("run-1").streams["gps"]
    assert {"latitude_deg|max": 10} == dict(outcome.quarantined)
    assert [2, 3, 4] == [line for line, _, _ in quarantined(made)]


def test_a_chunk_that_was_read_is_not_read_again(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [GOOD]))
    [chunk_id] = discover.run(made.site, made.store, made.clock, "run-1").chunk_ids
    read.run(made.site, made.store, "run-1", chunk_id)
    written = {path: path.stat().st_mtime_ns for path in made.site.folders.work.rglob("*.parquet")}
    monkeypatch.setattr("pipeline.intake.read.read_batch", None)
    read.run(made.site, made.store, "run-1", chunk_id)

    assert written
    assert written == {path: path.stat().st_mtime_ns for path in made.site.folders.work.rglob("*.parquet")}


def test_a_file_that_changed_since_it_was_found_waits_for_the_next_run(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [GOOD]) | gps_hour("bbbb2222", HOUR, [GOOD]))
    [chunk_id] = discover.run(made.site, made.store, made.clock, "run-1").chunk_ids
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [GOOD, GOOD]))
    (made.exports / next(iter(gps_hour("bbbb2222", HOUR, [])))).unlink()
    read.run(made.site, made.store, "run-1", chunk_id)
    commit.run(made.site, made.store, made.clock, "run-1", ALL_SHARDS)
    assert everything(made, GPS, "anna", "ben").is_empty()
    deliver(made.exports, gps_hour("bbbb2222", HOUR, [GOOD]))
    assert made.take_in("run-2").streams["gps"].accepted == 3


def test_a_missing_altitude_is_null_and_minus_zero_is_zero(made: Bench) -> None:
    deliver(made.exports, gps_file(row_at(MS, "-0.0,13.4,,10")))
    made.take_in("run-1")
    [row] = everything(made, GPS, "anna").rows(named=True)
    assert (None, "0.0") == (row["altitude_m"], str(row["latitude_deg"]))


def test_more_archives_than_may_be_open_at_once_are_all_read(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.shelf.MAX_OPEN", 1)
    for nth in range(3):
        deliver_zip(made.exports / f"{nth}.zip", gps_hour("aaaa1111", HOUR + timedelta(hours=nth), [GOOD]))
    assert made.take_in("run-1").streams["gps"].accepted == 3


def test_a_member_that_vanished_from_its_archive_waits_for_the_next_run(made: Bench) -> None:
    later = gps_hour("aaaa1111", HOUR + timedelta(hours=1), [GOOD])
    deliver_zip(made.exports / "all.zip", gps_hour("aaaa1111", HOUR, [GOOD]) | later)
    [chunk_id] = discover.run(made.site, made.store, made.clock, "run-1").chunk_ids
    deliver_zip(made.exports / "all.zip", later)
    read.run(made.site, made.store, "run-1", chunk_id)
    commit.run(made.site, made.store, made.clock, "run-1", ALL_SHARDS)
    assert everything(made, GPS, "anna").height == 1
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [GOOD]))
    assert made.take_in("run-2").streams["gps"].accepted == 1
