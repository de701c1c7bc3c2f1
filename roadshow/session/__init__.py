"""The session (SM-13) and its agenda items (SM-13a): who is on stage, and until when."""
