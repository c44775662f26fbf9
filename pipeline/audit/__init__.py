"""Audit events and their chain: who did what to which record, and when; nobody can change one unseen."""
