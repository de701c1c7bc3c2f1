"""Tests of `roadshow/interest/`, file for file."""
