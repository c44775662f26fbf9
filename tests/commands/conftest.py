"""Running a command in this process, as a shell would see it, and small sites to run it on."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import evenkeel
from pipeline.site_folder.invented import invent_site
from pipeline.synthetic.plan import CohortPlan


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 -- a JSON document of any shape
        """The one JSON document on standard output; fails where there is another or none."""
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `evenkeel` with words, in a pipe."""
    for name in ("EVENKEEL_SITE", "EVENKEEL_NOW", "EVENKEEL_DATABASE_URL", "EVENKEEL_DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["evenkeel", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            evenkeel.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def invented_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two invented participants over two weeks, made once."""
    folder = tmp_path_factory.mktemp("invented") / "site"
    invent_site(folder, CohortPlan.demo(2, 14, 7, "studentlife"))
    return folder


@pytest.fixture
def invented(invented_once: Path, tmp_path: Path) -> Path:
    """The synthetic site, to be changed at will."""
    return Path(shutil.copytree(invented_once, tmp_path / "site"))
