"""Nothing that the public can ask or hear tells what it may not know yet (docs/visibility.md).

Two worlds, the same but for what has just happened in secret: bids that the delayed view still
hides, limits, a refusal, a suspension, envelopes, how an item's bidding ended. Every address and
every channel must answer guest, stranger and another bidding's bidder alike in both, whatever it
says: so neither a figure, nor a place on the log, nor a length, nor an ETag can tell.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from gateway import web
from gateway.channels import KINDS
from gateway.push.protocol import Command
from infra.private import OURS
from tests.support.http_app import HttpStage
from tests.support.watched_world import DELAY_MS, LIVE, OPEN, SEALED, WatchedWorld


async def told(world: WatchedWorld) -> dict[str, str]:
    return {**await world.asked(), **world.heard()}


async def test_no_way_to_the_public_tells_what_it_may_not_know_yet(tmp_path: Path) -> None:
    quiet, busy = WatchedWorld(tmp_path / "quiet"), WatchedWorld(tmp_path / "busy")
    busy.happens()
    for world in (quiet, busy):
        world.goes_on()
    expected, found = await told(quiet), await told(busy)
    assert {way for way, said in found.items() if said != expected[way]} == set()
    assert f"guest GET /api/state/bidding.public:{LIVE}" in found
    assert '"price_fen": 10000' in found["guest fresh"], "the open one is seen at once"
    for said in found.values():
        assert "canary" not in said
    for world in (quiet, busy):
        world.later(DELAY_MS - 1)
    expected, found = await told(quiet), await told(busy)
    assert {way for way, said in found.items() if said != expected[way]} == set()
    for world in (quiet, busy):
        world.later(1)
    expected, found = await told(quiet), await told(busy)
    differs = {way for way, said in found.items() if said != expected[way]}
    late = {"/api/lobby", f"/api/state/bidding.public:{LIVE}", "/api/state/roadshow:s1"}
    assert {f"guest GET {path}" for path in late} | {"guest socket", "guest fresh"} <= differs
    assert not {way for way in differs if SEALED in way or OPEN in way}, "only the delayed one"
    for world in (quiet, busy):
        world.http.close()


def test_every_way_there_is_stands_on_the_list(stage: HttpStage) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "visibility.md").read_text("utf-8")
    listed = set(re.findall(r"`([^`]+)`", page))
    paths = {
        "/api/commands/*" if path.startswith("/api/commands/") else path
        for path in stage.app.openapi()["paths"]
    }
    frames = {one.name for one in fields(Command)} - {"id"}
    of_a_demo = ("people.", "sign-in.", "demo.", "session.", "summary.")
    files = {name for name in OURS if not name.startswith(of_a_demo)}
    missing = (paths | set(web.ROUTES) | set(KINDS) | frames) - listed
    assert missing == set()
    assert {name for name in files if not any(one.startswith(name) for one in listed)} == set()
    addresses = {one for one in listed if one.startswith(("/api/", "/shows", "/bidding/"))}
    assert addresses - paths - set(web.ROUTES) == set(), "an address that is no more"
