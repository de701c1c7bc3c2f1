"""One suite for the deciders, on every broker."""
