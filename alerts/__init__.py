"""From facts to a named clinician's attention."""
