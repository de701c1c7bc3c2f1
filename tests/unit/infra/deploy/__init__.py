"""Tests of infra/deploy/."""
