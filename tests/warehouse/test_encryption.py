"""With a key nothing readable reaches the disk, and nobody reads without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError
from pipeline.site import Site
from pipeline.warehouse import publish, read
from pipeline.warehouse.key import facts_key
from pipeline.warehouse.manifest import current
from tests.warehouse.making import DAY, facts, values_of

KEY = "a key of thirty-two letters only"
OTHER_KEY = "another key of thirty-two letter"
ROWS = [("secret-person", DAY, "x", 1.0)]


@pytest.fixture
def encrypted(site: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("EVENKEEL_FACTS_KEY", KEY)
    publish.append(site, clock, "feature.daily", facts(*ROWS), "run")
    return site


def test_encrypted_facts_are_read_with_their_key(encrypted: Site) -> None:
    assert ROWS == values_of(read.latest_daily(encrypted))


def test_nothing_that_is_published_holds_a_reading_or_the_key(encrypted: Site, clock: FixedClock) -> None:
    for number in range(9):
        publish.append(encrypted, clock, "feature.daily", facts(("secret-person", DAY, "x", float(number + 2))), "run")
    published = [path.read_bytes() for path in encrypted.folders.facts.rglob("*") if path.is_file()]
    assert any(part.level for part in current(encrypted.folders.facts).parts)
    assert not [content for content in published if b"secret-person" in content or KEY.encode() in content]


def test_without_a_key_facts_are_published_in_the_clear(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(*ROWS), "run")
    contents = b"".join(path.read_bytes() for path in (site.folders.facts / "parts").iterdir())
    assert b"secret-person" in contents


@pytest.mark.parametrize("key", [None, OTHER_KEY])
def test_a_wrong_or_missing_key_is_refused_and_not_repeated(
    encrypted: Site, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    monkeypatch.delenv("EVENKEEL_FACTS_KEY")
    if key:
        monkeypatch.setenv("EVENKEEL_FACTS_KEY", key)
    with pytest.raises(ConfigurationError, match="EVENKEEL_FACTS_KEY") as raised:
        read.latest_daily(encrypted)
    assert KEY not in str(raised.value)
    assert OTHER_KEY not in str(raised.value)


def test_a_key_is_not_passed_over_where_the_facts_are_in_the_clear(
    site: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.append(site, clock, "feature.daily", facts(*ROWS), "run")
    monkeypatch.setenv("EVENKEEL_FACTS_KEY", KEY)
    with pytest.raises(ConfigurationError):
        read.latest_daily(site)
    with pytest.raises(ConfigurationError, match="in the clear"):
        publish.append(site, clock, "feature.daily", facts(*ROWS), "run")


def test_a_vanished_key_publishes_nothing_in_the_clear(
    encrypted: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENKEEL_FACTS_KEY")
    with pytest.raises(ConfigurationError, match="encrypted"):
        publish.append(encrypted, clock, "feature.daily", facts(*ROWS), "run")


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    assert facts_key({"EVENKEEL_FACTS_KEY_FILE": str(file)}) == KEY


@pytest.mark.parametrize(
    "environment",
    [
        {"EVENKEEL_FACTS_KEY": "short"},
        {"EVENKEEL_FACTS_KEY": ""},
        {"EVENKEEL_FACTS_KEY": KEY, "EVENKEEL_FACTS_KEY_FILE": "key"},
        {"EVENKEEL_FACTS_KEY_FILE": "no-such-file"},
    ],
)
def test_a_key_that_cannot_be_meant_is_a_fault_of_the_configuration(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="EVENKEEL_FACTS_KEY"):
        facts_key(environment)


def test_no_key_is_no_encryption() -> None:
    assert facts_key({}) is None


def test_a_key_with_quotes_is_only_a_key(site: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_FACTS_KEY", 'it\'s a "key"; with -- signs')
    publish.append(site, clock, "feature.daily", facts(*ROWS), "run")
    assert ROWS == values_of(read.latest_daily(site))


def test_a_changed_byte_is_noticed(encrypted: Site) -> None:
    (part,) = (encrypted.folders.facts / "parts").iterdir()
    content = bytearray(part.read_bytes())
    content[20_000] ^= 1
    part.write_bytes(content)
    with pytest.raises((ConfigurationError, read.QueryError)):
        read.query(encrypted, "SELECT sum(hash(columns(*))) FROM feature.daily_history")
