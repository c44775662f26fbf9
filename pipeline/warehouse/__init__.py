"""The feature store: immutable parts of facts under one pointer. The one place that opens DuckDB."""
