"""Tests of `roadshow/showcase/`, file for file."""
