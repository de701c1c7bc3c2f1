"""What the log says, as the gateway tells it: folded state, publications, people, outcomes."""

from gateway.feed.publication import Publication, Sink

__all__ = ["Publication", "Sink"]
