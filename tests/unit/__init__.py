"""Mirrors the source, file for file."""
