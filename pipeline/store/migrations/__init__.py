"""The store's schema as one linear chain of revisions, run by Alembic from inside the program."""
