"""The domains of behaviour that are scored, one module each; adding one adds it to the profile."""
