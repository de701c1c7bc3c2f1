"""What people are told: of which thing, by whom, where it is; reminders; achievements."""

from __future__ import annotations

import json
from typing import Any

from processors.projections.changes import Change, Insert, Upsert
from tests.support.http_app import NOW_MS, HttpStage, person

HOUR_MS = 3_600_000
SHIP = "极地海域自主航行系统"
BUOY = "海上测风浮标"


def session(session_id: str, **changed: Any) -> Change:
    row: dict[str, Any] = {
        "title": "海洋装备专场",
        "phase": "published",
        "access": "public",
        "place": "海洋厅",
    }
    row["starts_at_ms"] = NOW_MS + HOUR_MS
    return Upsert("sessions", {"session_id": session_id}, row | changed)


def item(session_id: str, item_id: str, title: str, **changed: Any) -> Change:
    key = {"session_id": session_id, "item_id": item_id}
    return Upsert("agenda_items", key, {"title": title, "holder_org": "o-1", **changed})


def interest(number: int, item_id: str, account_id: str = "", **changed: Any) -> Change:
    params = {"item_id": item_id, "kind": "license", "interest_id": f"i-{number}"}
    row: dict[str, Any] = {
        "audience": "seller:o-1", "code": "NOTICE_INTEREST_REGISTERED", "root": "S-1",
        "params": json.dumps(params | ({"account_id": account_id} if account_id else {})),
        "priority": "P1", "at_ms": NOW_MS + number, "fallback_due": 0,
    } | changed  # fmt: skip
    return Upsert("notices", {"notice_id": f"n-{number}"}, row)


def wanted(account_id: str, number: int) -> Change:
    key = {"session_id": "S-1", "interest_id": f"i-{number}"}
    return Upsert("interests", key, {"account_id": account_id, "item_id": "i-1"})


async def ask(stage: HttpStage, path: str, status: int = 200) -> Any:
    async with stage.client() as client:
        answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


async def say(stage: HttpStage, path: str, **body: Any) -> int:
    async with stage.client() as client:
        return (await client.post(path, json=body)).status_code


async def test_two_hundred_interests_are_one_group_that_names_item_and_people(
    stage: HttpStage,
) -> None:
    stage.project(
        session("S-1", phase="live"), item("S-1", "i-1", SHIP), item("S-1", "i-2", BUOY),
        interest(201, "i-2", code="NOTICE_QUESTION_ASKED"),
        *(interest(number, "i-1", "a-7" if number == 3 else "") for number in range(200)),
        interest(202, "", root="S-gone", code="NOTICE_SESSION_CANCELLED"),
    )  # fmt: skip
    stage.acts_as(person("a-1", "seller", org_id="o-1"))
    found = (await ask(stage, "/api/my/notices"))["notices"]
    group = [one for one in found if one["code"] == "NOTICE_INTEREST_REGISTERED"]
    assert len(group) == 200
    told = {(one["about"], one["link"], one["topic"], one["to_do"]) for one in group}
    assert told == {(SHIP, "/shows/S-1", "interest", True)}
    assert len({one["group"] for one in group}) == 1
    assert {one["who"] for one in group} == {"", "name of a-7"}  # only who may be named
    assert (found[0]["about"], found[0]["link"]) == ("", None)  # no page that waits for ever
    assert (found[1]["about"], found[1]["topic"]) == (BUOY, "question")
    waiting = await ask(stage, "/api/my/waiting")
    assert (waiting["unread_count"], waiting["to_do_count"]) == (3, 2)
    assert waiting["channels"] == ["user:a-1", "seller:o-1"]
    stage.trail.told.clear()
    ids = [one["notice_id"] for one in group]
    assert await say(stage, "/api/my/notices/read", notice_ids=ids) == 204
    assert (await ask(stage, "/api/my/waiting"))["unread_count"] == 2
    assert stage.trail.told == []


async def test_a_reminder_is_due_ten_minutes_before_and_follows_its_session(
    stage: HttpStage,
) -> None:
    stage.project(
        session("S-1"), session("S-live", phase="live"), session("S-plan", phase="planned"),
        session("S-in", access="invited"),
    )  # fmt: skip
    stage.feed.access["S-in"] = "invited"
    stage.acts_as(person("a-1", "investor"))
    wish = "/api/my/reminders"
    refused = {"S-live": 409, "S-plan": 404, "S-in": 404, "nothing": 404}
    for root, status in refused.items():
        assert await say(stage, wish, root=root, wanted=True) == status, root
    assert await say(stage, wish, root="S-1", wanted=True) == 204
    (kept,) = (await ask(stage, wish))["reminders"]
    assert (kept["root"], kept["title"], kept["kind"]) == ("S-1", "海洋装备专场", "session")
    waiting = await ask(stage, "/api/my/waiting")
    assert (waiting["unread_count"], waiting["next_due_ms"]) == (0, NOW_MS + HOUR_MS - 600_000)
    stage.feed.now_ms = NOW_MS + HOUR_MS - 600_000
    (told,) = (await ask(stage, "/api/my/notices"))["notices"]
    assert (told["code"], told["about"]) == ("NOTICE_REMINDED", "海洋装备专场")
    assert told["link"] == "/shows/S-1"
    assert await say(stage, "/api/my/notices/read", notice_ids=[told["notice_id"]]) == 204
    assert (await ask(stage, "/api/my/waiting"))["unread_count"] == 0
    stage.project(session("S-1", starts_at_ms=NOW_MS + 3 * HOUR_MS, phase="postponed"))
    assert (await ask(stage, "/api/my/notices"))["notices"] == []
    stage.feed.now_ms = NOW_MS + 3 * HOUR_MS - 1
    assert (await ask(stage, "/api/my/waiting"))["unread_count"] == 1  # a new time, told anew
    stage.project(session("S-1", phase="cancelled"))
    (told,) = (await ask(stage, "/api/my/notices"))["notices"]
    assert told["code"] == "NOTICE_REMINDED_CANCELLED"
    assert await say(stage, wish, root="S-1", wanted=False) == 204
    assert (await ask(stage, "/api/my/notices"))["notices"] == []
    stage.reminders.is_full = True
    stage.project(session("S-2"))
    stage.feed.now_ms = NOW_MS
    assert await say(stage, wish, root="S-2", wanted=True) == 409


async def test_a_guest_takes_a_date_into_his_own_calendar(stage: HttpStage) -> None:
    title = "深海，装备;" + "极" * 40
    stage.project(session("S-1", title=title))
    text = await ask(stage, "/api/calendar/S-1")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:深海，装备\\;" + "极" * 40 in whole
    assert "TRIGGER:-PT10M" in whole
    assert any(line.startswith("URL:") and line.endswith("/shows/S-1") for line in whole)
    await ask(stage, "/api/calendar/nothing", 404)


async def test_an_achievement_says_where_it_is_shown_and_a_result_only_when_public(
    stage: HttpStage,
) -> None:
    card: dict[str, Any] = {
        "title": SHIP, "problem": "难", "principle": "", "field": "海洋装备", "phase": "published",
        "ip": "[]", "offer": '["license"]', "trl": 8, "published_at_ms": NOW_MS,
    }  # fmt: skip
    lot: dict[str, Any] = {
        "bidding_id": "B-1", "lot": SHIP, "mode": "live_timed", "phase": "closed_sold",
        "public_delay_ms": 3_000, "opens_at_ms": NOW_MS - HOUR_MS, "outcome": "sold",
        "closed_at_ms": NOW_MS - 2_999, "result_price_fen": 500, "deal_no": "D-1", "winner": "17",
        "terms": '{"start_price_fen":400}',
    }  # fmt: skip
    stage.project(
        Upsert("cards", {"card_id": "c-1"}, card), session("S-1", phase="live"),
        session("S-in", access="invited"), session("S-plan", phase="planned"),
        item("S-1", "i-1", SHIP, card_id="c-1", bidding_id="B-1", start_price_fen=400),
        item("S-in", "i-1", SHIP, card_id="c-1"), item("S-plan", "i-1", SHIP, card_id="c-1"),
        wanted("a-1", 1), wanted("a-2", 2), Insert("biddings", lot),
    )  # fmt: skip
    found = await ask(stage, "/api/showcase/c-1")
    assert found["card"]["title"] == SHIP
    (shown,) = found["appearances"]
    assert (shown["session_id"], shown["bidding_id"], shown["result"]) == ("S-1", "B-1", None)
    assert shown["interests_count"] is None  # two are no crowd
    stage.feed.now_ms = NOW_MS + 1
    (shown,) = (await ask(stage, "/api/showcase/c-1"))["appearances"]
    assert (shown["result"]["price_fen"], shown["result"]["start_price_fen"]) == (500, 400)
    await ask(stage, "/api/showcase/nothing", 404)
    stage.acts_as(person("a-9", "seller", org_id="o-1"))
    own = (await ask(stage, "/api/my/items"))["items"]
    assert {(one["session_id"], one["interests_count"]) for one in own} == {("S-1", 2), ("S-in", 0)}
    stage.acts_as(person("a-9", "seller"))
    assert (await ask(stage, "/api/my/items"))["items"] == []
