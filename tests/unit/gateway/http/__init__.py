"""Tests of `gateway/http`, file by file."""
