"""Who takes part, who answers for them and what was agreed: dated events, and their state at any instant."""
