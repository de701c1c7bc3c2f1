"""Tests of `infra/identity`, file by file."""
