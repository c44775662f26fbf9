"""From export files to a lake of rows we trust: everything a phone exported, and nothing judged."""
