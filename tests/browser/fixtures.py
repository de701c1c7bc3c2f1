"""States as the gateway sends them, for pages looked at without one. Never shipped."""

from typing import Any, Final

NOW: Final = 1_780_000_000_000  # the moment at which every fixture stands
WAN: Final = 1_000_000

State = dict[str, Any]


def terms(**changed: Any) -> State:
    return {
        "start_price_fen": 860 * WAN,
        "increments": [{"from_fen": 0, "increment_fen": 20 * WAN}],
        "free_ms": 300_000,
        "extension_ms": 120_000,
        "ceiling_price_fen": None,
        "priority_mode": "in_session_match",
        "reserve": "sealed",
        "steps_max": 20,
        "min_gap_ms": 500,
        "stall_threshold_ms": 3_000,
        "resume_notice_ms": 300_000,
        "proxy_allowed": True,
        "public_delay_ms": 0,
    } | changed


BID_STEPS: Final = (0, 2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 2)
NUMBERS: Final = ("112", "058", "037")


def bids(until_ms: int = NOW) -> list[State]:
    """Return rows as a room gives them: newest first."""
    rows, price = [], 860 * WAN
    count = len(BID_STEPS)
    for index, step in enumerate(BID_STEPS):
        price += step * 20 * WAN
        rows.append(
            {
                "number": NUMBERS[(count - 1 - index + 2) % 3],
                "amount_fen": price,
                "at_ms": until_ms - (count - 1 - index) * 41_000 - 13_000 - (index * 137) % 1000,
                "is_proxy": index % 5 == 3,
                "kind": "bid",
                "seq": 1000 + index * 3,
                "extended": index in {11, 14, 16},
            }
        )
    return rows[::-1]


def bidding(**changed: Any) -> State:
    rows = bids()
    return {
        "bidding_id": "s-demo.i-3.1",
        "public_seq": 41,
        "at_ms": NOW - 13_000,
        "phase": "limited_bidding",
        "lot": "深海极端酶制备褐藻寡糖专利包（5 项发明专利，转让）",
        "mode": "live_timed",
        "profile": "demo",
        "price_fen": rows[0]["amount_fen"],
        "leader": rows[0]["number"],
        "ends_at_ms": NOW + 107_000,
        "opens_at_ms": NOW - 700_000,
        "extensions_count": 3,
        "bids_count": len(rows),
        "min_next_fen": rows[0]["amount_fen"] + 20 * WAN,
        "increment_fen": 20 * WAN,
        "terms": terms(),
        "suspension": None,
        "bids": rows,
        "result": None,
    } | changed


def receipt(number: int) -> State:
    return {
        "partition": 1,
        "command_offset": 1040 + number,
        "decision_offset": 1026 + number,
        "hash": f"{0x9F3AC1D7 + number:08x}" * 8,
        "at_ms": NOW - 200_000 + number * 41_000,
    }


def outcome(number: int, **changed: Any) -> State:
    return {
        "outcome": "decided",
        "command_id": f"command-{number}-aaaaaaaaaaaaaaa",
        "type": "place_bid",
        "code": None,
        "params": {},
        "events": [
            {"type": "bid_accepted", "bidder": "037", "amount_fen": (1200 + 20 * number) * WAN}
        ],
        "receipt": receipt(number),
        "standing": "leading",
    } | changed


def bidder(**changed: Any) -> State:
    return {
        "number": "037",
        "standing": "leading",
        "proxy_limit_fen": None,
        "outcomes": [outcome(1), outcome(2), outcome(3)],
    } | changed


def me(*roles: str, **changed: Any) -> State:
    return {
        "account_id": "a-0123456789abcdef",
        "display_name": "张投资",
        "org_id": "o-1",
        "roles": [*(roles or ("investor",))],
        "numbers": {},
    } | changed


VISITOR: Final[State] = {
    "account_id": None,
    "display_name": "",
    "org_id": None,
    "roles": ["public"],
    "numbers": {},
}
