"""Whole stories as tables an exchange officer can read."""
