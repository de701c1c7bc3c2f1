"""The push gateway: Centrifuge's client protocol, JSON, over websockets (push.md)."""
