"""One account's standing: its roles, declared relations, bidder numbers and sessions (domain 2)."""
