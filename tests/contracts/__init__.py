"""One suite per seam, every implementation."""
