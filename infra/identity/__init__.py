"""Who people are: accounts, sign-ins and tokens, in a database of its own (domain 2)."""
