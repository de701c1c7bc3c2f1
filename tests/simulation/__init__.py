"""One seed: real deciders on virtual time, an auditor with its own model."""
