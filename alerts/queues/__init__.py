"""Putting flags into the queues of named clinicians, and keeping their deadlines."""
