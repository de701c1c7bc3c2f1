"""The push gateway against clients that others wrote."""
