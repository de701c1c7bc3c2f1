"""A roadshow session of a test's own, brought by the people of the desk to its rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from infra.clock import now_ms
from tests.browser.stack import NUMBERS, Stack
from trading.calendar import DAY_MS

WAN: Final = 1_000_000
CHECKS: Final = (
    "listing_closed", "terms_published", "bidders_eligible", "deposits_frozen",
    "priority_handled", "reserve_settled", "relations_cleared",
)  # fmt: skip


@dataclass(frozen=True)
class Session:
    session_id: str
    item_id: str

    @property
    def bidding_id(self) -> str:
        return f"{self.session_id}.{self.item_id}.1"


def offer(**changed: Any) -> dict[str, Any]:
    return {
        "lot": "深海极端酶制备褐藻寡糖专利包",
        "start_price_fen": 860 * WAN,
        "increments": [{"from_fen": 0, "increment_fen": 20 * WAN}],
        "lobby_ms": 8_000,  # half of it is the handover's to schedule in, beside whatever else runs
        "free_ms": 30_000,
        "extension_ms": 15_000,
        "reserve": "none_declared",
        "min_gap_ms": 0,
        "stall_threshold_ms": 10_000,
        "resume_notice_ms": 2_000,
        "public_delay_ms": 1_000,
        "reserve_deadline_ms": 1_000,
    } | changed


def item(stack: Stack, item_id: str, title: str, **changed: Any) -> dict[str, Any]:
    return {
        "item_id": item_id, "card_id": f"c-{item_id}", "title": title,
        "presenter": stack.account("presenter"),
        "holder_org": str(stack.people["seller"]["org_id"]),
        "summary": "吨级中试稳定运行 14 个月。",
        "presenter_text": "李教授", "org_text": "青岛海岳大学", "broker": stack.account("broker"),
        "parties": [stack.account("seller")], "trl": 6, "ip_text": "发明专利 5 项",
        "offer_kind": "sell",
    } | changed  # fmt: skip


def prepare(stack: Stack, session_id: str, *, title: str = "海洋生物医药专场") -> Session:
    """Plan, publish, attest, rehearse; the host may go live."""
    session = Session(session_id, "i-1")
    officer = stack.person("officer")
    now = now_ms()
    plan = {
        "title": title, "field": "海洋生物医药", "starts_at_ms": now + 600_000,
        "place": "全国海洋科技大市场 路演大厅", "hosts": [stack.account("host")],
        "working_days_ms": [now + day * DAY_MS for day in range(-3, 60)], "access": "public",
        "profile": "test", "notice_wd": 0, "notice_bidding_wd": 0, "question_gap_ms": 0,
        "stall_threshold_ms": 10_000,
    }  # fmt: skip
    at = {"session_id": session_id}
    officer.must("session.plan", plan=plan, **at)
    first = item(stack, "i-1", "深海极端酶制备褐藻寡糖", offer=offer())
    for each in (first, item(stack, "i-2", "牡蛎肽降压功能食品工艺")):
        officer.must("agenda.add", item=each, **at)
    attest(stack, session)
    officer.must("session.publish", **at)
    drill = {"sound": True, "slides": True, "network": True, "bid_drill": True}
    stack.person("stage").must("session.rehearse", **at, **drill)
    return session


def attest(stack: Stack, session: Session) -> None:
    officer = stack.person("officer")
    officer.must(
        "item.attest", session_id=session.session_id, item_id=session.item_id,
        checks=[
            {"check": check, "met": True, "value": "是", "evidence": "QD-2026-0417"}
            for check in CHECKS
        ],
        eligible=[{"number": number} for number in NUMBERS.values()],
    )  # fmt: skip
    for login, number in NUMBERS.items():
        officer.must(
            "account.assign_number", account_id=stack.account(login),
            bidding_id=session.bidding_id, number=number, parties={"sellers": ["o-seller"]},
        )  # fmt: skip
