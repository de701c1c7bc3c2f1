"""The tests: see each folder."""
