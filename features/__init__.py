"""From the lake to stated facts about a person's local day; no judgement."""
