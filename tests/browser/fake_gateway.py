"""A gateway that answers from fixtures: pages, texts, JSON and the socket, inside the browser.

Rule 1: pages and static files are the shipped ones, with the shipped Content-Security-Policy.
Rule 2: it never thinks. A test says what is sent; what the page sent is in `commands`.
"""

import json
import mimetypes
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

from gateway.http.middleware import safe_headers
from gateway.web import ROUTES, STATIC, Facts, shell
from infra.i18n import catalogue
from tests.browser.fixtures import NOW, VISITOR

ORIGIN: Final = "http://localhost:9"
BEAT: Final = """const from = performance.timeOrigin;
const beat = () => heartbeat(from + performance.now());
beat();
setInterval(beat, 500);"""
PUSH: Final = "ws://localhost:9/connection/websocket"
STREAMS: Final = ("https://stream.example", "http://localhost:7")
POLICY: Final = dict(safe_headers(PUSH, STREAMS))[b"content-security-policy"].decode()


class FakeGateway:
    """What one browser context talks to."""

    def __init__(self, context: BrowserContext, *, me: dict[str, Any] | None = None) -> None:
        self.now_ms: int = NOW
        self.answers: dict[str, Any] = {
            "/api/me": me or VISITOR,
            "/api/time": lambda: {"server_time_ms": self.now_ms},
            "/api/push-token": {"token": "t", "expires_at_ms": NOW + 300_000, "url": PUSH},
        }
        self.states: dict[str, dict[str, Any]] = {}
        self.refusals: dict[str, int] = {}
        self.latest: dict[str, dict[str, Any]] = {}
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.connects: list[dict[str, Any]] = []
        self.subscribes: list[dict[str, Any]] = []
        self.sockets: list[WebSocketRoute] = []
        self.replies: dict[str, Any] = {}
        self.gets: list[str] = []
        self.accepts = True
        self.silent = False
        self.late_ms = 0
        self.held: list[tuple[WebSocketRoute, str, Any]] = []
        self.offsets: dict[str, int] = {}
        context.route(f"{ORIGIN}/**", self._http)
        context.route_web_socket(PUSH, self._socket)

    def _http(self, route: Route) -> None:
        path = unquote(route.request.url.removeprefix(ORIGIN).split("?")[0])
        if path.startswith("/static/i18n/"):
            texts = catalogue(path.removeprefix("/static/i18n/").removesuffix(".json"))
            route.fulfill(json=dict(texts))
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif path.startswith("/api/"):
            self._api(route, path)
        else:
            headers = {"content-security-policy": POLICY}
            body = shell(_page_of(path), Facts(PUSH, STREAMS))
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    def _api(self, route: Route, path: str) -> None:
        self.gets.append(unquote(route.request.url.removeprefix(ORIGIN)))
        answer = self.answers.get(path)
        if path.startswith("/api/commands/"):
            self.commands.append((path.rsplit("/", 1)[1], route.request.post_data_json or {}))
            answer = self.replies.get(path.rsplit("/", 1)[1], answer)
        if answer is None:
            problem = {"code": "NOT_FOUND", "title": "not found", "status": 404}
            route.fulfill(status=404, content_type="application/problem+json", json=problem)
        else:
            route.fulfill(json=answer() if callable(answer) else answer)

    def _socket(self, socket: WebSocketRoute) -> None:
        if not self.accepts:
            socket.close(code=1012, reason="restart")
            return
        self.sockets.append(socket)
        socket.on_message(lambda text: self._frame(socket, str(text)))

    def _frame(self, socket: WebSocketRoute, text: str) -> None:
        commands = [json.loads(line) for line in text.split("\n") if line != "{}"]
        for command in commands:
            if "rpc" in command:
                self.held.append((socket, command["rpc"]["method"], command))
        replies = [self._reply(command) for command in commands]
        said = [json.dumps(reply) for reply in replies if reply is not None]
        if said:
            socket.send("\n".join(said))

    def _reply(self, command: dict[str, Any]) -> dict[str, Any] | None:
        number = {"id": command.get("id")}
        if "connect" in command:
            self.connects.append(command["connect"])
            hello = {"client": "c", "version": "0", "ping": 25, "pong": True}
            return number | {"connect": hello}
        if "subscribe" in command:
            return number | self._subscribed(command["subscribe"])
        if "rpc" in command:
            method, data = command["rpc"]["method"], command["rpc"]["data"]
            self.commands.append((method, data))
            reply = self.replies.get(method)
            if callable(reply):
                reply = reply(data)
            return None if reply is None else number | reply
        return number | {next(key for key in command if key != "id"): {}}

    def _subscribed(self, wish: dict[str, Any]) -> dict[str, Any]:
        self.subscribes.append(wish)
        channel = wish["channel"]
        if channel not in self.states:
            return {"error": {"code": self.refusals.get(channel, 102), "message": "refused"}}
        state = self.states[channel]
        offset = state.get("public_seq", 1)
        self.offsets[channel] = offset
        data = {"state": state or None, "latest": self.latest.get(channel, {})}
        answer = {"recoverable": True, "epoch": "e", "offset": offset, "data": data}
        return {"subscribe": answer}

    # ---- what a test says ----

    def publish(self, channel: str, data: dict[str, Any]) -> None:
        """Send a publication to every socket; a critical one moves the offset."""
        publication: dict[str, Any] = {"data": data}
        if "key" not in data:
            self.offsets[channel] = data.get("public_seq", self.offsets.get(channel, 0) + 1)
            publication["offset"] = self.offsets[channel]
        for socket in self.sockets:
            socket.send(json.dumps({"push": {"channel": channel, "pub": publication}}))

    def publish_at(self, channel: str, data: dict[str, Any]) -> None:
        """Send a publication at the offset that stands in `offsets`."""
        publication = {"data": data, "offset": self.offsets[channel]}
        for socket in self.sockets:
            socket.send(json.dumps({"push": {"channel": channel, "pub": publication}}))

    def publish_keyed(self, channel: str, key: str, data: dict[str, Any]) -> None:
        """Send a publication without an offset, as private channels do where bids are sealed."""
        for socket in self.sockets:
            pub = {"data": data | {"key": key}}
            socket.send(json.dumps({"push": {"channel": channel, "pub": pub}}))

    def answer(self, method: str, reply: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Answer now what was asked and not answered."""
        for socket, asked, command in self.held:
            if asked == method:
                data = reply(command["rpc"]["data"])
                socket.send(json.dumps({"id": command["id"]} | data))
        self.held.clear()

    def tick_every_second(self, page: Page, channel: str) -> None:
        """Be asked by the page itself, once a second, for the room's clock and for the time."""
        began: list[float] = []

        def elapsed(now: float) -> int:
            began.append(now)
            return int(now - began[0])

        def beat(_source: Any, now: float) -> None:
            self.now_ms = NOW + elapsed(now)
            if not self.silent and channel in self.offsets:
                self.tick(channel, self.states[channel], self.now_ms - self.late_ms)

        page.expose_binding("heartbeat", beat)
        page.add_init_script(BEAT)

    def tick(self, channel: str, state: dict[str, Any], at_ms: int = NOW) -> None:
        clock = {"key": "clock", "server_time_ms": at_ms, "public_seq": self.offsets[channel]}
        self.publish(channel, clock | {key: state[key] for key in ("ends_at_ms", "phase")})

    def cut(self) -> None:
        """Close every socket and take no other."""
        self.accepts = False
        for socket in self.sockets:
            socket.close(code=1012, reason="restart")
        self.sockets.clear()


def _page_of(path: str) -> str:
    parts = path.strip("/").split("/")
    for pattern, name in ROUTES.items():
        wanted = pattern.strip("/").split("/")
        if len(wanted) == len(parts) and all(
            want == part or want.startswith("{") for want, part in zip(wanted, parts, strict=True)
        ):
            return name
    return "missing"


def open_page(page: Page, path: str) -> Page:
    page.goto(ORIGIN + path)
    return page
