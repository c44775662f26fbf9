"""What really happened in a synthetic cohort, as Parquet files marked synthetic."""
