"""Evidence per minute: what each stream says about one participant in one minute, before any day is spoken of."""
