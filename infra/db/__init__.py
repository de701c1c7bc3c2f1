"""Databases: engines, the read model and its migrations."""
