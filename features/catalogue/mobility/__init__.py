"""Mobility: from position fixes to stays, places, home and ways, without any map and from relative positions too.

In the order of the data: `bursts` and `clean` (fixes to believable positions), `day_table`, `stays`, `timeline`,
`places`, `nights` and `home`, `spread`, `intervals`, `facts`; `declared` and `family` say what is stated.
"""

from features.catalogue.mobility.family import MOBILITY

__all__ = ["MOBILITY"]
