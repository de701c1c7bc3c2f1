"""Tests of `trading/`, file for file."""
