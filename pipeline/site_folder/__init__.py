"""The site folder: reading, writing and checking all that a deployment configures."""
