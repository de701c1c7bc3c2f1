"""The description of the push side (AsyncAPI 3), made of the same models that push and HTTP use.

Rule 1: channels come from `gateway.channels`, who may follow from the one matrix, commands from the
one registry, events from the allow-lists of the views: nothing is written down twice.
"""

import json
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from gateway.actions import ACTIONS
from gateway.channels import KINDS, MARKET, Kind
from gateway.http.bodies import body_model
from gateway.http.commands import Outcome, Reply, Status
from gateway.views import seen_bidding, seen_show
from gateway.views.seen import Table
from gateway.visibility import MATRIX

REF: Final = "#/components/schemas/{model}"
WHAT: Final[Mapping[Kind, str]] = {
    "bidding": "One bidding's public events, for those in the room",
    "bidding.public": "The same, later by the bidding's public_delay_ms",
    "bidding.seller": "What the seller sees beyond the room",
    "bidding.control": "What the bid controller sees beyond the room",
    "bidding.watch": "What the supervisor sees beyond the room",
    "bidder": "Outcomes of one bidder's own commands, you-lead and outbid",
    "roadshow": "One session's public events",
    "roadshow.staff": "The same with what only those who run it see",
    "seller": "Notices to an organisation that sells",
    "user": "Notices to one account",
    "desk": "Notices to a queue of the desk",
    "market": "What is live: newest values by root, without offsets",
}
_ROOMS: Final = ("bidding", "bidding.public")
_SHOWS: Final = ("roadshow", "roadshow.staff")


class RoomPublication(BaseModel):
    """One decision of a room. `state` holds what moved, `bids` the new rows, newest first."""

    public_seq: int
    at_ms: int
    events: list[dict[str, Any]]
    state: dict[str, Any]
    bids: list[dict[str, Any]] = []
    receipt: dict[str, Any] | None = None


class ShowPublication(BaseModel):
    """One decision of a session: the changed keys of its state, items and questions."""

    public_seq: int
    at_ms: int
    events: list[dict[str, Any]]
    state: dict[str, Any] = {}
    items: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []


class BidderPublication(BaseModel):
    """What became of one's own command, that one leads or was outbid, or that one's limit has bid.

    `proxy_bids`: which of the last bids one's limit made, by `seq`; all others look alike (4.3).
    """

    kind: Literal["outcome", "you_lead", "outbid", "limit_bid"]
    outcome: Outcome | None = None
    standing: str
    price_fen: int | None = None
    proxy_bids: list[int] = []


class NoticePublication(BaseModel):
    """A notice. A P1 whose other channel does not exist yet is `fallback_due`."""

    notice_id: str
    code: str
    params: dict[str, Any]
    at_ms: int
    priority: str
    root: str
    fallback_due: bool


class KeyedPublication(BaseModel):
    """A newest value (clock, heat, presence, a market row): no offset; the last of a key counts."""

    key: str


_BY_KIND: Final[Mapping[str, type[BaseModel]]] = {
    **dict.fromkeys(_ROOMS, RoomPublication),
    **dict.fromkeys(_SHOWS, ShowPublication),
    "bidder": BidderPublication,
    **dict.fromkeys(("seller", "user", "desk"), NoticePublication),
    MARKET: KeyedPublication,
}


def router(push_url: str) -> APIRouter:
    """Return the route of the document; it is made when it is first asked for."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/asyncapi.json")
    def described() -> Response:
        return Response(_document(push_url), media_type="application/json")

    return routes


@cache
def _document(push_url: str) -> bytes:
    return json.dumps(describe(push_url), ensure_ascii=False).encode()


def describe(push_url: str = "ws://127.0.0.1:9381/connection/websocket") -> dict[str, Any]:
    """Return the whole document."""
    scheme, _, rest = push_url.partition("://")
    host, _, path = rest.partition("/")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "硕果 Shuoguo, push",
            "version": "1",
            "description": "The Centrifuge client protocol, JSON, over a websocket. A token comes "
            "from POST /api/push-token. Times are UTC milliseconds, money is whole fen.",
        },
        "servers": {"push": {"host": host, "protocol": scheme, "pathname": f"/{path}"}},
        "channels": {**{kind: _channel(kind) for kind in KINDS}, "rpc": _rpc_channel()},
        "operations": {**_followings(), **_commands()},
        "components": {"schemas": _schemas(), "messages": _messages()},
    }


def _channel(kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": _address(kind),
        "description": WHAT[kind],
        "x-roles": sorted(MATRIX[kind]),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _told(kind)},
    }
    parameters = _parameters(kind)
    return found if not parameters else {**found, "parameters": parameters}


def _address(kind: Kind) -> str:
    if kind == MARKET:
        return MARKET
    return "bidder:{id}.{number}" if kind == "bidder" else f"{kind}:{{id}}"


def _parameters(kind: Kind) -> dict[str, Any]:
    if kind == MARKET:
        return {}
    own = {"number": {"description": "The bidder's number"}} if kind == "bidder" else {}
    return {"id": {"description": "The root, organisation, account or queue"}, **own}


def _told(kind: Kind) -> list[str]:
    first = _BY_KIND.get(kind, KeyedPublication).__name__
    events = [_event_name(name) for name in _events_of(kind)]
    return list(dict.fromkeys([first, KeyedPublication.__name__, *events]))


def _events_of(kind: str) -> Iterable[str]:
    if kind in _ROOMS:
        return [event.__dict__["type"] for event in _shown(seen_bidding.SEEN)]
    return [e.__dict__["type"] for e in _shown(seen_show.SEEN)] if kind in _SHOWS else ()


def _shown(table: Table) -> dict[type, tuple[str, ...]]:
    """Return what all see of each event of which they are told."""
    return {event: row.public for event, row in table.items() if row.public is not None}


def _event_name(name: str) -> str:
    return "event." + name


def _rpc_channel() -> dict[str, Any]:
    return {
        "address": "rpc",
        "description": "Commands and look-ups as RPC of the same socket; the same over HTTP",
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for name in (*ACTIONS, Reply.__name__, Status.__name__)
        },
    }


def _followings() -> dict[str, Any]:
    return {
        f"follow.{kind}": {"action": "receive", "channel": {"$ref": f"#/channels/{kind}"}}
        for kind in KINDS
    }


def _commands() -> dict[str, Any]:
    return {
        method: {
            "action": "send",
            "channel": {"$ref": "#/channels/rpc"},
            "summary": (action.command.__doc__ or method).strip().splitlines()[0],
            "x-roles": list(action.roles),
            "messages": [{"$ref": f"#/channels/rpc/messages/{method}"}],
            "reply": {
                "channel": {"$ref": "#/channels/rpc"},
                "messages": [{"$ref": "#/channels/rpc/messages/Reply"}],
            },
        }
        for method, action in ACTIONS.items()
    }


def _plain_models() -> list[type[BaseModel]]:
    return [*dict.fromkeys(_BY_KIND.values()), Reply, Status]


def _event_models() -> dict[str, type[BaseModel]]:
    """The events that a room or a session shows, with the fields that it shows of them."""
    shown = _shown({**seen_bidding.SEEN, **seen_show.SEEN})
    return {kind.__dict__["type"]: _event_model(kind, fields) for kind, fields in shown.items()}


def _event_model(kind: type, fields: tuple[str, ...]) -> type[BaseModel]:
    hints = typing.get_type_hints(kind)
    told: dict[str, Any] = {"type": (Literal[kind.__dict__["type"]], ...)}
    told |= {name: (hints[name], ...) for name in fields}
    made: type[BaseModel] = create_model(f"{kind.__name__}Event", __doc__=kind.__doc__, **told)
    return made


def _schemas() -> dict[str, Any]:
    bodies = [body_model(action) for action in ACTIONS.values()]
    models = [*_plain_models(), *bodies, *_event_models().values()]
    _, found = models_json_schema([(model, "serialization") for model in models], ref_template=REF)
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _messages() -> dict[str, Any]:
    named: dict[str, type[BaseModel]] = {model.__name__: model for model in _plain_models()}
    named |= {method: body_model(action) for method, action in ACTIONS.items()}
    named |= {_event_name(name): model for name, model in _event_models().items()}
    return {
        name: {"payload": {"$ref": REF.replace("{model}", model.__name__)}}
        for name, model in named.items()
    }


def check(document: dict[str, Any]) -> None:
    """Raise `ValueError` where a reference leads nowhere."""
    for found in _references(document):
        at: Any = document
        for part in found.removeprefix("#/").split("/"):
            if not isinstance(at, dict) or part not in at:
                raise ValueError(f"{found} is not there")
            at = at[part]


def _references(found: Any) -> Iterable[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            if name == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(found, list):
        for value in found:
            yield from _references(value)
