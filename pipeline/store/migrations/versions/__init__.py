"""One module a revision; Alembic finds them by walking this folder."""
