"""Contact with others, as counts and lengths only: calls, texts, and conversations heard nearby."""

from __future__ import annotations

import dataframely as dy

from pipeline.vocabulary.stream import Interval, Observation, Stream, whole_row

CALL_DIRECTIONS = ["incoming", "outgoing", "missed"]
TEXT_DIRECTIONS = ["received", "sent"]
TEXT_KINDS = ["sms", "mms"]


class Call(Observation):
    """One call; the other party is a digest keyed per participant."""

    direction = dy.Enum(CALL_DIRECTIONS)
    duration_s = dy.Float64(nullable=True, min=0.0)
    contact_token = dy.String(nullable=True)


class Text(Observation):
    """One text message: direction, kind and length, never what it said."""

    direction = dy.Enum(TEXT_DIRECTIONS)
    kind = dy.Enum(TEXT_KINDS)
    length_count = dy.Int64(nullable=True, min=0)
    contact_token = dy.String(nullable=True)


CALL = Stream(
    name="call",
    schema=Call,
    natural_key=whole_row(Call),
    sentence="Calls: direction, duration and a keyed digest of the other party.",
    pseudonymise=("contact_token",),
    may_hold_content=True,
)
TEXT = Stream(
    name="text",
    schema=Text,
    natural_key=whole_row(Text),
    sentence="Texts: direction, kind, length and a keyed digest of the other party.",
    pseudonymise=("contact_token",),
    may_hold_content=True,
)
CONVERSATION_INTERVAL = Stream(
    name="conversation_interval",
    schema=Interval,
    natural_key=whole_row(Interval),
    sentence="Spans in which the phone heard conversation nearby; no sound is kept.",
)
