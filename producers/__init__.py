"""Outside to log: everything that appends commands."""
