"""Tests of `roadshow/question/`, file for file."""
