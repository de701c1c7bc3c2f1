"""The gateway against a log that runs, with the real deciders."""
