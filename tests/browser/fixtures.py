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
        "asked": [],
        "tie": None,
        "bids": rows,
        "result": None,
    } | changed


def sealed_terms(**changed: Any) -> State:
    return terms(
        increments=[], collect_ms=600_000, tie_break_ms=180_000, envelope_replacements_max=0,
        two_person_window_ms=600_000, **changed,
    )  # fmt: skip


def sealed(**changed: Any) -> State:
    """Return a room in which sealed bids are collected: no price, no count, no row."""
    nothing = dict.fromkeys(("price_fen", "leader", "bids_count", "min_next_fen", "increment_fen"))
    mode = {"mode": "one_shot", "phase": "collecting", "bids": [], "extensions_count": 0}
    return bidding(**mode, **nothing, terms=sealed_terms()) | changed


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
        "priority_rank": None,
        "is_present": False,
        "envelope": None,
        "outcomes": [outcome(1), outcome(2), outcome(3)],
    } | changed


def me(*roles: str, **changed: Any) -> State:
    return {
        "account_id": "a-0123456789abcdef",
        "display_name": "张投资",
        "org_id": "o-1",
        "roles": [*(roles or ("investor",))],
        "numbers": {},
        "expired": False,
        "lives_ms": 900_000,
    } | changed


VISITOR: Final[State] = {
    "account_id": None,
    "display_name": "",
    "org_id": None,
    "roles": ["public"],
    "numbers": {},
    "expired": False,
    "lives_ms": 0,
}


def item(index: int, title: str, **changed: Any) -> State:
    return {
        "item_id": f"i-{index}",
        "index": index,
        "card_id": f"c-{index}",
        "title": title,
        "summary": "以极端酶定向裂解褐藻胶，得到聚合度可控的寡糖；吨级中试稳定运行 14 个月。",
        "presenter": "李教授",
        "org": "中国海洋大学",
        "trl": 6,
        "ip": "发明专利 5 项",
        "offer_kind": "transfer",
        "phase": "queued",
        "planned_at_ms": NOW + index * 1_500_000,
        "pitched_at_ms": None,
        "ends_at_ms": None,
        "interests_count": None,
        "bidding_id": None,
        "bidding_refusal": None,
        "result": None,
        "start_price_fen": 860 * WAN,
        "score": None,
        "scoring": {"phase": "open", "locks_at_ms": None},
    } | changed


def question(index: int, text: str, **changed: Any) -> State:
    return {
        "question_id": f"q-{index}",
        "item_id": "i-3",
        "text": text,
        "asker": f"A{10 + index}",
        "at_ms": NOW - index * 60_000,
        "upvotes": 50 - index * 14,
        "phase": "queued",
    } | changed


def gate() -> State:
    def check(value: str, *, met: bool = True) -> State:
        return {
            "value": value,
            "evidence": "QD-2026-0417",
            "source": "desk_attestation",
            "met": met,
        }

    return {
        "listing_closed": check("公告期已满"),
        "terms_published": check("条款已公布"),
        "bidders_eligible": check("3 人"),
        "deposits_frozen": check("3 笔"),
        "priority_handled": check("已告知"),
        "reserve_settled": check("已封存"),
        "supervisor_present": check("", met=False),
        "rehearsal_passed": check("通过"),
    }


def roadshow(**changed: Any) -> State:
    return {
        "session_id": "s-demo",
        "public_seq": 88,
        "at_ms": NOW,
        "phase": "live",
        "title": "青岛好成果系列路演 · 海洋生物医药专场",
        "field": "海洋生物医药",
        "starts_at_ms": NOW - 3_600_000,
        "place": "全国海洋科技大市场 路演大厅",
        "stream_url": "",
        "access": "public",
        "profile": "demo",
        "paused": None,
        "active_item_id": "i-3",
        "items": [
            item(1, "开场与政策说明", phase="done", start_price_fen=None),
            item(
                2,
                "海藻纤维创面敷料",
                phase="done",
                score=8967,
                result={"outcome": "sold", "price_fen": 640 * WAN, "winner": "058"},
            ),
            item(
                3,
                "深海极端酶制备褐藻寡糖",
                phase="pitching",
                ends_at_ms=NOW + 252_000,
                interests_count=26,
                gate=gate(),
            ),
            item(4, "牡蛎肽降压功能食品工艺"),
            item(5, "船舶压载水快速检测芯片", start_price_fen=None),
        ],
        "questions": [
            question(1, "吨级放大后酶活的批间差异控制在多少？有没有第三方检测？", phase="on_air"),
            question(2, "专利包里第 3 项的剩余有效期，以及共有权人是否已全部同意转让？"),
            question(3, "中试产线的年产能和吨成本能否公开？"),
        ],
        "recording_notice": True,
        "scored": True,
        "periods_ms": {
            "pitching": 480_000,
            "qa": 420_000,
            "commenting": 300_000,
            "interest_call": 60_000,
        },
    } | changed


HEAT: Final[State] = {
    "heat": {
        "key": "heat",
        "ranking": [
            {"item_id": "i-3", "score": 92, "rank": 1, "change": 2},
            {"item_id": "i-2", "score": 61, "rank": 2, "change": 0},
            {"item_id": "i-5", "score": 38, "rank": 3, "change": -1},
        ],
    },
    "presence": {"key": "presence", "count": 312},
}
