"""The read model on SQLite and on PostgreSQL."""
