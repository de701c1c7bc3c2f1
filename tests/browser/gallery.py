"""Something for each page of homes, lobby, achievements and notices to show."""

from __future__ import annotations

from typing import Any, Final

from tests.browser.fake_gateway import FakeGateway
from tests.browser.fixtures import NOW, VISITOR, WAN, me

HOUR_MS: Final = 3_600_000
ROOM: Final = "s-demo.i-3.1"
SHIP: Final = "极地海域自主航行系统"
ENZYME: Final = "深海极端酶制备褐藻寡糖专利包"

BIDDER: Final = me("investor", numbers={ROOM: "037"})
SELLER: Final = me("seller") | {"display_name": "孙立群"}
HOST: Final = me("host") | {"display_name": "何静宜"}
CONTROL: Final = me("bid_controller") | {"display_name": "高致远"}
EXPERT: Final = me("expert") | {"display_name": "沈启航"}
OFFICER: Final = me("desk_officer") | {"display_name": "刘书畅"}
ADMIN: Final = me("admin") | {"display_name": "管理员"}
PEOPLE: Final = (VISITOR, BIDDER, SELLER, HOST, CONTROL, EXPERT, OFFICER, ADMIN)

VIEWS: Final[dict[str, tuple[str, Any]]] = {
    "lobby": ("/", BIDDER),
    "lobby-guest": ("/", VISITOR),
    "achievement": ("/achievements/c-1", VISITOR),
    "seller": ("/seller", SELLER),
    "seller-bell": ("/seller", SELLER),
    "seller-menu": ("/seller", SELLER),
    "desk": ("/desk", CONTROL),
    "host": ("/desk", HOST),
    "me": ("/me", BIDDER),
    "notices": ("/notices", SELLER),
    "missing": ("/missing", VISITOR),
}


def card(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "card_id": f"c-{number}", "title": f"成果 {number}", "problem": "难", "principle": "",
        "field": "海洋", "industry": "life_health", "achievement_class": "industry_urgent",
        "stage": "pilot_scale", "trl": 6, "ip": [], "offer": ["sell", "license"],
        "price_idea_fen": 860 * WAN, "source": "", "session_id": None, "published_at_ms": NOW,
        "valid_until_ms": None,
    } | changed  # fmt: skip


CARDS: Final = (
    card(1, title=SHIP, field="海洋装备", trl=8, problem="冰区航行靠经验，一次受困损失上千万。",
         principle="冰情识别与路径规划在船上实时完成。", ip=["ZL202310123456.7"]),
    card(2, title="褐藻寡糖抗肿瘤候选药物", field="生物医药", trl=5, price_idea_fen=None),
    card(3, title="海水淡化反渗透膜国产化工艺", field="新材料", trl=8),
    card(4, title="浮式风机动态海缆监测", field="新能源", trl=7),
    card(5, title="远洋渔场预报大模型", field="海洋预报", trl=8),
    card(6, title="声学层析海流成像", field="海洋观测", trl=4),
)  # fmt: skip


def market() -> list[dict[str, Any]]:
    room = {
        "key": ROOM, "root": ROOM, "kind": "bidding", "title": ENZYME, "phase": "limited_bidding",
        "price_fen": 1260 * WAN, "start_price_fen": 860 * WAN, "ends_at_ms": NOW + 107_000,
        "opens_at_ms": NOW - HOUR_MS, "bids_count": 17, "extensions_count": 6, "heat": None,
    }  # fmt: skip
    still = room | {
        "key": "b-still", "root": "b-still", "title": "牡蛎肽降压功能食品工艺",
        "phase": "suspended", "price_fen": None, "bids_count": 0,
    }  # fmt: skip
    ahead = room | {
        "key": "b-next", "root": "b-next", "title": "水下无线充电坞站", "phase": "scheduled",
        "price_fen": None, "bids_count": 0, "opens_at_ms": NOW + HOUR_MS, "ends_at_ms": None,
        "start_price_fen": 320 * WAN,
    }  # fmt: skip
    show = {
        "key": "s-demo", "root": "s-demo", "kind": "session", "title": "海洋装备专场",
        "phase": "live", "price_fen": None, "ends_at_ms": NOW + 252_000, "opens_at_ms": NOW,
        "place": "海洋厅", "item": {"title": SHIP, "index": 2, "count": 6}, "heat": 92,
        "present": 312,
    }  # fmt: skip
    return [room, still, ahead, show]


def session(session_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "session_id": session_id, "title": "新一代信息技术专场", "field": "信息",
        "place": "国际会议中心", "phase": "registration_open", "profile": "demo",
        "access": "public", "reason": "",
        "starts_at_ms": NOW + 20 * HOUR_MS, "live_at_ms": None, "ended_at_ms": None,
    } | changed  # fmt: skip


def result(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "bidding_id": f"b-{number}", "lot": "船舶氢燃料电池核心膜电极", "profile": "demo",
        "closed_at_ms": NOW - number * HOUR_MS, "start_price_fen": 250 * WAN, "outcome": "sold",
        "price_fen": 310 * WAN, "winner": "413", "reason": "", "deal_no": "D-1",
    } | changed  # fmt: skip


RESULTS: Final = (
    result(1),
    result(30, lot="海带源岩藻黄素提取工艺", outcome="unsold", price_fen=None, winner=None,
           reason="reserve_not_met", deal_no=""),
)  # fmt: skip


def notice(number: int, code: str, about: str, **changed: Any) -> dict[str, Any]:
    return {
        "notice_id": f"n-{number}", "audience": "seller:o-1", "code": f"NOTICE_{code}",
        "params": {}, "priority": "P2", "root": "s-demo", "at_ms": NOW - number * 60_000,
        "fallback_due": False, "about": about, "who": "", "link": "/shows/s-demo",
        "topic": "bidding", "to_do": False, "group": f"{code}|{about}", "read_at_ms": None,
    } | changed  # fmt: skip


def notices() -> list[dict[str, Any]]:
    wish = {"topic": "interest", "to_do": True, "params": {"kind": "license", "item_id": "i-1"}}
    who = {1: "青岛远望航运科技 周女士", 3: "海丰新能源投资 林知远"}
    interests = [
        notice(number, "INTEREST_REGISTERED", SHIP, who=who.get(number, ""), **wish)
        for number in range(1, 13)
    ]
    return [
        *interests,
        notice(20, "QUESTION_ASKED", "远洋渔场预报大模型", topic="question", to_do=True),
        notice(40, "DEAL_CONFIRMED", ENZYME, link=f"/bidding/{ROOM}",
               params={"winner": "037", "price_fen": 1280 * WAN, "deal_no": "D-7"}),
        notice(900, "SESSION_CANCELLED", "", link=None, topic="session", read_at_ms=NOW,
               params={"reason": "台风"}),
    ]  # fmt: skip


def own_bid(at: int, **changed: Any) -> dict[str, Any]:
    return {
        "bidding_id": "b-1", "lot": "船舶氢燃料电池核心膜电极", "phase": "closed_sold",
        "number": "413", "command_id": f"c{at:023d}", "type": "place_bid",
        "amount_fen": 200 * WAN, "limit_fen": None, "deal_price_fen": None, "outcome": "decided",
        "code": None, "params": {}, "is_leading": False, "has_won": False,
        "receipt": {
            "partition": 1, "command_offset": 7, "decision_offset": 1943, "hash": "ab" * 32,
            "at_ms": NOW - at * 1_000,
        },
    } | changed  # fmt: skip


WON: Final = {"is_leading": True, "has_won": True, "deal_price_fen": 215 * WAN}
BIDS: Final = (
    own_bid(1, type="set_proxy_limit", amount_fen=None, limit_fen=260 * WAN, **WON),
    own_bid(2, **WON),
    own_bid(3, bidding_id=ROOM, lot=ENZYME, phase="limited_bidding", number="037",
            code="TOO_LOW", params={"min_next_fen": 1280 * WAN}),
)  # fmt: skip

APPEARANCES: Final = (
    {
        "session_id": "s-demo", "session_title": "海洋装备专场", "item_id": "i-3", "title": SHIP,
        "place": "海洋厅", "starts_at_ms": NOW - HOUR_MS, "phase": "live",
        "start_price_fen": 860 * WAN, "interests_count": 26, "bidding_id": ROOM, "result": None,
    },
    {
        "session_id": "s-2", "session_title": "春季专场", "item_id": "i-1", "title": SHIP,
        "place": "海洋厅", "starts_at_ms": NOW - 900 * HOUR_MS, "phase": "reported",
        "start_price_fen": 250 * WAN, "interests_count": None, "bidding_id": "b-1",
        "result": RESULTS[0],
    },
)  # fmt: skip


def furnish(gateway: FakeGateway) -> None:
    """Give every page of these something to show."""
    rows = market()
    gateway.states["market"] = {"rows": rows}
    told = notices()
    unread = len({one["group"] for one in told if one["read_at_ms"] is None})
    live = [row for row in rows if row["root"] != "b-next"]
    bids = [
        {"at_ms": NOW - 500_000 + 30_000 * step, "amount_fen": (860 + 25 * step) * WAN}
        for step in range(17)
    ]
    gateway.answers |= {
        "/api/lobby": {"live": live, "upcoming": [session("s-2")], "results": [*RESULTS]},
        "/api/sessions": {
            "sessions": [session("s-2"), session("s-demo", phase="live", title="海洋装备专场")]
        },
        "/api/showcase": {"cards": [*CARDS], "count": len(CARDS), "fields": ["材料", "海洋"]},
        "/api/showcase/c-1": {"card": CARDS[0], "appearances": [*APPEARANCES]},
        f"/api/biddings/{ROOM}/bids": {"bids": bids},
        "/api/my/bids": {"bids": [*BIDS]},
        "/api/my/interests": {"interests": []},
        "/api/my/items": {
            "items": [
                one | {"card_id": "c-1", "item_phase": "qa", "interests_count": 26}
                for one in APPEARANCES
            ]
        },
        "/api/my/reminders": {
            "reminders": [
                {"root": "b-next", "kind": "bidding", "title": "水下无线充电坞站",
                 "starts_at_ms": NOW + HOUR_MS}
            ]
        },
        "/api/my/notices": {"notices": told, "unread_count": unread},
        "/api/my/waiting": {
            "unread_count": unread, "to_do_count": 2, "channels": ["seller:o-1"],
            "next_due_ms": NOW + HOUR_MS - 600_000,
        },
    }  # fmt: skip
    gateway.states["seller:o-1"] = {"notices": [], "unread_count": None}
