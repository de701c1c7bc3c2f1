"""Tests of `roadshow/session/`, file for file."""
