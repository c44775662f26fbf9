"""Communication: calls, texts and conversations of a local day, as counts, lengths and spread over contacts.

`evidence` says of which days a count may be stated at all; `contacts` and `conversations` do the counting.
"""

from features.catalogue.communication.family import COMMUNICATION

__all__ = ["COMMUNICATION"]
