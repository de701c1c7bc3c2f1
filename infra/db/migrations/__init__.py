"""The migrations of the read model."""
