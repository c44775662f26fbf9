"""How unlike themselves a participant has been, night by night: direction, persistence, corroboration, decision."""
