"""Tests of `gateway/push`, file by file."""
