"""A draw can be checked by anyone, from its event and this page alone."""

import hashlib
import json

from tests.support.builders import CONTROL, Play, bidder, limited, wan
from trading.bidding.commands import DrawLots, ExercisePriority, PlaceBid, WaivePriority
from trading.bidding.draw import ALGORITHM
from trading.bidding.draw_events import DrawHeld

RANDOMNESS = "00112233445566778899aabbccddeeff"


def tied_holders() -> Play:
    play = limited("A", "B", "P1a", "P1b", "P1c", priority_mode="post_session_ask")
    play.ask(bidder("B"), PlaceBid(amount_fen=wan(200)))
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(210)), play.at_ms + 1_000)
    play.tick(play.at_ms + 300_000)
    for number in ("P1c", "P1a", "P1b"):
        play.ask(bidder(number), ExercisePriority())
    return play


def test_the_seed_follows_from_the_events_and_public_randomness() -> None:
    play = tied_holders()
    ended_ms = play.at_ms
    outcome = play.ask(CONTROL, DrawLots(randomness=RANDOMNESS), ended_ms + 60_000)
    own = ["A", wan(210), ended_ms, [["B", ended_ms - 301_000], ["A", ended_ms - 300_000]]]
    own.append(["P1c", "P1a", "P1b"])
    told = json.dumps(own, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).digest()
    seed = hashlib.sha256(b"b1" + digest + bytes.fromhex(RANDOMNESS)).hexdigest()
    drawn = outcome.events[0]
    assert isinstance(drawn, DrawHeld)
    assert (drawn.algorithm, drawn.own, drawn.randomness) == (ALGORITHM, told, RANDOMNESS)
    assert drawn.seed == seed
    assert drawn.winner == ("P1a", "P1b", "P1c")[int(seed, 16) % 3]


def test_lots_decide_among_those_who_did_not_give_way() -> None:
    play = tied_holders()
    assert play.code(bidder("P1a"), WaivePriority()) == "ok"
    assert play.code(bidder("P1a"), WaivePriority()) == "ALREADY_DONE"
    outcome = play.ask(CONTROL, DrawLots(randomness=RANDOMNESS))
    drawn = outcome.events[0]
    assert isinstance(drawn, DrawHeld)
    assert drawn.numbers == ("P1b", "P1c")


def test_lots_are_drawn_once() -> None:
    play = tied_holders()
    assert play.code(CONTROL, DrawLots(randomness=RANDOMNESS)) == "ok"
    assert play.code(CONTROL, DrawLots(randomness=RANDOMNESS)) == "TOO_LATE"
