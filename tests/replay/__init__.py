"""Recorded logs: same decisions, same hashes, byte for byte."""
