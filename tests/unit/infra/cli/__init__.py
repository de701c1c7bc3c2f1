"""Tests of `infra/cli`, file by file."""
