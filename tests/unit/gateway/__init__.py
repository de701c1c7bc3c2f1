"""Tests of `gateway`, file by file."""
