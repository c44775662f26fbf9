"""What the platforms write of a synthetic life, in their own files."""
