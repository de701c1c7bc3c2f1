"""Projections: rows as a function of events."""
