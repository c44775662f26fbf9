"""The lake: accepted observations in Parquet, cut by stream, UTC date and shard, each partition replaced whole."""
