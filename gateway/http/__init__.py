"""The gateway's HTTP side: pages, queries, commands, health (docs/http.md)."""
