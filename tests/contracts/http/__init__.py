"""The HTTP side, as clients meet it."""
