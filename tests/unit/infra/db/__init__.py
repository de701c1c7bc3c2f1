"""Tests of `infra/db`, file by file."""
