"""The relational store: one metadata for every table, migrations, and a unit of work that takes an audit event."""
