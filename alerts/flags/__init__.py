"""Flags: deviations that passed the gate, with their evidence frozen."""
