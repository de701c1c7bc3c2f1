"""Questions to the items of a session (SM-13c)."""
