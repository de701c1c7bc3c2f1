"""Log to log: deciders, the verifier, and everyone who reads decisions."""
