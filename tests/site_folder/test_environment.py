"""Settings of the environment: secrets from variables or files, the instant a synthetic site is shown at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.opening import opened
from pipeline.site_folder.settings import load_site, secret


def synthetic(site: Path) -> Path:
    """The site, said to be synthetic."""
    settings = site / "site.toml"
    settings.write_text(settings.read_text().replace("is_synthetic = false", "is_synthetic = true"))
    return site


def test_a_secret_comes_from_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_EXAMPLE", "said")

    assert "said" == secret("EXAMPLE")


def test_a_secret_comes_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept\n")
    monkeypatch.setenv("EVENKEEL_EXAMPLE_FILE", str(tmp_path / "secret"))

    assert "kept" == secret("EXAMPLE")


def test_a_secret_file_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVENKEEL_EXAMPLE_FILE", str(tmp_path / "secret"))

    with pytest.raises(ConfigurationError, match="EVENKEEL_EXAMPLE_FILE: found a file that cannot be read"):
        secret("EXAMPLE")


def test_another_store_is_named_by_its_address(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_DATABASE_URL", "postgresql://db.example/evenkeel")

    assert "postgresql://db.example/evenkeel" == load_site(site).store_url


def test_a_store_that_is_none_is_a_fault(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader, this is not a database. " * 50)
    monkeypatch.setenv("EVENKEEL_DATABASE_URL", f"sqlite:///{tmp_path}/letter.txt")

    with pytest.raises(ConfigurationError, match="found one that cannot be opened"), opened(site):
        pass


def test_a_synthetic_site_is_shown_at_another_instant(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_NOW", "2026-03-01T10:00:00+01:00")

    with opened(synthetic(site)) as place:
        assert datetime(2026, 3, 1, 9, tzinfo=UTC) == place.clock.now_utc()


def test_a_real_site_keeps_the_clock_of_the_machine(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_NOW", "1999-03-01T10:00:00+01:00")

    with opened(site) as place:
        assert 1999 < place.clock.now_utc().year


@pytest.mark.parametrize("text", ["yesterday", "2026-03-01T10:00:00"])
def test_an_instant_needs_its_offset(site: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("EVENKEEL_NOW", text)

    with pytest.raises(ConfigurationError, match="EVENKEEL_NOW"), opened(synthetic(site)):
        pass
