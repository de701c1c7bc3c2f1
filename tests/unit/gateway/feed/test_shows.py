"""What those who watch a session are told, and what those who run it."""

from __future__ import annotations

from typing import Any

from gateway.views.seen_show import SEEN
from roadshow.dispatch import ROADSHOW
from roadshow.interest.commands import RegisterInterest
from roadshow.question import commands as question
from roadshow.scoring.commands import GiveScore, RevealScores
from roadshow.session import commands as cmd
from tests.support.shows import (
    ANN,
    BEN,
    BROKER,
    CONTROL,
    DESK,
    EVE,
    HOST,
    REHEARSAL,
    STAGE,
    STARTS_AT_MS,
    SUPERVISOR,
    SYSTEM,
    attest,
    item,
    offer,
    plan,
    sold,
)
from tests.support.stage_hall import StageHall, fold
from trading.outcome import By

ROOM, STAFF = "roadshow:s1", "roadshow.staff:s1"
NUMBERS = ("canary-101", "canary-102")
GUESTS = (ANN, BEN, By("a-cid", "investor"))
EXPERTS = tuple(By(f"a-expert-{index}", "expert") for index in range(5))


def planned(**changes: Any) -> StageHall:
    hall = StageHall()
    hall.do(DESK, cmd.PlanSession(plan=plan(scored=True, experts_min=5, **changes)))
    offered = item("i1", offer=offer(), presenter_text="Prof. Li", org_text="Ocean University")
    hall.do(DESK, cmd.AddAgendaItem(item=offered), cmd.AddAgendaItem(item=item("i2")))
    for index, expert in enumerate(EXPERTS):
        specialty = ("technical", "industry", "investment")[index % 3]
        hall.do(DESK, cmd.InviteExpert(expert=expert.actor, specialty=specialty))
    return hall


def live() -> StageHall:
    hall = planned()
    hall.do(DESK, cmd.PublishSession()).do(STAGE, REHEARSAL)
    for guest in GUESTS:
        hall.do(guest, cmd.RegisterAttendee(), cmd.CheckIn())
    hall.at_ms = STARTS_AT_MS
    return hall.do(HOST, cmd.GoLive())


def played(delay_ms: int = 0) -> StageHall:
    """Pitch, questions, scores, interests, a bidding (seen so much later) and its result."""
    hall = live()
    hall.delays["s1.i1.1"] = delay_ms
    hall.do(HOST, cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    hall.do(ANN, question.AskQuestion(item_id="i1", text="how deep"))
    hall.do(BEN, question.AskQuestion(item_id="i1", text="canary private", private=True))
    hall.at_ms += 31_000
    hall.do(ANN, question.AskQuestion(item_id="i1", text="canary rude"))
    asked = list(hall.show.questions.questions)
    hall.do(STAGE, question.QueueQuestion(question_id=asked[0]))
    hall.do(STAGE, question.HideQuestion(question_id=asked[2], reason="canary reason"))
    hall.do(BEN, question.UpvoteQuestion(question_id=asked[0]))
    for expert in EXPERTS:
        hall.do(expert, GiveScore(item_id="i1", tenths=(777, 777, 777, 777, 777)))
    hall.do(HOST, cmd.StartQa(item_id="i1"), cmd.StartComments(item_id="i1"))
    hall.do(HOST, cmd.CallInterest(item_id="i1"))
    for guest in GUESTS:
        hall.do(guest, RegisterInterest(item_id="i1", kind="buy", message="canary message"))
    hall.do(DESK, attest(numbers=NUMBERS)).do(HOST, cmd.CallBidding(item_id="i1"))
    hall.do(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1"))
    hall.do(CONTROL, cmd.OpenItemBidding(item_id="i1"))
    hall.do(SYSTEM, cmd.RecordBiddingOpened(item_id="i1", bidding_id="s1.i1.1"))
    return hall.do(SYSTEM, sold()).do(HOST, cmd.CompleteItem(item_id="i1"))


def test_before_it_is_published_nothing_of_it_goes_out() -> None:
    hall = planned()
    stage = hall.shows.find("s1")
    assert stage is not None
    assert stage.state() is None
    assert not hall.heard[ROOM]
    assert stage.market_row() is None
    hall.do(DESK, cmd.PublishSession())
    told = hall.critical()
    assert [one["public_seq"] for one in told] == [stage.since + 1]
    assert [one["item_id"] for one in told[0]["items"]] == ["i1", "i2"]
    assert [one["title"] for one in hall.state()["items"]] == ["Project i1", "Project i2"]


def test_a_snapshot_and_the_deltas_after_it_make_the_newest_snapshot() -> None:
    hall = played()
    told = hall.critical()
    seqs = [one["public_seq"] for one in told]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert len(seqs) > 10
    for index, state in enumerate(hall.states.values()):
        for one in told[index + 1 :]:
            state = fold(state, one)  # noqa: PLW2901
        assert state == hall.state()


def test_the_staffs_deltas_are_true_too() -> None:
    hall = played()
    state: dict[str, Any] = {"items": [], "questions": [], "public_seq": 0}
    for one in hall.critical(STAFF):
        state = fold(state, one)
    newest = hall.state(staff=True)
    assert state["items"] == newest["items"]
    assert state["questions"] == newest["questions"]
    assert state["phase"] == newest["phase"]
    offsets = [one.offset for one in hall.heard[STAFF] if one.offset is not None]
    assert offsets == sorted(set(offsets))


def test_nothing_that_all_see_bears_an_account_or_what_is_not_for_all() -> None:
    hall = played()
    public = str(hall.heard[ROOM]) + str(hall.state())
    people = (*GUESTS, *EXPERTS, DESK, HOST, STAGE, CONTROL, SUPERVISOR, BROKER, EVE)
    for secret in (*(one.actor for one in people), "a-professor", "a-presenter", "o-university",
                   "canary", "777", "file-", "eligible"):  # fmt: skip
        assert secret not in public, secret
    assert "Prof. Li" in public


def test_the_staff_sees_the_gate_and_all_questions_but_no_account_and_no_private_one() -> None:
    hall = played()
    staff = hall.state(staff=True)
    (first, _) = staff["items"]
    assert first["gate"]["deposits_frozen"]["source"] == "desk_attestation"
    assert first["gate"]["supervisor_present"] == {
        "met": True, "value": "true", "evidence": "", "source": "log",
    }  # fmt: skip
    assert [one["phase"] for one in staff["questions"]] == ["queued", "hidden"]
    everything = str(staff) + str(hall.heard[STAFF])
    for secret in ("a-ann", "a-super", "a-expert-0", "canary private", "canary-101", "777"):
        assert secret not in everything, secret


def test_votes_and_counts_cost_no_offset_and_a_count_is_shown_from_three_upward() -> None:
    hall = played()
    keyed = [one for one in hall.heard[ROOM] if one.key is not None]
    assert all(one.offset is None for one in keyed)
    counts = [one.data for one in keyed if one.key == "interests:i1"]
    assert counts == [{"key": "interests:i1", "count": 3}]
    votes = [one.data["upvotes"] for one in keyed if str(one.key).startswith("upvotes:")]
    assert votes == [1]
    assert hall.state()["items"][0]["interests_count"] == 3


def test_a_score_is_shown_once_it_is_revealed() -> None:
    hall = played()
    first = hall.state()["items"][0]
    assert first["score"] is None
    assert first["scoring"] == {"phase": "closing", "locks_at_ms": hall.at_ms + 60_000}
    hall.tick(hall.at_ms + 61_000)
    hall.do(HOST, RevealScores(item_id="i1"))
    first = hall.state()["items"][0]
    assert (first["score"], first["scoring"]["phase"]) == (7_770, "revealed")


def test_the_lengths_of_the_periods_and_the_beginning_of_a_pitch_are_told() -> None:
    state = played().state()
    assert state["periods_ms"]["qa"] == 420_000
    assert state["items"][0]["pitched_at_ms"] is not None
    assert planned().do(DESK, cmd.PublishSession()).state()["items"][0]["scoring"] is not None


def test_the_result_stands_on_its_item() -> None:
    hall = played()
    (first, _) = hall.state()["items"]
    assert first["phase"] == "done"
    assert first["bidding_id"] == "s1.i1.1"
    assert first["result"] == {
        "outcome": "sold", "price_fen": 230_000_000, "winner": "102", "reason": "",
        "deal_no": "s1.i1.1-D1",
    }  # fmt: skip
    assert "o-university" in hall.shows.sellers_of("s1.i1.1")


def test_how_a_bidding_ended_is_told_as_late_as_the_bidding_itself() -> None:
    hall = played(3_000)
    stage, at_ms = hall.shows.find("s1"), hall.at_ms
    assert stage is not None
    before = hall.critical()[-1]["public_seq"]
    hall.shows.tick(at_ms, degraded=False)
    clock = stage.clock(at_ms, degraded=False)
    public = [hall.state(), stage.market_row(), clock, hall.heard["roadshow:s1"]]
    assert all(word not in repr(public) for word in ("230000000", "s1.i1.1-D1", "'done'"))
    assert hall.heard["roadshow:s1"][-1].data["public_seq"] == before, "the heartbeat says no more"
    assert hall.state(staff=True)["items"][0]["result"]["price_fen"] == 230_000_000
    hall.shows.release(at_ms + 2_999)
    assert hall.critical()[-1]["public_seq"] == before
    shown = hall.state()
    hall.shows.release(at_ms + 3_000)
    told = [one for one in hall.critical() if one["public_seq"] > before]
    assert [one["public_seq"] for one in told] == [before + 1, before + 2]
    for one in told:
        shown = fold(shown, one)
    assert shown == hall.state()
    assert shown["items"][0]["result"]["deal_no"] == "s1.i1.1-D1"


def test_a_bidding_that_is_not_known_yet_is_told_as_late_as_its_offer_says() -> None:
    hall = live()
    offered = hall.item().facts.offer
    assert offered is not None
    late = offered.public_delay_ms
    again = played(0)
    del again.delays["s1.i1.1"]
    unknown = StageHall()
    for step in again.steps:
        unknown.shows.take(step, step.decision.at_ms)
    stage = unknown.shows.find("s1")
    assert stage is not None
    assert stage.pending[0][0] == again.at_ms + late


def test_the_clock_of_the_stage_says_what_runs() -> None:
    hall = live()
    hall.do(HOST, cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    hall.shows.tick(hall.at_ms, degraded=False)
    data = hall.heard[ROOM][-1].data
    assert data["key"] == "clock"
    assert data["ends_at_ms"] == hall.state()["ends_at_ms"] == hall.at_ms + 480_000
    assert data["item_phase"] == "pitching"


def test_a_session_for_guests_is_not_in_the_market() -> None:
    hall = planned(access="invited", invited=(ANN.actor,))
    hall.do(DESK, cmd.PublishSession())
    stage = hall.shows.find("s1")
    assert stage is not None
    assert stage.market_row() is None


def test_every_public_event_is_shown_or_left_out_on_purpose() -> None:
    events = ROADSHOW.messages.events
    public = {name for name, event in events.items() if event in ROADSHOW.messages.public}
    cards = {one for one in public if one.startswith("showcase_")}
    left_out = {"session_planned"}
    shown = {kind.__dict__["type"] for kind, row in SEEN.items() if row.public is not None}
    assert public - cards - shown == left_out
