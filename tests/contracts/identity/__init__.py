"""One suite for the identity database: SQLite and PostgreSQL."""
