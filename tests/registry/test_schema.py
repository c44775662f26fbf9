"""No table can hold how to reach a participant, and no recipient but a clinician can be written down."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from pipeline.registry.kinds import KINDS
from pipeline.registry.recipients import Recipient, RecipientKind
from pipeline.registry.tables import Recorded
from pipeline.store.base import Base
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId
from tests.plugins.databases import import_every_table

CONTACT = re.compile("mail|phone|mobile|street|postcode|zip|recipient_address|sms|push_token|first_name|last_name")
PERSON = re.compile(r"(display|full|given|family|person|patient|participant|clinician)_name")
NAMES = {"display_name": "clinician_event"}
"""The one column with a person's name, and whose it is."""


def every_table() -> list[tuple[str, list[str]]]:
    """Each declared table with its columns."""
    import_every_table()
    return [(table.name, [column.name for column in table.columns]) for table in Base.metadata.sorted_tables]


def event_tables() -> dict[str, type[Recorded]]:
    """Each table of dated events by its name."""
    return {str(inspect(table).local_table): table for table in Recorded.__subclasses__()}


def test_no_column_holds_contact_details() -> None:
    assert [] == [(table, name) for table, names in every_table() for name in names if CONTACT.search(name)]


def test_only_clinicians_have_a_name_in_the_clear() -> None:
    named = [(name, table) for table, names in every_table() for name in names if PERSON.search(name)]
    assert list(NAMES.items()) == named


def test_the_only_kind_of_recipient_is_a_clinician() -> None:
    assert ["clinician"] == [kind.value for kind in RecipientKind]
    assert Recipient(ClinicianId("ada")).kind is RecipientKind.CLINICIAN


def test_every_table_of_events_belongs_to_a_kind_or_is_sealed_or_kept_by_us() -> None:
    of_kinds = {kind.table for kind in KINDS}
    others = {name for name, table in event_tables().items() if table not in of_kinds}
    assert {"credential_event", "subgroup_event", "identity_event", "accepted_roster", "imported_row"} == others


def test_the_database_itself_keeps_events_as_they_are(store: Store) -> None:
    """Every table of dated events has triggers that refuse to update or delete."""
    catalogue = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if store.engine.dialect.name == "postgresql":
        catalogue = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    with store.read() as session:
        guarded = set(session.execute(text(catalogue)).scalars())
    assert [] == [name for name in event_tables() if name not in guarded]


def test_the_database_refuses_a_commissioning_by_the_system(store: Store) -> None:
    columns = "event_id, effective_at_utc, recorded_at_utc, recorded_by_kind, recorded_by, kind, scope, scope_id, is_on"
    instant = "'2026-01-01 00:00:00.000000'"
    values = f"1, {instant}, {instant}, 'system', 'nightly', 'commissioned', 'site', 'site', TRUE"
    with pytest.raises(DBAPIError, match="commissioned_by_a_human"), store.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO switch_event ({columns}) VALUES ({values})"))  # noqa: S608 -- our own words


def test_every_participant_column_refers_to_a_registered_participant() -> None:
    loose = [
        name
        for name, table in event_tables().items()
        if "participant_id" in (columns := inspect(table).columns) and not columns["participant_id"].foreign_keys
    ]
    assert loose == []
