"""What queries answer: to all, to one, later to the public, and never another's."""

from __future__ import annotations

import csv
import io
from typing import Any, get_args

import pytest

from gateway.http import queries
from gateway.http.bid_sheet import safe
from infra.i18n import catalogue
from processors.projections.changes import Change, Insert, Row, Update, Upsert
from roadshow.showcase import commands
from tests.support.http_app import HASH, NOW_MS, HttpStage, person

DELAY_MS = 3_000
READ = "/api/my/notices/read"


def bidding(**changes: object) -> Change:
    row: Row = {
        "bidding_id": "B-1", "lot": "winch", "mode": "live_timed", "phase": "limited_bidding",
        "public_delay_ms": DELAY_MS, "extension_ms": 60_000, "limited_at_ms": NOW_MS - 50_000,
        "terms": "{}", **changes,  # type: ignore[dict-item]
    }  # fmt: skip
    return Insert("biddings", row)


def bid(seq: int, number: str, at_ms: int, *, extends: bool = False) -> Change:
    return Insert(
        "bids",
        {
            "bidding_id": "B-1", "seq": seq, "ordinal": 0, "number": number,
            "amount_fen": 100_00 * seq, "kind": "bid", "at_ms": at_ms, "public_seq": seq,
            "ends_at_ms": at_ms + 60_000 if extends else NOW_MS, "partition": 1,
            "decision_offset": 40 + seq, "decision_hash": HASH, "is_proxy": 0, "void_code": "",
        },
    )  # fmt: skip


def receipt(offset: int, number: str, code: str = "") -> Change:
    return Insert(
        "receipts",
        {
            "partition": 1, "decision_offset": offset, "decision_hash": HASH,
            "command_offset": offset + 5, "command_id": "c" * 24, "bidding_id": "B-1",
            "number": number, "type": "place_bid", "outcome": "refused" if code else "decided",
            "code": code, "params": '{"min_next_fen":7}' if code else "{}", "amount_fen": 5,
            "at_ms": NOW_MS,
        },
    )  # fmt: skip


def number(account_id: str, number: str) -> Change:
    return Upsert(
        "numbers", {"account_id": account_id, "bidding_id": "B-1"}, {"number": number, "at_ms": 1}
    )


def notice(notice_id: str, audience: str) -> Change:
    values: Row = {"audience": audience, "code": "OUTBID", "params": "{}", "priority": "P1"}
    return Upsert("notices", {"notice_id": notice_id}, values)


async def get(stage: HttpStage, path: str) -> dict[str, Any]:
    async with stage.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_public_sees_bids_later_than_who_is_in_the_room(stage: HttpStage) -> None:
    stage.project(
        bidding(), bid(1, "N1", NOW_MS - 4_000), bid(2, "N2", NOW_MS - 2_000, extends=True)
    )
    stage.feed.numbers["a-1"] = {"B-1": "N1"}
    public = await get(stage, "/api/biddings/B-1/bids")
    stage.acts_as(person("a-1", "investor"))
    inside = await get(stage, "/api/biddings/B-1/bids")
    assert [one["seq"] for one in public["bids"]] == [1]
    assert public["until_ms"] == NOW_MS - DELAY_MS
    assert [(one["seq"], one["extended"]) for one in inside["bids"]] == [(1, False), (2, True)]
    assert inside["bids"][0]["receipt"] == {
        "partition": 1, "decision_offset": 41, "hash": HASH,
    }  # fmt: skip


async def test_a_sheet_computes_nothing(stage: HttpStage) -> None:
    stage.project(bidding(public_delay_ms=0), bid(1, "=HYPERLINK(1)", NOW_MS - 4_000))
    async with stage.client() as client:
        answer = await client.get("/api/biddings/B-1/bids?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["number"] == "'=HYPERLINK(1)"
    assert (row["amount_yuan"], row["decision_hash"]) == ("100.00", HASH)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_a_cell_that_would_be_computed_is_marked(cell: str) -> None:
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["A1", "", 5, -5, "长江"])
def test_another_cell_is_left_alone(cell: object) -> None:
    assert safe(cell) == cell


async def test_my_bids_are_mine_alone_with_what_was_refused(stage: HttpStage) -> None:
    stage.project(
        bidding(), number("a-1", "N1"), number("a-2", "N2"),
        receipt(50, "N1"), receipt(51, "N1", "BELOW_MIN_NEXT"), receipt(52, "N2"),
    )  # fmt: skip
    stage.acts_as(person("a-1", "investor"))
    mine = (await get(stage, "/api/my/bids"))["bids"]
    assert {one["receipt"]["decision_offset"] for one in mine} == {50, 51}
    refused = next(one for one in mine if one["code"])
    assert refused["params"] == {"min_next_fen": 7}


async def test_a_limit_is_shown_as_a_limit_and_the_deal_at_its_price(stage: HttpStage) -> None:
    limit, price = 260_0000_00, 215_0000_00
    won = bidding(phase="closed_sold", winner="N1", result_price_fen=price, outcome="sold")
    asked = receipt(50, "N1")
    assert isinstance(asked, Insert)
    by_limit: Row = {"type": "set_proxy_limit", "limit_fen": limit, "amount_fen": price}
    stage.project(won, number("a-1", "N1"), Insert("receipts", {**asked.row, **by_limit}))
    stage.acts_as(person("a-1", "investor"))
    (mine,) = (await get(stage, "/api/my/bids"))["bids"]
    figures = ("deal_price_fen", "amount_fen", "limit_fen")
    assert [mine[name] for name in figures] == [price, price, limit]


async def test_who_bid_by_a_limit_is_told_once_it_has_closed(stage: HttpStage) -> None:
    stage.project(bidding(), bid(1, "N1", NOW_MS - 9_000))
    assert (await get(stage, "/api/biddings/B-1/bids"))["bids"][0]["is_proxy"] is None
    closed_at: Row = {"closed_at_ms": NOW_MS - 1_000}
    stage.project(Update("biddings", {"bidding_id": "B-1"}, closed_at))
    assert (await get(stage, "/api/biddings/B-1/bids"))["bids"][0]["is_proxy"] is None, "later"
    stage.project(Update("biddings", {"bidding_id": "B-1"}, {"closed_at_ms": NOW_MS - DELAY_MS}))
    assert (await get(stage, "/api/biddings/B-1/bids"))["bids"][0]["is_proxy"] is False


async def test_a_session_says_how_a_bidding_ended_as_late_as_the_bidding(stage: HttpStage) -> None:
    session: Row = {"session_id": "S-1", "title": "t", "access": "public", "phase": "live"}
    item: Row = {"title": "one", "phase": "done", "bidding_id": "B-1", "result": '{"price_fen":5}'}
    stage.project(
        Insert("sessions", session), bidding(closed_at_ms=NOW_MS - 1_000, phase="closed_sold"),
        Upsert("agenda_items", {"session_id": "S-1", "item_id": "i1"}, item),
    )  # fmt: skip
    early = (await get(stage, "/api/sessions/S-1"))["items"][0]
    stage.feed.now_ms += DELAY_MS
    late = (await get(stage, "/api/sessions/S-1"))["items"][0]
    assert (early["phase"], early["result"]) == ("bidding", None)
    assert (late["phase"], late["result"]) == ("done", {"price_fen": 5})


async def test_no_position_is_told_while_envelopes_lie_closed(stage: HttpStage) -> None:
    stage.project(bidding(), bid(1, "N1", NOW_MS), number("a-1", "N1"), receipt(50, "N1"))
    stage.feed.numbers["a-1"] = {"B-1": "N1"}
    stage.feed.hiding.add(1)
    stage.acts_as(person("a-1", "investor"))
    (shown,) = (await get(stage, "/api/biddings/B-1/bids"))["bids"]
    assert shown["receipt"] == {"partition": 1, "decision_offset": None, "hash": HASH}
    (one,) = (await get(stage, "/api/my/bids"))["bids"]
    assert one["receipt"]["decision_offset"] is None
    assert one["receipt"]["command_offset"] is None
    assert one["receipt"]["hash"] == HASH


async def test_notices_reach_who_they_are_to_and_are_marked_once(stage: HttpStage) -> None:
    stage.project(
        bidding(), number("a-1", "N1"), notice("n-1", "user:a-1"), notice("n-2", "user:a-2"),
        notice("n-3", "bidders:B-1"), notice("n-4", "bidder:B-1.N1"),
        notice("n-5", "bidder:B-1.N2"), notice("n-6", "seller:o-1"), notice("n-7", "desk:bidding"),
    )  # fmt: skip
    stage.acts_as(person("a-1", "investor", org_id="o-1"))
    found = await get(stage, "/api/my/notices")
    ids = {one["notice_id"] for one in found["notices"]}
    assert ids == {"n-1", "n-3", "n-4"}
    async with stage.client() as client:
        assert (await client.post(READ, json={"notice_ids": ["n-1"]})).status_code == 204
        for another in ("n-2", "n-5", "n-6", "n-7", "n-99"):
            body = {"notice_ids": ["n-3", another]}
            assert (await client.post(READ, json=body)).status_code == 404
    assert (await get(stage, "/api/my/notices"))["unread_count"] == 1  # one group
    stage.acts_as(person("a-9", "desk_officer", "seller", org_id="o-1"))
    found = await get(stage, "/api/my/notices")
    assert {one["notice_id"] for one in found["notices"]} == {"n-6", "n-7"}


async def test_a_planned_session_is_the_staffs_alone(stage: HttpStage) -> None:
    row: Row = {"session_id": "S-1", "title": "t", "access": "public", "phase": "planned"}
    stage.project(Insert("sessions", row))
    async with stage.client() as client:
        assert (await client.get("/api/sessions/S-1")).status_code == 404
    assert (await get(stage, "/api/lobby"))["upcoming"] == []
    stage.acts_as(person("a-1", "host"))
    assert (await get(stage, "/api/sessions/S-1"))["title"] == "t"


async def test_a_session_for_the_invited_is_told_of_to_nobody_else(stage: HttpStage) -> None:
    row: Row = {"session_id": "S-1", "title": "t", "access": "invited", "phase": "published"}
    stage.project(Insert("sessions", row))
    stage.feed.access["S-1"] = "invited"
    assert (await get(stage, "/api/lobby"))["upcoming"] == []
    async with stage.client() as client:
        assert (await client.get("/api/sessions/S-1")).status_code == 404


async def test_interests_are_counted_from_three_people_upward(stage: HttpStage) -> None:
    def interest(index: int) -> Change:
        key: Row = {"session_id": "S-1", "interest_id": f"i-{index}"}
        return Upsert("interests", key, {"item_id": "i1", "account_id": f"a-{index}"})

    session: Row = {"session_id": "S-1", "title": "t", "access": "public", "phase": "live"}
    stage.project(
        Insert("sessions", session),
        Upsert("agenda_items", {"session_id": "S-1", "item_id": "i1"}, {"title": "one"}),
        interest(1), interest(2),
    )  # fmt: skip
    assert (await get(stage, "/api/sessions/S-1"))["items"][0]["interests_count"] is None
    stage.project(interest(3))
    assert (await get(stage, "/api/sessions/S-1"))["items"][0]["interests_count"] == 3


async def test_the_showcase_is_searched_by_words_field_and_maturity(stage: HttpStage) -> None:
    def card(
        card_id: str, title: str, field: str, trl: int, phase: str = "published", **more: str
    ) -> Change:
        values: Row = {
            "title": title, "field": field, "trl": trl, "phase": phase, "offer": '["sell"]', **more,
        }  # fmt: skip
        return Upsert("cards", {"card_id": card_id}, values)

    stage.project(
        card("c-1", "深海绞车 100%", "marine", 6, industry="intelligent_equipment"),
        card(
            "c-2", "Coating", "materials", 4, achievement_class="enterprise_demand",
            stage="pilot_scale",
        ),
        card("c-3", "secret", "marine", 9, "screened"),
    )  # fmt: skip

    async def ids(query: str) -> list[str]:
        found = await get(stage, f"/api/showcase?{query}")
        return sorted(one["card_id"] for one in found["cards"])

    assert await ids("") == ["c-1", "c-2"]
    assert await ids("q=绞车") == ["c-1"]
    assert await ids("q=coat") == ["c-2"]
    assert await ids("q=100%25") == ["c-1"]
    assert await ids("q=%25") == ["c-1"]
    assert await ids("q=_") == []
    assert await ids("field=marine") == ["c-1"]
    assert await ids("trl_min=5") == ["c-1"]
    assert await ids("offer=license") == []
    assert await ids("industry=intelligent_equipment") == ["c-1"]
    assert await ids("achievement_class=enterprise_demand&stage=pilot_scale") == ["c-2"]
    assert await ids("industry=intelligent_equipment&stage=pilot_scale") == []
    async with stage.client() as client:
        for query in ("industry=fishing", "stage=x", "achievement_class=1"):
            assert (await client.get(f"/api/showcase?{query}")).status_code == 422


async def test_a_bidding_that_closed_long_ago_still_has_a_state(stage: HttpStage) -> None:
    closed = bidding(
        phase="closed_sold", outcome="sold", winner="N1", result_price_fen=5, deal_no="D-1",
        closed_at_ms=NOW_MS - 10_000, leader="N1", price_fen=5, bids_count=1,
    )  # fmt: skip
    stage.project(closed, bid(1, "N1", NOW_MS - 20_000))
    found = await get(stage, "/api/state/bidding.public:B-1")
    assert found["result"] == {
        "outcome": "sold", "price_fen": 5, "winner": "N1", "reason": "", "deal_no": "D-1",
    }  # fmt: skip
    assert [one["number"] for one in found["bids"]] == ["N1"]


async def test_a_result_reaches_the_public_no_sooner_than_its_room(stage: HttpStage) -> None:
    closed = bidding(
        phase="closed_unsold", outcome="unsold", reason="no_bid", closed_at_ms=NOW_MS - 1_000
    )
    stage.project(closed)
    assert (await get(stage, "/api/lobby"))["results"] == []
    stage.feed.now_ms += DELAY_MS
    (one,) = (await get(stage, "/api/lobby"))["results"]
    assert (one["outcome"], one["reason"], one["winner"]) == ("unsold", "no_bid", None)


def test_what_is_asked_for_is_of_the_lists_that_cards_are_classified_by() -> None:
    lists = (queries.Industry, queries.AchievementClass, queries.Stage)
    known = (commands.INDUSTRIES, commands.ACHIEVEMENT_CLASSES, commands.STAGES)
    for asked, words in zip(lists, known, strict=True):
        assert get_args(asked) == ("", *words)
        for word in words:
            assert any(key.endswith(f".{word}") for key in catalogue("zh"))
