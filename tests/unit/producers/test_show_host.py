"""The bot that hosts: what it does next follows from the log, from wherever a person left it."""

from producers.show_host import PAUSED_MS, is_done, next_act
from producers.show_program import QUICK_MS, SCORE_WINDOW_MS
from roadshow.scoring.commands import PlanScoring, ScoringTerms
from roadshow.session import commands as cmd
from tests.support.shows import (
    CONTROL,
    DESK,
    HOST,
    STAGE,
    STARTS_AT_MS,
    SUPERVISOR,
    SYSTEM,
    ShowPlay,
    attest,
    item,
    live,
    offer,
    planned,
    rehearsed,
)

NOBODY = frozenset[str]()


def play_on(play: ShowPlay, quick: frozenset[str] = NOBODY, acts_max: int = 40) -> list[str]:
    """Let the bot host until it waits for somebody else, by the clock of the plan."""
    told: list[str] = []
    while len(told) < acts_max and not is_done(play.show):
        act = next_act(play.show, quick, play.at_ms)
        if act is None:
            due_ms = play.due_ms
            if due_ms is None or due_ms > play.at_ms + 3_600_000:
                return told
            play.tick(max(due_ms, play.at_ms + 1))
            continue
        assert play.code(HOST, act) == "ok", (act, told)
        told.append(type(act).__name__)
    return told


ITEM = ["CallOnDeck", "StartPitch", "StartQa", "StartComments", "CallInterest"]


def test_a_whole_show_runs_to_its_end_and_waits_for_the_bidding_of_others() -> None:
    play = rehearsed(item("i1", offer=offer()), item("i2"))
    play.do(DESK, attest())
    play.at_ms = STARTS_AT_MS
    assert play_on(play) == ["GoLive", *ITEM, "CallBidding"]
    play.do(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1"))
    play.do(CONTROL, cmd.OpenItemBidding(item_id="i1"))
    bidding_id = play.item().bidding.bidding_id
    play.do(SYSTEM, cmd.RecordBiddingOpened(item_id="i1", bidding_id=bidding_id))
    assert next_act(play.show, NOBODY, play.at_ms) is None
    closed = cmd.RecordBiddingClosed(
        item_id="i1", bidding_id=bidding_id, outcome="unsold", reason="no_bid"
    )
    play.do(SYSTEM, closed)
    rest = ["CompleteItem", *ITEM, "CompleteItem", "EndSession"]
    assert play_on(play) == rest
    assert is_done(play.show)


def test_it_goes_on_from_where_a_person_left_the_show() -> None:
    play = live(item("i1"), item("i2"))
    play.do(HOST, cmd.CallOnDeck(item_id="i2"), cmd.StartPitch(item_id="i2"))
    play.do(HOST, cmd.StartQa(item_id="i2"))
    assert next_act(play.show, NOBODY, play.at_ms) is None
    ends_at_ms = play.item("i2").ends_at_ms
    assert ends_at_ms is not None
    assert next_act(play.show, NOBODY, ends_at_ms) == cmd.StartComments(item_id="i2")


def test_what_somebody_paused_and_left_goes_on_after_a_while() -> None:
    play = live(item("i1"))
    play.do(HOST, cmd.PauseSession(reason="the projector"))
    assert next_act(play.show, NOBODY, play.at_ms + PAUSED_MS - 1) is None
    assert next_act(play.show, NOBODY, play.at_ms + PAUSED_MS) == cmd.ResumeSession()


def test_a_quick_item_is_over_soon() -> None:
    play = live(item("i1"))
    play.do(HOST, cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    quick = frozenset({"i1"})
    assert next_act(play.show, quick, play.at_ms + QUICK_MS - 1) is None
    assert next_act(play.show, quick, play.at_ms + QUICK_MS) == cmd.StartQa(item_id="i1")


def test_it_waits_for_the_rehearsal_reveals_what_is_locked_and_the_ranking_last() -> None:
    play = planned(item("i1"), item("i2"), scored=True, experts_min=3)
    assert next_act(play.show, NOBODY, play.at_ms) is None
    for expert in ("a-e1", "a-e2", "a-e3"):
        play.do(DESK, cmd.InviteExpert(expert=expert, specialty="technical"))
    play.do(DESK, PlanScoring(terms=ScoringTerms(window_ms=SCORE_WINDOW_MS)), cmd.PublishSession())
    play.do(STAGE, cmd.RunRehearsal(sound=True, slides=True, network=True, bid_drill=True))
    play.at_ms = STARTS_AT_MS
    told = play_on(play)
    reveal = "RevealScores"
    assert told[:7] == ["GoLive", *ITEM, "CompleteItem"]
    assert told.count(reveal) == 3
    assert told[-2:] == ["EndSession", reveal]
    assert is_done(play.show)
