"""Working through a queue: the states of an alert, what may move it, who may, and what was decided."""
