"""Nothing that the public can ask or hear tells what it may not know yet (docs/visibility.md).

Two worlds, the same but for what has just happened in secret: bids that the delayed view still
hides, limits, a refusal, a suspension, envelopes, how an item's bidding ended. Every address and
every channel must answer guest, stranger and another bidding's bidder alike in both, whatever it
says: so neither a figure, nor a place on the log, nor a length, nor an ETag can tell.
"""

from __future__ import annotations

from pathlib import Path

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
