"""Tests of `roadshow/scoring/`, file for file."""
