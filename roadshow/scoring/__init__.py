"""Expert scores and the ranking (7.4): apart from popularity, and from every price (SC-8, SC-9)."""
