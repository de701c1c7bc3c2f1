"""Tests of `trading/membership/`, file for file."""
