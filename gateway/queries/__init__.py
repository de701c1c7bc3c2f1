"""Questions to the read model: the only place of the gateway that reads it."""
