"""Tests of `trading/bidding/`, file for file."""
