"""The shipped program as processes, killed."""
