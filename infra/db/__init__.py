"""Databases: engines, and the tables of the read model with their migrations."""

import logging

logging.getLogger("alembic").setLevel(logging.WARNING)  # before it is imported: our lines suffice
