"""Looking through the drop folder: which files are new, which known, whose they are, which must be set aside."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from pipeline.errors import ExportError
from pipeline.intake.claims import Identity, NotRead, claims_digest, identify, short_digest
from pipeline.intake.containers import Container, Dropped, opened
from pipeline.intake.manifest import (
    BATCH,
    PASSING_CODES,
    RETRIED_CODES,
    UNKNOWN_PARTICIPANT,
    Found,
    Measure,
    Seen,
    Version,
    batched,
    containers_seen,
    has_unfinished,
    versions_of,
)
from pipeline.intake.provenance import Provenance
from pipeline.intake.tables import FileChange, FileStatus
from pipeline.sources.contract import Source

UNREADABLE = "unreadable"
"""Stands for the names inside an archive that could not be opened."""

ParticipantOf = Callable[[str, str], str | None]
"""Whose an export is, by source and export id; None for a stranger's."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A name inside a dropped file, who claims it, and whose it is."""

    member: str
    name: str
    claim: Identity | NotRead
    participant_id: str | None


@dataclass
class Survey:
    """What a walk over the drop folder found; filled while it goes on."""

    found: list[Found] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    counts: Counter[Measure] = field(default_factory=Counter)

    def count(self, measure: str, name: str = "", number: int = 1) -> None:
        """Add to a count of files."""
        self.counts[measure, "", name] += number


class Surveyor:
    """Walks over dropped files with the manifest at hand, and opens only what it cannot know."""

    def __init__(
        self,
        session: Session,
        sources: Mapping[str, Source],
        participant_of: ParticipantOf,
        provenance: Provenance,
    ) -> None:
        self._session = session
        self._sources = sources
        self._participant_of = participant_of
        self._provenance = provenance
        # After a killed run, a file may wait for its rows though nothing in the drop folder changed.
        self._is_thorough = has_unfinished(session)
        self._met: dict[str, list[Version]] = {}
        self.survey = Survey()

    def look_through(self, dropped: Sequence[Dropped]) -> Survey:
        """Go over files of the drop folder in their order."""
        for batch in batched(dropped):
            known = containers_seen(self._session, [one.container for one in batch])
            candidates = (found for one in batch for found in self._look_at(one, known.get(one.container)))
            for group in batched(candidates, BATCH):
                self._settle(group)
        return self.survey

    def _look_at(self, dropped: Dropped, seen: Seen | None) -> Iterator[Found]:
        """The contents of one dropped file that may be new."""
        is_touched = self._is_thorough or seen is None or _is_touched(dropped, seen)
        if not is_touched and seen is not None and seen.claims_digest == UNREADABLE:
            self.survey.count("file_known")
            return
        try:
            with opened(dropped.path) as container:
                listed = self._listed(dropped, container)
                if any(isinstance(one.claim, Identity) for one in listed):
                    self._provenance.check(dropped, [one.member for one in listed])
                digest = claims_digest((one.name, one.claim, one.participant_id) for one in listed)
                if is_touched or seen is None or seen.claims_digest != digest:
                    codes = set()
                    for found in self._opened_members(dropped, container, listed):
                        codes.add(found.code)
                        yield found
                    self._remember(dropped, digest, codes)
                else:
                    self.survey.count("file_known", number=sum(isinstance(one.claim, Identity) for one in listed))
        except ExportError as error:
            yield self._unreadable(dropped, error)
            self._remember(dropped, UNREADABLE, {error.code})

    def _listed(self, dropped: Dropped, container: Container) -> list[Listed]:
        """Every name inside a dropped file, claimed; counts those that nobody reads."""
        listed = []
        for member in container.members():
            name = member or dropped.name
            claim = identify(name, self._sources)
            if isinstance(claim, NotRead):
                self.survey.count(f"file_{claim.value}")
                listed.append(Listed(member, name, claim, None))
            else:
                listed.append(Listed(member, name, claim, self._participant_of(claim.source, claim.export_id)))
        return listed

    def _opened_members(self, dropped: Dropped, container: Container, listed: list[Listed]) -> Iterator[Found]:
        """The members that somebody claims, read for their digest; and those that must not be read."""
        for one in listed:
            fault = container.fault(one.member)
            if fault is not None:
                yield self._refused(dropped, one, fault)
            elif isinstance(one.claim, Identity):
                yield self._digested(dropped, container, one, one.claim)

    def _digested(self, dropped: Dropped, container: Container, one: Listed, identity: Identity) -> Found:
        try:
            content = container.read(one.member)
        except ExportError as error:
            return self._refused(dropped, one, error)
        digest = hashlib.sha256(content).hexdigest()
        code = "" if one.participant_id else UNKNOWN_PARTICIPANT
        return Found(
            identity, one.participant_id, dropped.container, one.member, one.name, digest, len(content), code=code
        )

    def _refused(self, dropped: Dropped, one: Listed, error: ExportError) -> Found:
        """A member that cannot be read has no content: its digest stands for what was wrong with it."""
        identity = one.claim if isinstance(one.claim, Identity) else Identity("", "member", "", one.name)
        digest = short_digest(error.code, one.name, str(dropped.size_bytes), str(dropped.mtime_ns))
        return Found(identity, one.participant_id, dropped.container, one.member, one.name, digest, 0, code=error.code)

    def _unreadable(self, dropped: Dropped, error: ExportError) -> Found:
        digest = _digest_of_file(dropped)
        identity = Identity("", "archive", "", dropped.name)
        return Found(identity, None, dropped.container, "", dropped.name, digest, dropped.size_bytes, code=error.code)

    def _remember(self, dropped: Dropped, digest: str, codes: set[str]) -> None:
        """Have the file spared next time if nobody touches it, unless what was wrong may pass by itself."""
        if codes.isdisjoint(PASSING_CODES):
            self.survey.seen.append(Seen(dropped.container, dropped.size_bytes, dropped.mtime_ns, digest))

    def _settle(self, group: list[Found]) -> None:
        """Tell the new from the known, by what the manifest and this walk met before."""
        known = versions_of(self._session, (found.identity.logical_id for found in group))
        for found in group:
            logical_id = found.identity.logical_id
            met = self._met.get(logical_id, [])
            settled = _settled(found, known.get(logical_id, []), met)
            if settled is None:
                self.survey.count("file_known")
                continue
            self._met.setdefault(logical_id, []).append(
                Version(found.digest, found.size_bytes, FileStatus.PLANNED, found.code)
            )
            self._note(settled)

    def _note(self, found: Found) -> None:
        self.survey.found.append(found)
        if found.code:
            self.survey.count("file_set_aside", found.code)
        elif found.change is not FileChange.NEW:
            self.survey.count(f"file_{found.change.value}")


def _digest_of_file(dropped: Dropped) -> str:
    """The digest of an archive that did not open; of one that cannot even be read, a stand-in."""
    try:
        with dropped.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return short_digest(dropped.name, str(dropped.size_bytes), str(dropped.mtime_ns))


def _is_touched(dropped: Dropped, seen: Seen) -> bool:
    return (dropped.size_bytes, dropped.mtime_ns) != (seen.size_bytes, seen.mtime_ns)


def _settled(found: Found, known: list[Version], met: list[Version]) -> Found | None:
    """The file with what it is to earlier versions, or None when this content is known and done with."""
    if any(version.digest == found.digest for version in met):
        return None
    same = next((version for version in known if version.digest == found.digest), None)
    if same is not None and not _is_worth_another_look(found, same):
        return None
    if same is None and not known and not met:
        return found
    others = [version.size_bytes for version in (*known, *met) if version.digest != found.digest]
    return replace(found, change=_change(found.size_bytes, others), is_on_record=same is not None)


def _is_worth_another_look(found: Found, same: Version) -> bool:
    """Planned by a run that was killed, or set aside for a reason that no longer holds."""
    if same.status is FileStatus.SET_ASIDE:
        return same.code in RETRIED_CODES and same.code != found.code
    return same.status is FileStatus.PLANNED


def _change(size_bytes: int, other_sizes: list[int]) -> FileChange:
    """What a content is to the largest of the contents met before."""
    if not other_sizes:
        return FileChange.NEW
    largest = max(other_sizes)
    if size_bytes == largest:
        return FileChange.REWRITTEN
    return FileChange.GROWN if size_bytes > largest else FileChange.SHRUNKEN
