"""Accounts, interests, scores and cards as tables: who, what, answer, and what is then to be seen.

Two spaces or more between columns; a row may begin with `+2d` or `+30s`: so much later.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from roadshow.interest import commands as interest
from roadshow.interest import decide as interest_part
from roadshow.interest.evolve import evolve as evolve_interests
from roadshow.interest.state import Interests, shown_count
from roadshow.scoring import commands as scoring
from roadshow.scoring import decide as scoring_part
from roadshow.scoring.commands import Criterion, ScoringTerms
from roadshow.scoring.evolve import evolve as evolve_scores
from roadshow.scoring.state import Scores
from roadshow.showcase import commands as showcase
from roadshow.stage import Moment
from tests.support.accounts import ACCOUNT_ID, Account, assigning
from tests.support.cards import EVALUATION, NOMINATION, SCREENING, CardPlay
from tests.support.people import (
    ADMIN,
    BROKER,
    DESK,
    EXPERTS,
    HOLDER,
    HOST,
    LIVE_AT_MS,
    OPERATOR,
    REVIEWER,
    PartPlay,
    expert,
    investor,
    stage,
)
from trading.calendar import DAY_MS
from trading.membership import commands as cmd
from trading.membership.events import ConflictFound
from trading.outcome import By, Outcome

Verb = Callable[[list[str]], object]
UNITS_MS = {"s": 1_000, "d": DAY_MS}
PEOPLE: Mapping[str, By] = {
    "operator": OPERATOR,
    "admin": ADMIN,
    "desk": DESK,
    "reviewer": REVIEWER,
    "host": HOST,
    "broker": BROKER,
    "holder": HOLDER,
    "himself": By(ACCOUNT_ID, "investor"),
    **{f"Inv{number}": investor(number) for number in range(1, 5)},
    **{f"Exp{number}": expert(number) for number in range(1, 8)},
}


def told(outcome: Outcome) -> str:
    """`ok`, or the code with its figures."""
    if outcome.rejection is None:
        return "ok"
    figures = " ".join(map(str, outcome.rejection.params.values()))
    return f"{outcome.rejection.code}({figures})" if figures else str(outcome.rejection.code)


def tell(
    story: str,
    verbs: Mapping[str, Verb],
    ask: Callable[[By, object, int], Outcome],
    sight: Callable[[], str],
    later: Callable[[int], object] = lambda _: None,
) -> None:
    """Play a story row by row."""
    at_ms = LIVE_AT_MS
    for row in filter(None, map(str.strip, story.splitlines())):
        columns = re.split(r"\s{2,}", row)
        if columns[0].startswith("+"):
            at_ms += int(columns[0][1:-1]) * UNITS_MS[columns[0][-1]]
            later(at_ms)
            columns = columns[1:]
        if columns[0] != "-":
            verb, *words = columns[1].split()
            answer = told(ask(PEOPLE[columns[0]], verbs[verb](words), at_ms))
            assert answer == columns[2], (row, answer)
        if len(columns) > 3:
            assert sight() == columns[3], (row, sight())


ACCOUNT_VERBS: Mapping[str, Verb] = {
    "grant": lambda words: cmd.GrantRole(role=words[0], reason="story"),
    "revoke": lambda words: cmd.RevokeRole(role=words[0], reason="story"),
    "declare": lambda words: cmd.DeclareRelation(kind=words[0], party=words[1]),
    "end": lambda words: cmd.EndRelation(kind=words[0], party=words[1], reason="story"),
    "number": lambda words: assigning("s1.i1.1", words[0]),
    "withdraw": lambda _words: cmd.WithdrawNumber(bidding_id="s1.i1.1", reason="story"),
    "ban": lambda _words: cmd.BanAccount(reason="story"),
    "lift": lambda _words: cmd.LiftBan(reason="story"),
}

THE_FIRST_DAY = """
    admin     grant investor              ok                                    investor
    admin     grant auditor               SEPARATION_OF_DUTIES(SD-7 investor)   investor
    himself   grant broker                NOT_PERMITTED
    himself   declare employee o-seller   ok
    desk      number 101                  CONFLICT_OF_INTEREST(sellers employee)
    himself   end employee o-seller       NOT_PERMITTED
    reviewer  end employee o-seller       ok
    desk      number 101                  ok                                    investor 101
    desk      number 102                  ALREADY_DONE
    admin     grant host                  ok                                    investor host 101 !
    desk      withdraw                    ok                                    investor host !
    desk      number 103                  CONFLICT_OF_INTEREST(staff host)
    admin     revoke host                 ok                                    investor !
    admin     ban                         ok                                    banned investor !
    desk      number 103                  BANNED
    admin     lift                        ok                                    investor !
    desk      number 103                  ok                                    investor 103 !
"""
THE_FIRST_ADMIN = """
    operator  grant admin      ok                                admin
    operator  grant investor   SEPARATION_OF_DUTIES(SD-7 admin)  admin
    admin     grant supervisor  ok                               admin supervisor
"""


def account_story(story: str) -> None:
    account = Account()

    def sight() -> str:
        now = account.now
        banned = ["banned"] if now.phase == "banned" else []
        found = ["!"] if any(isinstance(each, ConflictFound) for each in account.events) else []
        return " ".join((*banned, *now.roles, *(one.number for one in now.numbers), *found))

    tell(story, ACCOUNT_VERBS, account.ask, sight)


def test_the_first_day_of_an_investor() -> None:
    account_story(THE_FIRST_DAY)


def test_the_first_admin() -> None:
    account_story(THE_FIRST_ADMIN)


INTEREST_VERBS: Mapping[str, Verb] = {
    "want": lambda words: interest.RegisterInterest(item_id=words[0], kind=words[1]),
    "seen": lambda _words: interest.AcknowledgeInterest(interest_id="?"),
    "call": lambda _words: interest.LogContact(interest_id="?", note="called"),
    "match": lambda _words: interest.StartMatching(interest_id="?"),
    "link": lambda words: interest.ConvertInterest(
        interest_id="?", into=words[0], reference_id=words[1]
    ),
    "decline": lambda _words: interest.DeclineInterest(interest_id="?", reason="story"),
}

FROM_THE_HALL_TO_A_DEAL = """
          Inv1    want i1 buy       ok               registered -
          Inv1    want i1 buy       ALREADY_DONE
          Inv2    want i1 invest    ok               registered -
          Inv3    want i3 buy       NOT_PITCHED
          Inv3    want i1 loan      ok               registered 3
          Inv4    want i1 steal     BAD_FIELD(kind)
    +1d   -       -                 -                registered 3
          desk    seen              ok               acknowledged 3
          broker  match             WRONG_PHASE(acknowledged)
          holder  call              ok               contacted 3
    +44d  Inv2    call              NOT_PERMITTED    contacted 3
    +2d   -       -                 -                stale 3
          broker  call              ok               contacted 3
          broker  match             ok               matching 3
          broker  link joy n-1      BAD_FIELD(into)
          broker  link negotiation n-1  ok           converted 3
          Inv1    decline           WRONG_PHASE(converted)
    +99d  -       -                 -                converted 3
"""


def test_from_the_hall_to_a_deal() -> None:
    play = PartPlay(interest_part, evolve_interests, Interests(), stage())

    def first_id() -> str:
        return next(iter(play.state.interests), "i-none")

    def ask(by: By, command: Any, at_ms: int) -> Outcome:
        named = {"interest_id": first_id()} if hasattr(command, "interest_id") else {}
        return play.ask(by, type(command)(**{**_fields(command), **named}), at_ms)

    def sight() -> str:
        return f"{play.state.interests[first_id()].phase} {shown_count(play.state, 'i1') or '-'}"

    tell(FROM_THE_HALL_TO_A_DEAL, INTEREST_VERBS, ask, sight, play.tick)


def _fields(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__dataclass_fields__ if name != "type"}


def _score(words: list[str]) -> scoring.GiveScore:
    return scoring.GiveScore(item_id="i1", tenths=(round(float(words[0]) * 10),))


SCORE_VERBS: Mapping[str, Verb] = {
    "score": _score,
    "reveal": lambda _words: scoring.RevealScores(item_id="i1"),
    "strike": lambda words: scoring.CorrectScore(
        item_id="i1", expert=EXPERTS[int(words[0]) - 1], tenths=(), reason="found related"
    ),
}

GV_11 = """
          Exp1      score 88     ok
          Exp2      score 92.5   ok
          Exp3      score 79     ok
          Exp4      score 95     ok
          Exp5      score 90     ok
          host      reveal       NOT_LOCKED
    +59s  Exp5      score 90     ok
    +1s   Exp5      score 100    TOO_LATE    locked
          host      reveal       ok          revealed 90.17
          host      reveal       ALREADY_DONE
          desk      strike 3     ok          revealed 90.17
          desk      strike 3     SAME_PERSON
          reviewer  strike 3     ok          revealed 91.38
"""


def test_gv_11() -> None:
    play = PartPlay(scoring_part, evolve_scores, Scores(), stage())
    alone = ScoringTerms(criteria=(Criterion(name="innovation", weight_bp=10_000),))
    play.ask(DESK, scoring.PlanScoring(terms=alone))
    play.moment(Moment("item_finished", "i1"), LIVE_AT_MS)

    def sight() -> str:
        shown = [event for event in play.events if event.type == "scores_revealed"]
        phase = play.state.items["i1"].phase
        return f"{phase} {shown[-1].score_hundredths / 100:.2f}" if shown else str(phase)

    tell(GV_11, SCORE_VERBS, play.ask, sight, play.tick)


CARD_VERBS: Mapping[str, Verb] = {
    "nominate": lambda _words: NOMINATION,
    "screen": lambda _words: SCREENING,
    "evaluate": lambda _words: EVALUATION,
    "publish": lambda _words: showcase.PublishCard(),
    "select": lambda words: showcase.SelectCard(session_id=words[0]),
    "confirm": lambda _words: showcase.RevalidateCard(evidence="call of today"),
    "remove": lambda _words: showcase.RemoveCard(reason="sold exclusively"),
}

A_CARD_OF_TWO_YEARS = """
           desk      screen     UNKNOWN_CARD
           host      nominate   NOT_PERMITTED
           broker    nominate   ok                        nominated
           desk      evaluate   WRONG_PHASE(nominated)
           desk      screen     ok                        screened
           desk      evaluate   ok                        evaluated
           desk      publish    NOT_PERMITTED
           reviewer  publish    ok                        published
           desk      select s1  ok                        published
           desk      select s1  ALREADY_DONE
    +365d  -         -          -                         revalidation_due
           desk      select s2  WRONG_PHASE(revalidation_due)
           broker    confirm    ok                        published
    +365d  -         -          -                         revalidation_due
    +30d   -         -          -                         expired
           broker    confirm    WRONG_PHASE(expired)
           reviewer  remove     ok                        removed
"""


def test_a_card_of_two_years() -> None:
    card = CardPlay()
    tell(A_CARD_OF_TWO_YEARS, CARD_VERBS, card.ask, lambda: card.now.phase, card.tick)
