"""The declared features of communication."""

from __future__ import annotations

from features.catalogue.communication.evidence import EXPORT_DAYS
from features.declaration import Feature

BARNETT_2018 = "doi:10.1038/s41386-018-0030-z"
DOMINIAK_2022 = "doi:10.2196/28647"
EAGLE_2006 = "doi:10.1007/s00779-005-0046-3"
VEGA_2021 = "doi:10.3389/fdgth.2021.769823"
WANG_2014 = "doi:10.1145/2632048.2632054"
LONGEST_DAY_MIN = 26 * 60.0


def _feature(feature_id: str, unit: str, maximum: float | None, citation: str, definition: str) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=citation,
        minimum=0.0,
        maximum=maximum,
        # Whether zero may be said hangs on when the stream last had a row.
        reach_days=EXPORT_DAYS,
        label=feature_id.rsplit("_", 1)[0].replace("_", " "),
    )


def _of_company(kind: str) -> tuple[Feature, ...]:
    """What calls and texts have in common."""
    return (
        _feature(
            f"{kind}_contact_count", "contacts", None, BARNETT_2018,
            f"Different others that {kind}s were exchanged with.",
        ),
        _feature(
            f"{kind}_contact_entropy_nats", "nats", None, EAGLE_2006,
            f"Shannon entropy of the day's {kind}s over the others; null without any.",
        ),
        _feature(
            f"outgoing_{kind}_ratio", "ratio", 1.0, BARNETT_2018,
            f"Outgoing {kind}s as a share of outgoing and incoming ones; null without any.",
        ),
        _feature(
            f"first_{kind}_h", "h", 53.0, VEGA_2021,
            f"Wall-clock hours since the local date's midnight of the day's first {kind}; null without any.",
        ),
        _feature(
            f"last_{kind}_h", "h", 53.0, VEGA_2021,
            f"Wall-clock hours since the local date's midnight of the day's last {kind}; null without any.",
        ),
        _feature(
            f"night_{kind}_ratio", "ratio", 1.0, DOMINIAK_2022,
            f"Share of the day's {kind}s between midnight and five on the wall clock; null without any.",
        ),
    )  # fmt: skip


def _amounts(way: str, kind: str, unit: str, name: str, citation: str) -> tuple[Feature, Feature, Feature]:
    """How many calls or texts went one way, how much in all, and how much each."""
    words = f"{way} {kind}s"
    return (
        _feature(f"{way}_{kind}_count", f"{kind}s", None, citation, f"The day's {words}, missed ones left out."),
        _feature(
            f"{way}_{kind}_{name}", unit, None, citation,
            f"Total {unit} of the day's {words}, where exported.",
        ),
        _feature(
            f"{way}_{kind}_mean_{name}", unit, None, citation,
            f"Mean {unit} of the day's {words}; null without any.",
        ),
    )  # fmt: skip


CALL_AMOUNTS = (
    *_amounts("outgoing", "call", "min", "duration_min", DOMINIAK_2022),
    *_amounts("incoming", "call", "min", "duration_min", DOMINIAK_2022),
)
TEXT_AMOUNTS = (
    *_amounts("outgoing", "text", "characters", "length_count", BARNETT_2018),
    *_amounts("incoming", "text", "characters", "length_count", BARNETT_2018),
)
MISSED = _feature("missed_call_count", "calls", None, DOMINIAK_2022, "Missed or refused calls of the day.")
CALL_COMPANY, TEXT_COMPANY = _of_company("call"), _of_company("text")
RECIPROCITY = _feature(
    "contact_reciprocity_ratio", "ratio", 1.0, BARNETT_2018,
    "Share of the day's contacts with both outgoing and incoming calls or texts; null without any.",
)  # fmt: skip
CONVERSATIONS = (
    _feature(
        "conversation_count", "conversations", None, WANG_2014, "Conversations near the phone that began on the day."
    ),
    _feature(
        "conversation_min", "min", LONGEST_DAY_MIN, WANG_2014, "Minutes of conversation near the phone on the day."
    ),
)

CALL_FEATURES = (*CALL_AMOUNTS, MISSED, *CALL_COMPANY)
TEXT_FEATURES = (*TEXT_AMOUNTS, *TEXT_COMPANY)
FEATURES = (*CALL_FEATURES, *TEXT_FEATURES, RECIPROCITY, *CONVERSATIONS)
ZERO_OF_NOTHING = frozenset(
    feature
    for feature in FEATURES
    if feature.unit != "ratio"
    and "_mean_" not in feature.feature_id
    and not feature.feature_id.endswith(("_h", "_nats"))
)
"""On a day that would have shown them and shows none, these are zero; all others have nothing to be about."""
