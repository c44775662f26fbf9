from __future__ import annotations

import gzip
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake import discover, plan
from pipeline.intake.tables import ExportFile, FileStatus
from pipeline.intake.work import Work
from pipeline.registry.keys import destroy_key
from pipeline.registry.record import record
from pipeline.synthetic.mark import mark_synthetic
from tests.plugins.exports import OPERATOR, Bench, bench, deliver, deliver_zip, gps_hour, phone, register, screen_hour

HOUR = datetime(2024, 3, 10, 8, tzinfo=UTC)
ROW = "52.5,13.4,30,10"


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    """A site with two participants."""
    return bench(tmp_path / "site", {"anna": "aaaa1111", "ben": "bbbb2222"})


def statuses(made: Bench) -> dict[str, tuple[str, str]]:
    """What the manifest says of each file: status and code, by logical name."""
    with made.store.read() as session:
        return {file.logical_name: (file.status.value, file.code) for file in session.query(ExportFile)}


def test_new_files_are_planned_and_on_record(made: Bench) -> None:
    files = gps_hour("aaaa1111", HOUR, [ROW])
    deliver(made.exports, files)
    found = discover.run(made.site, made.store, made.clock, "run-1")
    assert (("chunk-000",), 1) == (found.chunk_ids, found.file_count)
    assert dict.fromkeys(files, ("planned", "")) == statuses(made)


def test_a_chunk_holds_a_bounded_number_of_bytes_and_all_files_once(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(6):
        deliver(made.exports, gps_hour("aaaa1111", HOUR + timedelta(hours=nth), [ROW] * (nth + 1)))
    monkeypatch.setattr(discover, "BYTES_PER_MB", 1)
    made.site = replace(made.site, run=replace(made.site.run, chunk_mb=400))
    found = discover.run(made.site, made.store, made.clock, "run-1")
    chunks = [plan.load_chunk(Work.of(made.site, "run-1").chunk(each)) for each in found.chunk_ids]
    sizes = [sum(file.size_bytes for file in chunk.files) for chunk in chunks]
    assert list(range(6)) == [file.ordinal for chunk in chunks for file in chunk.files]
    assert all(size <= 400 or len(chunk.files) == 1 for size, chunk in zip(sizes, chunks, strict=True))
    assert len(chunks) > 1


def test_a_run_that_has_a_plan_keeps_it(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    first = discover.run(made.site, made.store, made.clock, "run-1")
    deliver(made.exports, gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW]))
    assert first == discover.run(made.site, made.store, made.clock, "run-1")


def test_delivering_again_reads_nothing(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("run-1")
    again = made.take_in("run-2")
    assert (0, 1) == (again.files_read, again.files_known)


@pytest.mark.parametrize("elsewhere", ["older/copy", "a/b/c"])
def test_a_known_file_under_another_path_is_known(made: Bench, elsewhere: str) -> None:
    files = gps_hour("aaaa1111", HOUR, [ROW])
    deliver(made.exports, files)
    made.take_in("run-1")
    deliver(made.exports / elsewhere, files)
    again = made.take_in("run-2")
    assert (0, 2) == (again.files_read, again.files_known)


def test_a_known_file_in_an_archive_or_compressed_is_known(made: Bench) -> None:
    files = gps_hour("aaaa1111", HOUR, [ROW])
    deliver(made.exports, files)
    made.take_in("run-1")
    deliver_zip(made.exports / "all.zip", files)
    deliver(made.exports / "gz", {f"{name}.gz": gzip.compress(content) for name, content in files.items()})
    deliver(
        made.exports / "zst", {f"{name}.zst": pa.compress(body, "zstd", asbytes=True) for name, body in files.items()}
    )
    again = made.take_in("run-2")
    assert (0, 4) == (again.files_read, again.files_known)


def test_the_same_content_of_another_hour_is_another_file(made: Bench) -> None:
    content = b"timestamp,UTC time,event\n"
    for hour in ("08", "09"):
        deliver(made.exports, {f"aaaa1111/power_state/2024-03-10 {hour}_00_00+00_00.csv": content})
    assert made.take_in("run-1").files_read == 2


def test_an_untouched_archive_is_not_opened_for_its_members_again(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_zip(made.exports / "all.zip", gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("run-1")

    def refuse(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(zipfile.ZipFile, "read", refuse)
    assert made.take_in("run-2").files_known == 1


def test_a_grown_file_is_read_again_and_only_its_new_rows_are_accepted(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("run-1")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW]))
    again = made.take_in("run-2")
    assert (1, 1) == (again.files_read, again.files_grown)
    assert (1, 1) == (again.streams["gps"].accepted, again.streams["gps"].duplicate)


def test_a_shrunken_file_is_reported_and_takes_nothing_away(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW]))
    made.take_in("run-1")
    before = made.lake_bytes()
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    again = made.take_in("run-2")
    assert (1, 1) == (again.files_read, again.files_shrunken)
    assert before == made.lake_bytes()


def test_a_file_of_equal_size_and_other_content_is_reported_as_rewritten(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, ["52.5,13.4,30,10"]))
    made.take_in("run-1")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, ["52.6,13.4,30,10"]))
    assert made.take_in("run-2").files_rewritten == 1


def test_a_strangers_export_is_set_aside_and_read_once_registered(made: Bench) -> None:
    deliver(made.exports, gps_hour("cccc3333", HOUR, [ROW]))
    first = made.take_in("run-1")
    assert ({"unknown_participant": 1}, {}) == (dict(first.files_set_aside), dict(first.streams))
    assert made.take_in("run-2").files_known == 1
    register(made, {"clara": "cccc3333"})
    assert made.take_in("run-3").streams["gps"].accepted == 1


def test_an_unreadable_archive_is_set_aside_and_the_rest_goes_on(made: Bench) -> None:
    (made.exports / "a-broken.zip").write_bytes(b"PK\x03\x04 cut off")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    first = made.take_in("run-1")
    assert ({"unreadable_archive": 1}, 1) == (dict(first.files_set_aside), first.streams["gps"].accepted)
    assert first.has_set_aside
    assert made.take_in("run-2").files_known == 2


def test_a_broken_compressed_file_is_set_aside(made: Bench) -> None:
    [(name, content)] = gps_hour("aaaa1111", HOUR, [ROW]).items()
    deliver(made.exports, {f"{name}.gz": gzip.compress(content)[:-9], f"x/{name}.zst": b"no such thing"})
    assert {"unreadable_archive": 2} == dict(made.take_in("run-1").files_set_aside)


def test_a_broken_member_is_set_aside_and_its_neighbour_is_read(made: Bench) -> None:
    archive = made.exports / "all.zip"
    first, second = gps_hour("aaaa1111", HOUR, [ROW]), gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW])
    deliver_zip(archive, first | second)
    raw = archive.read_bytes()
    archive.write_bytes(raw.replace(b"52.5,13.4", b"52.5,13.5", 1))
    outcome = made.take_in("run-1")
    assert ({"unreadable_member": 1}, 1) == (dict(outcome.files_set_aside), outcome.streams["gps"].accepted)


def test_members_that_could_do_harm_are_refused_one_by_one(made: Bench) -> None:
    good = gps_hour("aaaa1111", HOUR, [ROW])
    [(later, _)] = gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW]).items()
    archive = made.exports / "all.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in good.items():
            opened.writestr(name, content)
        opened.writestr(f"../{later}", b"escapes")
        opened.writestr(later, b"0" * (8 << 20))
    outcome = made.take_in("run-1")
    assert {"expands_beyond_measure": 1, "unsafe_path": 1} == dict(outcome.files_set_aside)
    assert outcome.streams["gps"].accepted == 1


def test_an_encrypted_member_is_refused(made: Bench) -> None:
    archive = made.exports / "all.zip"
    deliver_zip(archive, gps_hour("aaaa1111", HOUR, [ROW]))
    raw = bytearray(archive.read_bytes())
    # The flag of the central directory, at byte 8 of its only entry.
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(bytes(raw))
    assert {"encrypted": 1} == dict(made.take_in("run-1").files_set_aside)


def test_a_file_beyond_any_phones_size_is_set_aside(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.containers.MAX_FILE_BYTES", 60)
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    assert {"too_large": 1} == dict(made.take_in("run-1").files_set_aside)


def test_a_file_that_may_not_be_read_is_set_aside_until_it_may(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))

    def refuse(_: Path) -> bytes:
        raise PermissionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert {"not_permitted": 1} == dict(made.take_in("run-1").files_set_aside)
    assert made.take_in("run-2").streams["gps"].accepted == 1


def test_files_of_nobody_and_files_with_nothing_to_read_are_counted(made: Bench) -> None:
    deliver(made.exports, {"notes/readme.md": b"hello", "registry": b"{}", ".hidden/x.csv": b"x"})
    outcome = made.take_in("run-1")
    assert (1, 1, 0) == (outcome.files_unknown, outcome.files_skipped, outcome.files_read)


def test_an_erased_participants_export_does_not_come_back(made: Bench) -> None:

    with made.store.write(OPERATOR, made.clock) as unit:
        destroy_key(unit, "anna", "asked")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]) | gps_hour("bbbb2222", HOUR, [ROW]))
    outcome = made.take_in("run-1")
    assert ({"unknown_participant": 1}, 1) == (dict(outcome.files_set_aside), outcome.streams["gps"].accepted)


def test_links_to_folders_are_followed_once(made: Bench, tmp_path: Path) -> None:
    deliver(tmp_path / "elsewhere", gps_hour("aaaa1111", HOUR, [ROW]))
    (made.exports / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "round").symlink_to(made.exports)
    assert made.take_in("run-1").files_read == 1


def test_paths_may_be_given_in_place_of_the_drop_folder(made: Bench, tmp_path: Path) -> None:
    deliver(tmp_path / "stick", gps_hour("aaaa1111", HOUR, [ROW]))
    [file] = (tmp_path / "stick").rglob("*.csv")
    deliver(made.exports, screen_hour("aaaa1111", HOUR, ["Screen turned on"]))
    found = discover.run(made.site, made.store, made.clock, "run-1", [tmp_path / "stick", file])
    assert found.file_count == 1


def test_a_marked_export_is_refused_by_a_site_of_real_people(made: Bench) -> None:
    deliver(made.exports / "beiwe", gps_hour("aaaa1111", HOUR, [ROW]))
    mark_synthetic(made.exports)
    with pytest.raises(ConfigurationError, match="on a site of real people"):
        made.take_in("run-1")
    assert {} == statuses(made)


def test_a_mark_inside_an_archive_counts(made: Bench) -> None:
    deliver_zip(made.exports / "all.zip", gps_hour("aaaa1111", HOUR, [ROW]) | {"SYNTHETIC.txt": b""})
    with pytest.raises(ConfigurationError, match="on a site of real people"):
        made.take_in("run-1")


def test_a_synthetic_site_refuses_what_is_not_marked(made: Bench) -> None:
    made.site = replace(made.site, is_synthetic=True)
    deliver(made.exports / "marked", gps_hour("aaaa1111", HOUR, [ROW]))
    mark_synthetic(made.exports / "marked")
    assert made.take_in("run-1").files_read == 1
    deliver(made.exports / "real", gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW]))
    with pytest.raises(ConfigurationError, match="on a synthetic site"):
        made.take_in("run-2")


def test_a_mark_above_the_given_path_covers_it(made: Bench) -> None:
    made.site = replace(made.site, is_synthetic=True)
    deliver(made.exports / "beiwe", gps_hour("aaaa1111", HOUR, [ROW]))
    mark_synthetic(made.exports)
    found = discover.run(made.site, made.store, made.clock, "run-1", [made.exports / "beiwe"])
    assert found.file_count == 1


def test_what_a_killed_run_left_is_planned_again_even_if_its_container_is_untouched(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    discover.run(made.site, made.store, made.clock, "killed")
    assert made.take_in("run-2").streams["gps"].accepted == 1
    assert {FileStatus.ACCEPTED.value} == {status for status, _ in statuses(made).values()}


def test_an_export_id_that_changed_hands_belongs_to_its_present_owner(made: Bench) -> None:

    with made.store.write(OPERATOR, made.clock) as unit:
        record(unit, phone("ben", "aaaa1111", from_utc=HOUR + timedelta(minutes=1)))
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]) | gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW]))
    outcome = made.take_in("run-1").streams["gps"]
    assert (1, {"other_participant": 1}) == (outcome.accepted, dict(outcome.quarantined))


def test_an_archive_that_may_not_be_read_is_set_aside_until_it_may(made: Bench) -> None:
    deliver_zip(made.exports / "all.zip", gps_hour("aaaa1111", HOUR, [ROW]))
    really_open = Path.open

    def refuse(*_: object) -> None:
        raise PermissionError

    def refuse_archives(path: Path, mode: str = "r", **text: str | None) -> object:
        if path.suffix == ".zip":
            raise PermissionError
        return really_open(path, mode, encoding=text.get("encoding"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZipFile", refuse)
        patch.setattr(Path, "open", refuse_archives)
        assert {"not_permitted": 1} == dict(made.take_in("run-1").files_set_aside)
        assert {} == dict(made.take_in("run-2").files_set_aside)
    assert made.take_in("run-3").streams["gps"].accepted == 1


def test_a_compressed_file_that_expands_beyond_any_phones_size_is_set_aside(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.intake.containers.MAX_FILE_BYTES", 2_000)
    [(name, content)] = gps_hour("aaaa1111", HOUR, [ROW] * 500).items()
    deliver(made.exports, {f"{name}.gz": gzip.compress(content)})
    assert {"too_large": 1} == dict(made.take_in("run-1").files_set_aside)
