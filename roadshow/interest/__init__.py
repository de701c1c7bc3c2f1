"""Interests (SM-13b): who wishes to invest, buy or work together, from the hall to the deal."""
