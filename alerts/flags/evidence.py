"""The evidence of a flag, frozen: plain values and sentences that can be shown again bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from alerts.deviations import wording
from alerts.deviations.explain import Bar, DomainBar, Explanation
from alerts.deviations.walk import RULE_VERSION
from pipeline.site import Detection

EVIDENCE_PURPOSE = "flag_evidence"
"""What evidence is sealed for."""


def frozen(explanation: Explanation, config_digest: str) -> bytes:
    """The evidence as canonical JSON: the same explanation always gives the same bytes."""
    value = {
        "night": explanation.night.isoformat(),
        "direction": explanation.direction.value,
        "is_mixed": explanation.is_mixed,
        "score": explanation.score,
        "threshold": explanation.threshold,
        "onset_day": explanation.onset_day.isoformat() if explanation.onset_day else None,
        "grade": explanation.grade.name,
        "standing": explanation.standing.name.lower(),
        "baseline_days": explanation.baseline_days,
        "rule_version": RULE_VERSION,
        "config_digest": config_digest,
        "domains": [_domain(domain) for domain in explanation.domains],
        "runner_up": None if explanation.runner_up is None else _domain(explanation.runner_up),
        "against": [_bar(bar) for bar in explanation.against],
        "flat": [_bar(bar) for bar in explanation.flat],
        "sentences": list(wording.lines(explanation)),
    }
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def thawed(evidence: bytes) -> Mapping[str, Any]:
    """Frozen evidence as plain values."""
    value: Mapping[str, Any] = json.loads(evidence)
    return value


def sentences(evidence: bytes) -> Sequence[str]:
    """What a clinician reads of frozen evidence."""
    return list(thawed(evidence)["sentences"])


def digest_of(content: bytes) -> str:
    """The digest that stands in the open for sealed evidence."""
    return hashlib.sha256(content).hexdigest()


def rule_digest(detection: Detection, profile_digest: str) -> str:
    """Identifies the rule as it was in force: its version, its profile and the site's settings."""
    text = json.dumps([RULE_VERSION, profile_digest, asdict(detection)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _domain(domain: DomainBar) -> dict[str, object]:
    return {
        "name": domain.name,
        "label": domain.label,
        "contribution": domain.contribution,
        "onset_day": domain.onset_day.isoformat() if domain.onset_day else None,
        "features": [_bar(bar) for bar in domain.bars],
    }


def _bar(bar: Bar) -> dict[str, object]:
    return {
        "feature_id": bar.feature_id,
        "label": bar.marker.label,
        "contribution": bar.contribution,
        "onset_day": bar.onset_day.isoformat() if bar.onset_day else None,
        "recent": bar.recent,
        "usual": bar.usual,
        "spread": bar.spread,
        "days_beyond": bar.days_beyond,
        "days_seen": bar.days_seen,
        "baseline_days": bar.baseline_days,
        "lost_to_cap": bar.lost_to_cap,
        "lost_to_decay": bar.lost_to_decay,
        "sentence": wording.sentence(bar),
    }
