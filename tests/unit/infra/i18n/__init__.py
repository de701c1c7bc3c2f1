"""Tests of `infra/i18n`, file by file."""
