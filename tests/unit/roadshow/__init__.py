"""Tests of `roadshow/`, file for file."""
