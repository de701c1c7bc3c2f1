"""Whole sessions, told row by row: SM-13, SM-13a, SM-13c, and the gate before a bidding (RS-4)."""

import msgspec
import pytest

from roadshow.dispatch import Root
from roadshow.question.events import FollowUpTaskCreated
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from tests.support.show_story import tell_show
from tests.support.shows import ANN, BROKER, ShowPlay, item, live, offer, rehearsed

A_WHOLE_SESSION = """
    10:00:00  host        live                      ok  i2 at 10:28:00, i3 at 10:49:00
    10:00:05  host        pitch i1                  WRONG_ITEM_PHASE(queued)
    10:00:10  host        on_deck i1                ok  i1 on_deck
    10:00:12  host        on_deck i2                ITEM_ACTIVE(i1)
    10:00:15  Ann         ask i1 What sea state?    NOT_CHECKED_IN
    10:00:16  Ann         check_in                  ok
    10:00:16  Ann         check_in                  ALREADY_DONE
    10:00:16  Cid         check_in                  NOT_REGISTERED
    10:00:17  Ann         ask i1 What sea state?    ok  Q1 asked +0
    10:00:20  host        pitch i1                  ok  i1 pitching, ends 10:08:20
    10:00:25  stage       queue Q1                  ok  Q1 queued +0
    10:00:30  host        on_deck i2                ok  i2 on_deck
    10:00:31  host        pitch i2                  ITEM_ACTIVE(i1)
    10:00:47  Ann         ask i1 And the price?     ok  Q2 asked +0
    10:00:50  broker      merge Q2 Q1               ok  Q2 merged +0, Q1 queued +0
    10:08:21  tick        -                         -   i1 pitching, ends -
    10:08:30  host        more i1                   ok  ends 10:09:30
    10:08:40  host        more i1                   ALREADY_DONE
    10:09:00  host        qa i1                     ok  i1 qa, ends 10:16:00
    10:09:10  host        air Q1                    ok  Q1 on_air +0
    10:09:50  presenter   answer Q1                 ok  Q1 answered +0
    10:10:00  host        complete i2               WRONG_ITEM_PHASE(on_deck)
    10:16:00  host        comments i1               ok  i1 commenting, ends 10:21:00
    10:16:30  host        interest i1               ok  i1 interest_call, ends 10:17:30
    10:16:35  Ann         interested i1 buy         ok
    10:17:00  host        call i1                   ok
    10:17:01  control     open i1                   GATE_CLOSED(listing_closed)
    10:17:02  desk        attest i1 101 102         ok
    10:17:03  control     open i1                   GATE_CLOSED(supervisor_present)
    10:17:04  supervisor  supervise i1              ok
    10:17:05  control     open i1                   ok  i1 bidding_requested
    10:17:06  host        complete i1               WRONG_ITEM_PHASE(bidding_requested)
    10:18:06  handover    opened i1.1               ok  i1 bidding
    10:18:07  handover    opened i1.1               ALREADY_DONE
    10:18:10  host        complete i1               BIDDING_OPEN
    10:18:11  host        defer i1 late             WRONG_ITEM_PHASE(bidding)
    10:24:00  handover    closed i1.1 sold 230 102  ok  i1 bidding, i1 sold
    10:24:01  handover    closed i1.1 sold 230 102  ALREADY_DONE
    10:24:30  host        complete i1               ok  i1 done, i2 on_deck
    10:24:40  host        pitch i2                  ok  i2 pitching, i3 at 10:49:00
    10:25:00  presenter   skip i3 ill               ok  i3 skipped
    10:30:00  host        qa i2                     ok
    10:35:00  host        end                       ITEM_ACTIVE(i2)
    10:36:00  host        complete i2               ok  wrapping_up
    10:37:00  host        end                       ok  ended
    10:38:00  desk        report                    ok  reported
"""
THE_STAGE_RUNS_LATE = """
    10:06:00  host       live           ok  i1 at 10:06:00, i2 at 10:27:00, i3 at 10:48:00
    10:07:30  host       on_deck i1     ok  i1 at 10:06:00
    10:07:30  host       pitch i1       ok  i1 at 10:07:30, i2 at 10:28:30, i3 at 10:49:30
    10:10:00  stage      pause smoke    ok  paused, smoke, ends -
    10:10:01  host       qa i1          SESSION_PAUSED
    10:15:00  stage      resume         ok  live, ends 10:20:30, i2 at 10:33:30
    10:16:00  host       defer i1 late  ok  i1 deferred, i2 at 10:21:00, i3 at 10:42:00
    10:16:30  host       on_deck i2     ok
    10:16:30  host       pitch i2       ok  i3 at 10:42:00, i1 at 11:03:00
    10:17:00  host       qa i2          ok
    10:18:00  host       complete i2    ok  live, i3 at 10:42:00
    10:18:30  presenter  withdraw i3 x  ok  i3 withdrawn, i1 at 10:18:30
    10:19:00  host       on_deck i1     ok  i1 on_deck
    10:19:05  host       pitch i1       ok  i1 pitching
"""
NOBODY_SAW_THE_CLOCK = """
    10:00:00  host  on_deck i1  ok
    10:00:00  host  pitch i1    ok  ends 10:08:00
    10:07:50  silence
    10:08:10  tick  -           -   paused, system_stall
    10:08:12  host  qa i1       SESSION_PAUSED
    10:09:00  host  resume      ok  live, ends 10:09:11
    10:09:12  tick  -           -   i1 pitching, ends -
    10:09:30  silence
    10:10:30  tick  -           -   live, i1 pitching
"""
NO_BIDDING_AFTER_ALL = """
    10:00:00  host        on_deck i1                 ok
    10:00:00  host        pitch i1                   ok
    10:00:10  host        qa i1                      ok
    10:00:20  host        interest i1                ok
    10:00:30  desk        attest i1 101 102          ok
    10:00:31  supervisor  supervise i1               ok
    10:00:32  control     open i1                    BIDDING_NOT_CALLED
    10:00:33  host        call i1                    ok
    10:00:34  host        call i1                    ALREADY_DONE
    10:00:35  control     open i1                    ok  i1 bidding_requested
    10:00:36  handover    refused i1.1 BAD_TERMS     ok  i1 interest_call, i1 back: BAD_TERMS
    10:00:37  handover    refused i1.1 BAD_TERMS     ALREADY_DONE
    10:00:38  control     open i1                    BIDDING_NOT_CALLED
    10:00:40  host        call i1                    ok
    10:00:41  control     open i1                    ok  i1 bidding_requested
    10:01:41  stage       pause smoke                ok  paused
    10:02:42  tick        -                          -   i1 back: request_timed_out
    10:02:50  host        resume                     ok  live
    10:03:00  handover    opened i1.3                UNKNOWN_BIDDING
    10:03:01  handover    opened i1.1                ok  i1 interest_call
    10:03:02  handover    opened i1.1                ALREADY_DONE
    10:03:03  host        complete i1                ok  i1 done
    10:03:04  host        end                        BIDDING_OPEN
    10:03:05  handover    closed i1.1 unsold no_bid  ok  i1 unsold
    10:03:06  handover    closed i1.1 unsold no_bid  ALREADY_DONE
    10:03:07  host        end                        ok  ended, i2 skipped
"""
LATE_BUT_TRUE = """
    10:00:00  host        on_deck i1                 ok
    10:00:00  host        pitch i1                   ok
    10:00:10  host        qa i1                      ok
    10:00:20  host        interest i1                ok
    10:00:30  desk        attest i1 101 102          ok
    10:00:31  supervisor  supervise i1               ok
    10:00:33  host        call i1                    ok
    10:00:35  control     open i1                    ok  i1 bidding_requested
    10:02:36  tick        -                          -   i1 interest_call
    10:02:40  handover    opened i1.1                ok  i1 bidding
    10:09:00  handover    closed i1.1 unsold no_bid  ok  i1 bidding, i1 unsold
    10:09:10  host        complete i1                ok  i1 done
"""
ONE_BIDDER_ONLY = """
    10:00:00  host        on_deck i1     ok
    10:00:00  host        pitch i1       ok
    10:00:10  host        qa i1          ok
    10:00:20  host        interest i1    ok
    10:00:30  desk        attest i1 101  ok
    10:00:31  supervisor  supervise i1   ok
    10:00:33  host        call i1        ok
    10:00:35  control     open i1        ok  i1 interest_call, i1 single_bidder
    10:00:36  host        call i1        ALREADY_DONE
    10:00:40  host        complete i1    ok  i1 done
"""
QUESTIONS = """
    10:00:00  host       on_deck i1               ok
    10:00:00  Ann        ask i2 When?             WRONG_ITEM_PHASE(queued)
    10:00:00  Ann        ask i9 When?             UNKNOWN_ITEM
    10:00:01  Ann        ask i1 When?             ok  Q1 asked +0
    10:00:02  Ann        ask i1 Where?            QUESTION_TOO_SOON(10:00:31)
    10:00:02  Ben        upvote Q1                WRONG_QUESTION_PHASE(asked)
    10:00:03  Ben        queue Q1                 NOT_PERMITTED
    10:00:04  broker     queue Q1                 ok  Q1 queued +0
    10:00:05  Ann        upvote Q1                OWN_QUESTION
    10:00:06  Ben        upvote Q1                ok  Q1 queued +1
    10:00:07  Ben        upvote Q1                ALREADY_DONE
    10:00:08  Cid        upvote Q1                NOT_CHECKED_IN
    10:00:31  Ann        privately i1 Who else?   ok  Q2 asked +0
    10:00:32  broker     queue Q2                 PRIVATE_QUESTION
    10:00:33  Ben        upvote Q2                PRIVATE_QUESTION
    10:00:34  host       answer Q2 nobody         PRIVATE_QUESTION
    10:00:35  presenter  answer Q2 Nobody yet.    ok  Q2 answered +0
    10:00:40  Ben        ask i1 When then?        ok  Q3 asked +0
    10:00:41  broker     merge Q3 Q3              BAD_FIELD(into_question_id)
    10:00:42  broker     merge Q3 Q1              ok  Q3 merged +0, Q1 queued +1
    10:01:10  Ben        ask i1 You are ugly.     ok  Q4 asked +0
    10:01:11  stage      hide Q4                  BAD_FIELD(reason)
    10:01:12  stage      hide Q4 insult           ok  Q4 hidden +0
    10:01:20  host       air Q9                   UNKNOWN_QUESTION
    10:01:20  host       air Q1                   ok  Q1 on_air +1
    10:01:40  Ben        ask i1 And how?          ok  Q5 asked +0
    10:01:41  stage      queue Q5                 ok
    10:01:42  host       air Q5                   ON_AIR_TAKEN(Q1)
    10:01:43  presenter  put_off Q1 needs an NDA  ok  Q1 deferred_offline +1
    10:01:44  host       air Q5                   ok  Q5 on_air +0
    10:02:10  Ben        ask i1 And why?          ok  Q6 asked +0
    10:02:20  host       skip i1 no time          ok
    10:02:30  host       end                      ok  Q5 deferred_offline +0, Q6 asked +0
    10:02:40  presenter  answer Q5 So.            ok  Q5 answered +0
    10:02:41  broker     answer Q6 Because.       ok  Q6 answered +0
    10:02:42  Ann        ask i1 When?             WRONG_PHASE(ended)
"""


def opening(**changes: object) -> ShowPlay:
    """A rehearsed session with three items, of which the first may be bid for."""
    return rehearsed(item("i1", offer=offer()), item("i2"), item("i3"), **changes)


def test_a_whole_session() -> None:
    play = opening().do(ANN, cmd.RegisterAttendee())
    tell_show(play, A_WHOLE_SESSION, last_tick="09:59:59")
    report = play.told(ev.SessionReported)[0]
    assert (report.interests_count, report.questions_count, report.deals_count) == (1, 2, 1)
    assert [event.left_ms for event in play.told(ev.PitchWarned)][:2] == [60_000, 10_000]
    assert [event.item_id for event in play.told(ev.PitchTimeUp)] == ["i1"]


def test_what_comes_later_is_announced_anew() -> None:
    play = rehearsed(item("i1"), item("i2"), item("i3"))
    tell_show(play, THE_STAGE_RUNS_LATE, last_tick="10:05:59")
    assert len(play.told(ev.AgendaShifted)) == 5


def test_a_stall_of_the_platform_takes_no_time_from_who_speaks() -> None:
    play = live()
    tell_show(play, NOBODY_SAW_THE_CLOCK)
    assert [event.reason for event in play.told(ev.SessionPaused)] == ["system_stall"]


@pytest.mark.parametrize("story", [NO_BIDDING_AFTER_ALL, LATE_BUT_TRUE, ONE_BIDDER_ONLY, QUESTIONS])
def test_a_story_is_as_told(story: str) -> None:
    play = tell_show(live(), story).play
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(play.root), type=Root) == play.root


def test_what_was_not_answered_is_somebodys_task() -> None:
    play = tell_show(live(), QUESTIONS).play
    tasks = play.told(FollowUpTaskCreated)
    owed = [(task.question_id, task.assignee) for task in tasks]
    assert owed == [("Q1", BROKER.actor), ("Q5", BROKER.actor), ("Q6", BROKER.actor)]


def test_one_bidder_is_told_with_the_price_of_the_listing() -> None:
    play = tell_show(live(), ONE_BIDDER_ONLY).play
    assert play.told(ev.SingleBidderFound) == [ev.SingleBidderFound("i1", offer().start_price_fen)]
    assert not play.told(ev.ItemBiddingRequested)
