"""A detector over two participants' facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copy

import pytest

from pipeline.store.store import open_store
from tests.alerts.flags.people import Detector, detecting, two_people
from tests.alerts.making import Clinic, a_clinic, with_site


@pytest.fixture(autouse=True)
def _without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the machine that runs the tests reaches them."""
    monkeypatch.delenv("EVENKEEL_FACTS_KEY", raising=False)
    monkeypatch.delenv("EVENKEEL_FACTS_KEY_FILE", raising=False)


@pytest.fixture
def detector(sqlite_clinic: Clinic) -> Detector:
    """A detector with ninety days of facts, nothing judged yet."""
    made = Detector(with_site(sqlite_clinic, detecting(sqlite_clinic.site)))
    made.publish(two_people())
    return made


@pytest.fixture
def another(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], Detector]]:
    """Makes further detectors, each on a store and a site of its own, without facts."""
    with ExitStack() as stack:
        made: list[Detector] = []

        def make() -> Detector:
            root = tmp_path / f"other-{len(made)}"
            root.mkdir()
            store = stack.enter_context(closing(open_store(f"sqlite:///{copy(sqlite_template, root / 's.sqlite')}")))
            clinic = a_clinic(store, root / "site")
            made.append(Detector(with_site(clinic, detecting(clinic.site))))
            return made[-1]

        yield make
