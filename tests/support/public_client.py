"""The unmodified public client for Python, and ears for all that it tells."""

from __future__ import annotations

from typing import Any

from centrifuge import Client, ClientEventHandler, SubscriptionEventHandler

from tests.support.push import ORIGIN


class Heard(SubscriptionEventHandler):  # type: ignore[misc]  # it ships no types
    """What one subscription was told."""

    def __init__(self) -> None:
        self.publications: list[tuple[int, Any]] = []
        self.subscribed: list[Any] = []
        self.unsubscribed: list[Any] = []
        self.errors: list[Any] = []

    async def on_publication(self, ctx: Any) -> None:
        self.publications.append((ctx.pub.offset, ctx.pub.data))

    async def on_subscribed(self, ctx: Any) -> None:
        self.subscribed.append(ctx)

    async def on_unsubscribed(self, ctx: Any) -> None:
        self.unsubscribed.append(ctx)

    async def on_error(self, ctx: Any) -> None:
        self.errors.append(ctx)


class Life(ClientEventHandler):  # type: ignore[misc]  # it ships no types
    """What became of one connection."""

    def __init__(self) -> None:
        self.connected: list[Any] = []
        self.connecting: list[Any] = []
        self.disconnected: list[Any] = []
        self.errors: list[Any] = []

    async def on_connected(self, ctx: Any) -> None:
        self.connected.append(ctx)

    async def on_connecting(self, ctx: Any) -> None:
        self.connecting.append(ctx)

    async def on_disconnected(self, ctx: Any) -> None:
        self.disconnected.append(ctx)

    async def on_error(self, ctx: Any) -> None:
        self.errors.append(ctx)


def public_client(url: str, token: str, life: Life | None = None, **more: Any) -> Any:
    """A client that comes back quickly."""
    return Client(
        url, events=life or Life(), token=token, headers={"Origin": ORIGIN},
        min_reconnect_delay=0.05, max_reconnect_delay=0.2, timeout=5, **more,
    )  # fmt: skip
