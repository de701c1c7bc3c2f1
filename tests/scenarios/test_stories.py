"""Whole stories beyond the golden vectors: every phase of SM-06, told row by row."""

import pytest

from tests.support.builders import bands, scheduled, wan
from tests.support.story import NINE_59, at_ten, clock_ms, sealed_at_ten, tell
from trading.bidding.closing import UNSOLD_REASONS
from trading.bidding.draw_events import CutToCeiling, DrawHeld
from trading.bidding.events import (
    BiddingClosed,
    BiddingTerminated,
    DealConfirmed,
    EnvelopesOpened,
    PriorityWaived,
)
from trading.dispatch import BIDDING
from trading.values import BidderNumber

GUARDS_IN_ORDER = """
    10:00:01.000  X        bid 0                      NOT_ELIGIBLE
    10:00:01.000  seller   bid 300                    NOT_PERMITTED
    10:00:01.000  A        bid 0 seen=free_bidding    PHASE_CHANGED(limited_bidding)
    10:00:01.000  A        bid 0                      BAD_AMOUNT
    10:00:01.000  A        bid -1                     BAD_AMOUNT
    10:00:01.000  A        bid 200.00005              BAD_AMOUNT
    10:00:01.000  A        bid 10000000               BAD_AMOUNT
    10:00:01.000  A        bid 190                    BELOW_START(200)
    10:00:01.000  A        bid 205                    NOT_ON_GRID(200)
    10:00:01.000  A        bid 410                    NEEDS_CONFIRMATION(400)
    10:00:01.000  A        bid 200 seen=limited_bidding  accepted  A 200
    10:00:01.100  B        bid 205                    BELOW_MIN_NEXT(210)
    10:00:01.100  A        bid 205                    BELOW_MIN_NEXT(210)
    10:00:01.100  A        bid 215                    NOT_ON_GRID(210)
    10:00:01.100  A        bid 1000                   ALREADY_LEADING
    10:00:01.100  B        bid 410                    NEEDS_CONFIRMATION(400)
    10:00:01.100  B        bid 210                    accepted  B 210
    10:00:01.200  A        bid 220                    TOO_FAST(500)
    10:00:01.500  A        bid 220                    accepted  A 220
    10:00:02.000  B        bid 500 confirmed          accepted  B 500
    10:00:03.000  A        envelope 600               WRONG_MODE
"""
CEILING = """
    10:00:01  A     bid 200  accepted         A 200
    10:00:02  B     bid 260  accepted         B 250
    10:00:03  A     bid 250  CEILING_REACHED
    10:00:04  A     bid 260  CEILING_REACHED
    10:00:05  A     limit 260  CEILING_REACHED
    10:05:02  tick  -        -                closed_sold, B 250
"""
CUT_TO_THE_CEILING = """
    10:00:01  A  bid 100        BELOW_START(200)
    10:00:01  A  bid 205        NOT_ON_GRID(200)
    10:00:01  A  bid 600        NEEDS_CONFIRMATION(400)
    10:00:01  A  bid 900.00005 seen=lobby  PHASE_CHANGED(limited_bidding)
    10:00:02  A  bid 240        accepted            A 240
    10:00:03  A  bid 99999999   ALREADY_LEADING     A 240
    10:00:03  X  bid 99999999   NOT_ELIGIBLE
    10:00:04  B  bid 250        accepted            B 250
    10:00:04.100  B  bid 99999999  ALREADY_LEADING
    10:00:05  A  bid 99999999.00005  accepted       A 600, ends 10:05:05.000
    10:00:06  A  bid 900        ALREADY_LEADING
    10:00:07  B  bid 900        CEILING_REACHED
    10:00:07  B  bid 590        BELOW_MIN_NEXT(600)
    10:05:05  B  bid 900        TOO_LATE
"""
CUT_AND_TOO_FAST = """
    10:00:01.000  A  bid 200    accepted            A 200
    10:00:01.100  B  bid 210    accepted            B 210
    10:00:01.200  A  bid 900    TOO_FAST(500)       B 210
    10:00:01.500  A  bid 900    accepted            A 600
"""
CUT_AGAINST_A_LIMIT = """
    10:00:01  A  limit 900      accepted            A 200
    10:00:02  B  bid 1000       BELOW_MIN_NEXT(600)  A 600
"""
CEILING_BY_LIMITS = """
    10:00:01  A  limit 900  accepted              A 200
    10:00:02  B  limit 800  accepted              A 250
    10:00:03  C  limit 700  CEILING_REACHED       A 250
"""
CEILING_OFF_THE_LAST_STEP = """
    10:00:01  A  bid 220  accepted                A 220
    10:00:02  B  bid 240  accepted                B 240
    10:00:03  A  bid 250  BELOW_MIN_NEXT(255)
    10:00:04  A  bid 255  accepted                A 255
"""
BANDS = """
    10:00:01  A  bid 80             accepted            A 80
    10:00:02  B  bid 99             accepted            B 99
    10:00:03  A  bid 100            accepted            A 100
    10:00:04  B  bid 101            BELOW_MIN_NEXT(105)
    10:00:05  B  bid 107            NOT_ON_GRID(105)
    10:00:06  B  bid 105            accepted            B 105
    10:00:07  A  bid 500 confirmed  accepted            A 500
    10:00:08  B  bid 505            BELOW_MIN_NEXT(510)
"""
FREE_EXTENDS_NOTHING = """
    09:59:59.999  A     bid 200  accepted  free_bidding, ends 10:00:00.000
    10:00:00.000  B     bid 210  accepted  limited_bidding, ends 10:05:00.000
    10:04:59.999  seller  suspend x  NOT_PERMITTED
    10:05:00.000  control  suspend x  TOO_LATE
    10:05:00.000  tick  -        -         closed_sold, B 210
    10:05:01.000  A     bid 300  TOO_LATE  closed_sold, B 210
    10:05:01.000  control  suspend x  TOO_LATE
    10:05:01.000  desk  exclude A  WRONG_PHASE(closed_sold)
"""
LEADER_RAISES = """
    10:00:01  A  bid 200  accepted  A 200
    10:00:02  A  bid 230  accepted  A 230
"""
MANUAL_BIDS_AGAINST_A_LIMIT = """
    10:00:01  A  limit 300  accepted             A 200, ends 10:05:01.000
    10:00:02  B  bid 220    accepted             A 230, ends 10:05:02.000
    10:00:03  B  bid 230    BELOW_MIN_NEXT(240)  A 230, ends 10:05:02.000
    10:00:04  B  bid 300    BELOW_MIN_NEXT(310)  A 300, ends 10:05:04.000
    10:00:05  B  bid 310    accepted             B 310, ends 10:05:05.000
"""
LIMITS = """
    10:00:01  A  limit 205    accepted             A 200
    10:00:02  A  limit 300    accepted             A 200
    10:00:03  B  limit 0      BAD_AMOUNT
    10:00:03  B  limit 100    BELOW_START(200)
    10:00:03  B  limit 205    BELOW_MIN_NEXT(210)
    10:00:03  B  limit 305    accepted             A 300
    10:00:04  C  limit 310    accepted             C 310
    10:00:05  desk  exclude C  accepted            C 310
    10:00:05  desk  exclude C  ALREADY_DONE
    10:00:05  desk  exclude X  NOT_ELIGIBLE
    10:00:06  B  bid 330      accepted             B 330
    10:00:06  C  bid 340      NOT_ELIGIBLE
    10:00:06  C  limit 400    NOT_ELIGIBLE
"""
LIMITS_OVER_A_BAND = """
    10:00:01  A  bid 95      accepted  A 95
    10:00:02  B  limit 96    accepted  B 96
    10:00:03  C  limit 114   accepted  C 97
    10:00:04  B  limit 112   accepted  C 113
"""
LIMIT_FLOORED_WHERE_IT_ANSWERS = """
    10:00:01  A  limit 285  accepted  A 200
    10:00:02  B  limit 260  accepted  A 285
    10:00:03  C  bid 300    BELOW_MIN_NEXT(310)
    10:00:04  C  bid 310    accepted  C 310
"""
LIMIT_BETWEEN_TWO_STEPS = """
    10:00:01  A  limit 284  accepted  A 200
    10:00:02  B  limit 260  accepted  A 270
"""
LIMITS_ON_THE_SAME_STEP = """
    10:00:01  B  limit 280  accepted  B 200
    10:00:02  A  limit 285  accepted  B 280
"""
LIMITS_WHERE_STEPS_GROW_SMALL = """
    10:00:01  A  limit 299  accepted            A 200
    10:00:02  B  limit 285  accepted            A 290, ends 10:05:02.000
    10:00:03  C  bid 290    BELOW_MIN_NEXT(300)
    10:00:04  C  bid 300    accepted            C 300
"""
HAND_AND_LIMITS_WHERE_STEPS_GROW_SMALL = """
    10:00:01  A  limit 270  accepted            A 200
    10:00:02  B  bid 250    BELOW_MIN_NEXT(260)  A 250
    10:00:03  B  limit 265  accepted            A 270
"""
RANKS = """
    10:00:01  P1   match  NOTHING_TO_MATCH    - -, ends 10:05:00.000
    10:00:02  A    bid 200  accepted            A 200, ends 10:05:02.000
    10:00:03  P2   match    accepted            P2 200, ends 10:05:03.000
    10:00:04  P3   match    PRIORITY_OUTRANKED  P2 200, ends 10:05:03.000
    10:00:05  P2b  match    PRIORITY_OUTRANKED  P2 200, ends 10:05:03.000
    10:00:06  P2   match    ALREADY_LEADING     P2 200, ends 10:05:03.000
    10:00:07  P1   match    accepted            P1 200, ends 10:05:07.000
    10:00:08  P2   match    PRIORITY_OUTRANKED  P1 200, ends 10:05:07.000
    10:00:09  P2   bid 210  accepted            P2 210, ends 10:05:09.000
    10:00:10  P3   match    PRIORITY_OUTRANKED  P2 210, ends 10:05:09.000
    10:00:11  P1   match    accepted            P1 210, ends 10:05:11.000
    10:05:11  tick  -       -                   closed_sold, P1 210
"""
NOTICE_FROM_THE_SECOND = """
    09:59:10  control     suspend fire      accepted
    09:59:11  control     resume 10:39:10   TOO_SOON(1789987151000)
    09:59:12  control     resume 10:39:12   accepted   suspended
    09:59:13  control     resume 10:39:12   ALREADY_DONE
    10:09:12  supervisor  resume 10:39:12   accepted   suspended
    10:09:13  supervisor  resume 10:49:13   ALREADY_DONE
    10:39:12  tick        -                 -          free_bidding, ends 10:44:12.000
"""
SECOND_TOO_LATE_IS_A_FIRST = """
    09:59:10  control     suspend fire      accepted
    09:59:12  control     resume 10:39:13   accepted   suspended
    10:09:12.001  supervisor  resume 10:39:13   TOO_SOON(1789987752001)
    10:09:13  supervisor  resume 10:49:13   accepted   suspended
    10:39:13  control     resume 10:49:13   TOO_SOON(1789989553000)
"""
A_ROLE_IS_NO_REASON = """
    10:00:01  control     suspend host            BAD_TERMS(reason)
    10:00:01  control     suspend Bid controller  BAD_TERMS(reason)
    10:00:01  supervisor  suspend supervisor      BAD_TERMS(reason)
    10:00:02  control     suspend the host fell   accepted           suspended
    10:00:03  control     terminate system        BAD_TERMS(reason)
"""
HIGHER_LIMIT_SET_LATER = """
    10:00:01  A  limit 260   accepted  A 200
    10:00:02  B  limit 300   accepted  B 270
    10:00:03  C  bid 400     accepted  C 400
    10:00:04  A  limit 500   accepted  A 410
"""
MATCH_AND_LIMIT = """
    10:00:01  P1  match      NOTHING_TO_MATCH    - -, ends 10:05:00.000
    10:00:02  A   limit 300  accepted            A 200
    10:00:03  P1  match      accepted            A 210
    10:00:04  P1  match      accepted            A 220
    10:00:05  A   match      NOT_PERMITTED
    10:00:06  P9  match      NOT_ELIGIBLE
    10:00:07  P1  bid 300    BELOW_MIN_NEXT(310)  A 300
    10:00:08  P1  match      accepted            P1 300
    10:00:09  P1  match      ALREADY_LEADING     P1 300
"""
RAISED = """
    09:59:58  control  raise    WRONG_PHASE(free_bidding)
    10:00:01  A        bid 200  accepted
    10:00:02  control  raise    TOO_SOON(2)
    10:00:03  B        bid 210  accepted
    10:00:04  control  lower    ALREADY_DONE
    10:00:05  control  raise    accepted
    10:00:06  control  raise    ALREADY_DONE
    10:00:07  A        bid 220  BELOW_MIN_NEXT(230)
    10:00:08  A        bid 230  accepted
    10:00:09  B        limit 245  BELOW_MIN_NEXT(250)
    10:00:10  B        limit 255  accepted            B 250
    10:00:11  A        bid 270  accepted              A 270
    10:00:12  B        limit 295  accepted            B 290
    10:00:13  A        limit 310  accepted            A 310
    10:00:14  control  lower    accepted              A 310
    10:00:15  B        bid 320  accepted              B 320
"""
RESERVE = """
    09:00:00  seller  seal 230     accepted  scheduled
    09:00:01  seller  seal 230     ALREADY_DONE
    09:00:02  seller  reveal 230   NOT_OPEN
    09:29:00  seller  seal 230     TOO_LATE
    09:59:10  A       bid 230      accepted
    09:59:11  seller  reveal 230   WRONG_PHASE(free_bidding)
    10:05:00  tick    -            -         awaiting_reserve, A 230, ends 10:06:00.000
    10:05:01  seller  reveal 220   RESERVE_MISMATCH
    10:05:02  A       bid 240      TOO_LATE
"""
REVEALED = """
    10:05:59.999  seller  reveal 230   accepted  closed_sold, A 230
"""
LAPSED = """
    10:06:00  seller  reveal 230   TOO_LATE
    10:06:00  tick    -            -         closed_sold, A 230
"""
ASKED_IN_TURN = """
    10:00:01  A     bid 200   accepted
    10:05:01  tick  -         -              awaiting_priority, A 200, ends 10:06:01.000
    10:05:02  B     bid 210   TOO_LATE
    10:05:02  A     exercise  NOT_PERMITTED
    10:05:02  P2    exercise  NOT_YOUR_TURN
    10:05:02  P9    exercise  NOT_ELIGIBLE
    10:05:03  P1    waive     accepted       awaiting_priority, ends 10:06:03.000
    10:05:04  P1    exercise  NOT_YOUR_TURN
    10:06:03  P2    exercise  TOO_LATE
    10:06:03  tick  -         -              awaiting_priority, ends 10:07:03.000
    10:07:02.999  P3  exercise  accepted     closed_sold, P3 200
"""
NOBODY_EXERCISES = """
    10:00:01  A     bid 200   accepted
    10:05:01  tick  -         -              awaiting_priority
    10:06:01  tick  -         -              closed_sold, A 200
"""
HOLDER_LEADS = """
    10:00:01  P2    bid 200   accepted
    10:05:01  tick  -         -              awaiting_priority, P2 200
    10:05:02  P1    waive     accepted       closed_sold, P2 200
"""
DRAW = """
    10:00:01  A        bid 200   accepted
    10:05:01  tick     -         -           awaiting_priority, A 200
    10:05:02  P1a      exercise  accepted    awaiting_priority, ends 10:06:01.000
    10:05:03  P1a      exercise  ALREADY_DONE
    10:05:03  P1a      waive     ALREADY_DONE
    10:05:03  control  draw 00112233445566778899aabbccddeeff  WRONG_PHASE(awaiting_priority)
    10:05:04  P1b      exercise  accepted    awaiting_priority, ends -
    10:05:05  P1c      waive     NOT_ELIGIBLE
    10:05:06  control  draw 0011  BAD_RANDOMNESS
    10:05:06  control  draw 00112233445566778899aabbccddeefg  BAD_RANDOMNESS
    10:05:07  control  suspend x  TOO_LATE
"""
DRAWN = """
    10:30:00  control  draw 00112233445566778899aabbccddeeff  accepted  closed_sold
"""
AGREED = """
    10:30:00  P1a  waive  accepted  closed_sold, P1b 200
"""
OFF_FLOOR = """
    10:00:01  A     bid 200   accepted
    10:05:01  tick  -         -              awaiting_priority, ends 10:06:01.000
    10:05:02  control  suspend x  TOO_LATE
    10:05:02  P2    exercise  accepted       awaiting_priority
    10:05:03  P1    exercise  accepted       awaiting_priority
    10:05:40  silence
    10:06:02  tick  -         -              closed_sold, P1 200
"""
SUSPENDED = """
    09:59:10  control     suspend fire      accepted                 suspended, ends -
    09:59:11  A           bid 200           SUSPENDED
    09:59:12  control     suspend again     SUSPENDED
    09:59:13  control     resume 10:00:00   TOO_SOON(1789986553000)
    09:59:14  control     resume 10:30:00   accepted
    09:59:15  control     resume 10:30:00   ALREADY_DONE
    09:59:16  supervisor  resume 10:31:00   accepted
    10:20:00  control     resume 10:50:00   accepted                 suspended
    10:20:00  supervisor  resume 10:50:00   accepted                 suspended
    10:20:01  supervisor  resume 10:55:00   ALREADY_DONE
    10:50:00  A           bid 200           accepted                 free_bidding, ends 10:55:00.000
    10:50:01  control     resume 11:30:00   WRONG_PHASE(free_bidding)
"""
TWO_PEOPLE_TOO_FAR_APART = """
    09:59:10  control     suspend fire      accepted  suspended
    09:59:14  control     resume 11:30:00   accepted
    10:09:14.001  supervisor  resume 11:30:00   accepted
    10:09:15  supervisor  resume 11:30:00   ALREADY_DONE
    10:09:16  control     resume 11:30:00   accepted
    11:30:00  tick        -                 -         free_bidding, ends 11:35:00.000
"""
REOPENED_LATE = """
    09:59:10  control     suspend fire      accepted  suspended
    09:59:14  control     resume 11:30:00   accepted
    09:59:15  supervisor  resume 11:30:00   accepted
    09:59:16  silence
    12:00:00  tick        -                 -         free_bidding, ends 12:05:00.000
"""
TERMINATED = """
    09:59:05  A           bid 200           accepted
    09:59:08  control     terminate attack  WRONG_PHASE(free_bidding)
    09:59:09  control     suspend           BAD_TERMS(reason)                       free_bidding
    09:59:10  supervisor  suspend attack    accepted                                suspended
    09:59:11  seller      terminate attack  NOT_PERMITTED
    09:59:11  issuer      terminate attack  NOT_PERMITTED
    09:59:11  control     terminate         BAD_TERMS(reason)
    09:59:12  control     terminate attack  accepted                                suspended
    09:59:13  control     terminate attack  ALREADY_DONE
    09:59:14  supervisor  terminate fire    accepted                                suspended
    09:59:15  supervisor  resume 10:40:00   accepted                                suspended
    09:59:16  control     terminate attack  accepted                                suspended
    10:09:16.001  supervisor  terminate attack  accepted                            suspended
    10:09:17  control     terminate attack  accepted                                closed_unsold
    10:09:18  A           bid 300           TOO_LATE                                closed_unsold
    10:09:19  control     terminate attack  WRONG_PHASE(closed_unsold)
    10:09:20  control     resume 11:00:00   WRONG_PHASE(closed_unsold)
    10:40:00  tick        -                 -                                       closed_unsold
"""
EX_5_LIMITS = """
    09:59:10  A  limit 300  accepted           A 200
    09:59:20  B  bid 210    accepted           A 220
    09:59:30  C  limit 230  accepted           A 240
    10:00:01  B  present    accepted           A 240
    10:00:02  B  bid 250    accepted           B 250
    10:00:03  B  limit 280  accepted           B 250
    10:00:04  C  present    accepted           B 250
    10:00:05  A  present    accepted           A 290, ends 10:05:05.000
    10:00:06  B  bid 310    accepted           B 310
"""
ENDED_AT_ONCE = """
    09:59:20  control     suspend leak      accepted   suspended
    09:59:21  control     terminate leak    accepted   suspended
    09:59:22  supervisor  terminate leak    accepted   closed_unsold
"""
TERMINATED_THOUGH_RESUMED = """
    09:59:10  control     suspend attack    accepted   suspended
    09:59:11  control     resume 10:30:00   accepted
    09:59:12  supervisor  resume 10:30:00   accepted
    10:20:00  control     terminate again   accepted
    10:20:01  supervisor  terminate again   accepted   closed_unsold, ends -
    10:30:00  tick        -                 -          closed_unsold
"""
SEALED = """
    09:58:59  A           envelope 88       NOT_OPEN
    09:59:10  A           bid 88            WRONG_MODE
    09:59:10  A           limit 88          WRONG_MODE
    09:59:10  A           envelope 88       accepted                collecting, - -
    09:59:11  A           envelope 90       accepted
    09:59:12  A           envelope 91       ENVELOPE_FINAL
    09:59:13  B           envelope 70       accepted
    09:59:14  C           envelope 95       accepted
    09:59:15  P1          envelope 90       accepted
    09:59:16  D           envelope 500      accepted
    09:59:17  control     open A=90         WRONG_PHASE(collecting)
    09:59:18  desk        exclude C         accepted
    10:00:00  B           envelope 99       TOO_LATE
    10:00:00  tick        -                 -                       opening, ends -
    10:00:01  B           envelope 99       TOO_LATE
    10:00:02  control     open A=90 A=90    BAD_COMMITMENT
    10:00:02  control     open X=90         BAD_COMMITMENT
    10:00:03  seller      open A=90         NOT_PERMITTED
    10:00:03  control     open A=90 B=70 C=95 P1=90 D=400  accepted  opening
    10:00:04  control     open A=90 B=70 C=95 P1=90 D=400  ALREADY_DONE
    10:00:05  supervisor  open A=90 B=70 C=95 P1=90 D=400  accepted  closed_sold, P1 90
    10:00:06  supervisor  open A=90         TOO_LATE
"""
SEALED_STILL_TIED = """
    09:59:10  A           envelope 88       accepted
    09:59:11  C           envelope 88       accepted
    10:00:00  tick        -                 -         opening
    10:00:01  control     open A=88 C=88    accepted
    10:00:02  supervisor  open A=88 C=88    accepted  tie_break, ends 10:10:02.000
"""
SEALED_TIE_SILENT = """
    10:10:02  tick        -                 -         closed_sold, A 88
"""
SEALED_TIE_LATER_BID = """
    10:00:03  A           envelope 88       accepted
    10:00:04  control     suspend leak      accepted  suspended
    10:00:05  control     resume 10:40:00   accepted
    10:00:06  supervisor  resume 10:40:00   accepted
    10:40:00  tick        -                 -         tie_break, ends 10:49:58.000
    10:49:58  tick        -                 -         opening
    10:50:00  control     open A=88         accepted
    10:50:01  supervisor  open A=88         accepted  closed_sold, C 88
"""
SEALED_TIE_BELOW = """
    10:00:03  C           envelope 80       accepted
    10:10:02  tick        -                 -         opening
    10:10:03  control     open C=80         accepted
    10:10:04  supervisor  open C=80         accepted  closed_sold, A 88
"""
OPENING_SUSPENDED = """
    09:59:10  A           envelope 88       accepted
    10:00:00  tick        -                 -         opening
    10:00:01  control     open A=88         accepted
    10:00:02  control     suspend leak      accepted  suspended
    10:00:03  control     resume 10:40:00   accepted
    10:00:04  supervisor  resume 10:40:00   accepted
    10:40:00  tick        -                 -         opening, ends -
    10:40:01  supervisor  open A=88         accepted  opening
    10:40:02  control     open A=88         accepted  closed_sold, A 88
"""
SEALED_ALL_VOID = """
    09:59:10  A           envelope 70       accepted
    10:00:00  tick        -                 -         opening
    10:00:01  control     open              accepted
    10:00:02  supervisor  open              accepted  closed_unsold
"""
EX_5 = """
    09:59:10  A  bid 200   accepted
    09:59:20  B  bid 210   accepted
    09:59:30  C  present   WRONG_PHASE(free_bidding)
    10:00:01  A  bid 220   NOT_ELIGIBLE
    10:00:02  A  present   accepted
    10:00:03  A  present   ALREADY_DONE
    10:00:04  C  present   NOT_ELIGIBLE
    10:00:05  C  bid 220   NOT_ELIGIBLE
    10:00:06  A  bid 220   accepted       A 220, ends 10:05:06.000
    10:00:07  supervisor  present  TOO_LATE
    10:04:00  control  suspend fire  accepted
    10:04:01  control  resume 10:40:00  accepted
    10:04:02  supervisor  resume 10:40:00  accepted
    10:44:59  B  present   accepted
    10:44:59.500  B  bid 230  accepted  B 230
    10:47:00  C  present   TOO_LATE
    10:47:00  control  suspend fire  accepted
    10:47:01  control  resume 11:40:00  accepted
    10:47:02  supervisor  resume 11:40:00  accepted
    11:40:01  C  present   TOO_LATE
"""


@pytest.mark.parametrize(
    ("story", "changes"),
    [
        pytest.param(GUARDS_IN_ORDER, {}, id="guards"),
        pytest.param(CEILING, {"ceiling_price_fen": wan(250)}, id="ceiling"),
        pytest.param(CEILING_BY_LIMITS, {"ceiling_price_fen": wan(250)}, id="ceiling-limits"),
        pytest.param(
            CEILING_OFF_THE_LAST_STEP,
            {"ceiling_price_fen": wan(255), "increments": bands((0, 10), (225, 25))},
            id="ceiling-step",
        ),
        pytest.param(
            BANDS,
            {"start_price_fen": wan(80), "increments": bands((0, 1), (100, 5), (500, 10))},
            id="bands",
        ),
        pytest.param(FREE_EXTENDS_NOTHING, {}, id="free"),
        pytest.param(LEADER_RAISES, {"allow_leader_raise": True}, id="leader"),
        pytest.param(MANUAL_BIDS_AGAINST_A_LIMIT, {}, id="limit-manual"),
        pytest.param(LIMITS, {}, id="limits"),
        pytest.param(
            LIMITS_OVER_A_BAND,
            {"start_price_fen": wan(95), "increments": bands((0, 1), (100, 5))},
            id="limits-band",
        ),
        pytest.param(HIGHER_LIMIT_SET_LATER, {}, id="limit-later"),
        pytest.param(
            RAISED,
            {
                "mode": "live_timed",
                "raised_increments": bands((0, 20)),
                "raise_increment_after_extensions": 2,
            },
            id="raised",
        ),
        pytest.param(SUSPENDED, {}, id="suspended"),
        pytest.param(TWO_PEOPLE_TOO_FAR_APART, {}, id="two-people"),
        pytest.param(REOPENED_LATE, {}, id="reopened-late"),
        pytest.param(TERMINATED, {}, id="terminated"),
        pytest.param(TERMINATED_THOUGH_RESUMED, {}, id="terminated-resumed"),
        pytest.param(EX_5, {"free_bid_required": True}, id="EX-5"),
        pytest.param(EX_5_LIMITS, {"free_bid_required": True}, id="EX-5-limits"),
    ],
)
def test_a_rising_story(story: str, changes: dict[str, object]) -> None:
    tell(at_ten(**changes), story, "09:59:00")


TO_600 = {"ceiling_price_fen": wan(600)}
GROWING = {"increments": bands((0, 10), (250, 25))}
SHRINKING = {"increments": bands((0, 50), (250, 10))}
NOTICE_30 = {"resume_notice_ms": 1_800_000}


@pytest.mark.parametrize(
    ("story", "changes"),
    [
        pytest.param(CUT_TO_THE_CEILING, TO_600, id="cut"),
        pytest.param(CUT_AND_TOO_FAST, TO_600, id="cut-fast"),
        pytest.param(CUT_AGAINST_A_LIMIT, TO_600, id="cut-limit"),
        pytest.param(LIMIT_FLOORED_WHERE_IT_ANSWERS, GROWING, id="limit-answers"),
        pytest.param(LIMIT_BETWEEN_TWO_STEPS, GROWING, id="limit-between"),
        pytest.param(LIMITS_ON_THE_SAME_STEP, GROWING, id="limit-same-step"),
        pytest.param(LIMITS_WHERE_STEPS_GROW_SMALL, SHRINKING, id="limits-small-steps"),
        pytest.param(HAND_AND_LIMITS_WHERE_STEPS_GROW_SMALL, SHRINKING, id="hand-small-steps"),
        pytest.param(NOTICE_FROM_THE_SECOND, NOTICE_30, id="notice"),
        pytest.param(SECOND_TOO_LATE_IS_A_FIRST, NOTICE_30, id="second-too-late"),
        pytest.param(A_ROLE_IS_NO_REASON, {}, id="role-no-reason"),
    ],
)
def test_a_story_of_what_the_rule_book_made_clear(story: str, changes: dict[str, object]) -> None:
    tell(at_ten("A", "B", "C", **changes), story, "09:59:00")


def test_of_holders_the_better_rank_leads_whatever_the_order() -> None:
    play = at_ten("A", "P1", "P2", "P2b", "P3", priority_mode="in_session_match")
    tell(play, RANKS, "09:59:00")


def test_a_cut_is_told_to_who_was_cut_and_to_nobody_else() -> None:
    play = at_ten("A", "B", **TO_600)
    tell(play, "10:00:01  A  bid 600 confirmed  accepted  A 600", "09:59:00")
    assert not [one for one in play.events if isinstance(one, CutToCeiling)]
    cut = at_ten("A", "B", **TO_600)
    tell(cut, "10:00:01  A  bid 601  accepted  A 600", "09:59:00")
    assert CutToCeiling(BidderNumber("A"), wan(600)) in cut.events
    assert CutToCeiling not in BIDDING.messages.public


def test_a_match_calls_the_standing_limit() -> None:
    play = at_ten("A", "P1", priority_mode="in_session_match")
    tell(play, MATCH_AND_LIMIT, "09:59:00")


def test_matching_and_raising_need_to_be_announced() -> None:
    play = at_ten("A", "P1", priority_mode="post_session_ask", proxy_allowed=False)
    story = """
        10:00:01  A        bid 200    accepted
        10:00:02  P1       match      WRONG_MODE
        10:00:03  P1       limit 300  WRONG_MODE
        10:00:04  control  raise      WRONG_MODE
    """
    tell(play, story, "09:59:00")
    live = at_ten(mode="live_timed")
    tell(live, "10:00:04  control  raise  WRONG_MODE", "09:59:00")


@pytest.mark.parametrize(("end", "price"), [(REVEALED, "met"), (LAPSED, "lapsed")])
def test_a_sealed_reserve(end: str, price: str) -> None:
    play = scheduled("A", "B", reserve_sealed=True, **NINE_59)
    tell(play, RESERVE + end, "08:59:59")
    assert play.events[-2] == BiddingClosed(sold=True), price


def test_no_reserve_is_awaited_where_nobody_has_bid() -> None:
    play = scheduled("A", "B", reserve_sealed=True, **NINE_59)
    story = """
        09:00:00  seller  seal 230  accepted
        10:05:00  tick    -         -         closed_unsold
    """
    tell(play, story, "08:59:59")
    assert play.events[-1] == BiddingClosed(sold=False, reason="no_bid")


@pytest.mark.parametrize(
    ("story", "numbers"),
    [
        (ASKED_IN_TURN, ("A", "B", "P3", "P1", "P2")),
        (NOBODY_EXERCISES, ("A", "P1")),
        (HOLDER_LEADS, ("A", "P1", "P2")),
    ],
)
def test_holders_are_asked_in_the_order_of_their_ranks(
    story: str, numbers: tuple[str, ...]
) -> None:
    tell(at_ten(*numbers, priority_mode="post_session_ask"), story, "09:59:00")


def test_silence_waives() -> None:
    play = at_ten("A", "P1", priority_mode="post_session_ask")
    tell(play, NOBODY_EXERCISES, "09:59:00")
    assert PriorityWaived(BidderNumber("P1"), silent=True) in play.events


def test_equals_draw_lots_by_a_seed_that_anyone_can_compute() -> None:
    first, again = (at_ten("A", "P1a", "P1b", priority_mode="post_session_ask") for _ in "12")
    tell(first, DRAW + DRAWN, "09:59:00")
    tell(again, DRAW + DRAWN, "09:59:00")
    drawn = [event for event in first.events if isinstance(event, DrawHeld)]
    assert drawn == [event for event in again.events if isinstance(event, DrawHeld)]
    assert drawn[0].numbers == ("P1a", "P1b")
    assert drawn[0].winner == drawn[0].numbers[int(drawn[0].seed, 16) % 2]
    assert first.events[-1] == DealConfirmed(
        "b1-D1", drawn[0].winner, wan(200), "priority_exercised"
    )


def test_equals_may_agree_instead_of_drawing_lots() -> None:
    play = at_ten("A", "P1a", "P1b", priority_mode="post_session_ask")
    tell(play, DRAW + AGREED, "09:59:00")


def test_off_the_floor_all_are_asked_at_once_and_no_silence_suspends() -> None:
    play = at_ten("A", "P3", "P2", "P1", priority_mode="off_floor")
    tell(play, OFF_FLOOR, "09:59:00")


def test_off_the_floor_nobody_exercises() -> None:
    tell(at_ten("A", "P1", priority_mode="off_floor"), NOBODY_EXERCISES, "09:59:00")


def test_envelopes_are_judged_when_they_are_opened() -> None:
    play = sealed_at_ten(
        "A", "B", "C", "D", "P1", priority_mode="in_session_match", envelope_replacements_max=1,
        opens_at_ms=clock_ms("09:59:00"),
    )  # fmt: skip
    story = SEALED.split("\n", 2)[2]  # its first row is told below
    tell(play, story, "09:59:00")
    opened = next(event for event in play.events if isinstance(event, EnvelopesOpened))
    assert [(bid.number, bid.void_code) for bid in opened.bids] == [
        ("A", ""),
        ("B", "BELOW_START"),
        ("C", "NOT_ELIGIBLE"),
        ("P1", ""),
        ("D", "ENVELOPE_VOID"),
    ]


def test_before_opening_it_is_not_open() -> None:
    play = scheduled("A", "B", mode="one_shot", **NINE_59)
    tell(play, "09:58:59  A  envelope 88  NOT_OPEN  lobby", "09:00:00")


@pytest.mark.parametrize("end", [SEALED_TIE_SILENT, SEALED_TIE_LATER_BID, SEALED_TIE_BELOW])
def test_still_tied_the_earlier_of_the_last_valid_bids_wins(end: str) -> None:
    tell(sealed_at_ten("A", "C"), SEALED_STILL_TIED + end, "09:59:00")


def test_tied_holders_of_one_rank_break_the_tie_among_themselves() -> None:
    play = sealed_at_ten("A", "P1a", "P1b", "P2", priority_mode="in_session_match")
    story = """
        09:59:10  A           envelope 88                        accepted
        09:59:11  P1a         envelope 88                        accepted
        09:59:12  P2          envelope 88                        accepted
        09:59:13  P1b         envelope 88                        accepted
        10:00:01  control     open A=88 P1a=88 P2=88 P1b=88      accepted
        10:00:02  supervisor  open A=88 P1a=88 P2=88 P1b=88      accepted  tie_break
        10:00:03  A           envelope 90                        NOT_ELIGIBLE
        10:00:04  P1b         envelope 90                        accepted
        10:10:03  supervisor  open P1b=90                        accepted
        10:10:04  control     open P1b=90                        accepted  closed_sold, P1b 90
    """
    tell(play, story, "09:59:00")


def test_what_two_people_end_is_unsold_and_makes_no_deal() -> None:
    play = at_ten()
    tell(play, TERMINATED, "09:59:00")
    assert play.events[-2:] == [
        BiddingTerminated("attack"),
        BiddingClosed(sold=False, reason="cancelled"),
    ]
    assert not play.now.facts.deal_no


def test_sealed_bids_and_an_asked_holder_end_unopened_and_unasked() -> None:
    sealed = sealed_at_ten()
    tell(sealed, "09:59:10  A  envelope 88  accepted" + ENDED_AT_ONCE, "09:59:00")
    assert not sealed.now.facts.opened
    asked = at_ten("A", "P1", priority_mode="post_session_ask")
    story = """
        10:00:01  A     bid 200   accepted
        10:05:01  tick  -         -              awaiting_priority
    """
    tell(asked, story + ENDED_AT_ONCE.replace("09:59", "10:05"), "09:59:00")
    assert not any(isinstance(event, DealConfirmed) for event in asked.events)


def test_a_bidding_is_cancelled_before_it_opens_and_for_a_reason() -> None:
    play = scheduled("A", "B", **NINE_59)
    story = """
        09:00:00  desk     cancel no title  NOT_PERMITTED
        09:00:01  issuer   cancel           BAD_TERMS(reason)
        09:50:00  issuer   cancel no title  accepted              cancelled
        09:59:00  tick     -                -                     cancelled
    """
    tell(play, story, "08:59:59")
    opened = at_ten()
    tell(opened, "09:59:01  issuer  cancel late  WRONG_PHASE(free_bidding)", "09:59:00")


def test_an_opening_can_be_suspended_and_needs_its_two_people_again() -> None:
    tell(sealed_at_ten(), OPENING_SUSPENDED, "09:59:00")


def test_only_void_envelopes_leave_it_unsold() -> None:
    play = sealed_at_ten()
    tell(play, SEALED_ALL_VOID, "09:59:00")
    assert play.events[-1] == BiddingClosed(sold=False, reason="no_bid")


def test_an_empty_box_needs_no_opening() -> None:
    play = sealed_at_ten()
    tell(play, "10:00:00  tick  -  -  closed_unsold", "09:59:00")
    assert play.events[-1] == BiddingClosed(sold=False, reason="no_bid")


def test_a_sealed_amount_above_the_ceiling_is_cut_to_it() -> None:
    play = sealed_at_ten(ceiling_price_fen=wan(90))
    story = """
        09:59:10  A           envelope 95  accepted
        10:00:01  control     open A=95    accepted
        10:00:02  supervisor  open A=95    accepted  closed_sold, A 90
    """
    tell(play, story, "09:59:00")


def test_a_sealed_amount_that_is_none_is_void() -> None:
    play = sealed_at_ten()
    story = """
        09:59:10  A           envelope -1  accepted
        10:00:01  control     open A=-1    accepted
        10:00:02  supervisor  open A=-1    accepted  closed_unsold
    """
    tell(play, story, "09:59:00")


def test_nobody_left_who_may_bid() -> None:
    play = at_ten("A", "B")
    story = """
        10:00:01  desk  exclude A  accepted
        10:00:02  desk  exclude B  accepted
        10:05:00  tick  -          -         closed_unsold
    """
    tell(play, story, "09:59:00")
    assert play.events[-1] == BiddingClosed(sold=False, reason="all_disqualified")
    assert "all_disqualified" in UNSOLD_REASONS
