"""Rules for all inputs, against an oracle."""
