"""`audit verify`: an intact chain is said to be so, a broken one fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import Command


def test_an_intact_chain_exits_0(command: Command, invented: Path) -> None:
    said = command("audit", "verify", "--site", invented)

    assert 0 == said.code
    assert "intact" in said.out


def test_a_chain_that_was_tampered_with_exits_1_and_names_the_event(command: Command, invented: Path) -> None:
    with closing(sqlite3.connect(invented / "var" / "store.sqlite")) as store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("UPDATE audit_event SET actor_id = 'somebody-else' WHERE seq = 2")
        store.commit()

    said = command("audit", "verify", "--site", invented, "--json")

    assert (1, 2) == (said.code, said.document["broken_at_seq"])
