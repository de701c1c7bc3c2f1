"""What a session shows, to all and to those who run it (domain 7): by allow-list alone.

Rule 1: people are attendee codes and texts that were written to be read; no account is copied.
Rule 2: who sees which field of which event stands in gateway/views/seen_show.py.
Rule 3: others are told a count of interests from three upward, scores after they are revealed, and
a question once it has been queued; a private question is shown to nobody.
"""

from typing import Any, Final, Protocol

import msgspec

from gateway.views import seen_people, seen_show
from gateway.views.seen import Audience, Table, as_seen
from roadshow.interest.state import Interests, shown_count
from roadshow.question.state import SHOWN, Question, Questions
from roadshow.scoring.mean import ranking, score_hundredths
from roadshow.scoring.state import ItemScores, Scores
from roadshow.session.gate import gate
from roadshow.session.state import Item, Session, active_item, running_ends_at_ms

QUESTIONS_SHOWN: Final = 200
_SEEN: Final[Table] = {**seen_show.SEEN, **seen_people.SEEN}


class Show(Protocol):
    """A session with its parts (roadshow.dispatch.Show)."""

    @property
    def session(self) -> Session:
        """Plan, agenda, stage."""
        ...

    @property
    def questions(self) -> Questions:
        """What was asked."""
        ...

    @property
    def scores(self) -> Scores:
        """What the experts gave."""
        ...

    @property
    def interests(self) -> Interests:
        """Who is interested in what."""
        ...


def view_event(event: Any, audience: Audience = "public") -> dict[str, Any] | None:
    """Return an event as all see it (or another audience does), None where it is not shown."""
    return as_seen(event, _SEEN, audience)


def is_shown(show: Show) -> bool:
    """Whether all may know of it: it has been published."""
    return show.session.published_at_ms is not None


def view_top(show: Show, *, public_seq: int, at_ms: int) -> dict[str, Any]:
    """Return a session without its items and questions."""
    session, plan = show.session, show.session.plan
    item = active_item(session)
    pause = session.pause
    return {
        "session_id": session.session_id,
        "public_seq": public_seq,
        "at_ms": at_ms,
        "phase": session.phase,
        "title": plan.title,
        "field": plan.field,
        "starts_at_ms": plan.starts_at_ms,
        "place": plan.place,
        "stream_url": plan.stream_url,
        "sponsors": list(plan.sponsors),
        "access": plan.access,
        "profile": plan.profile,
        "scored": plan.scored,
        "recording_notice": plan.recorded,
        "periods_ms": {
            "pitching": plan.pitch_ms,
            "qa": plan.qa_ms,
            "commenting": plan.comments_ms,
            "interest_call": plan.interest_call_ms,
        },
        "paused": None if pause is None else {"reason": pause.reason, "at_ms": pause.at_ms},
        "active_item_id": None if item is None else item.item_id,
        "ends_at_ms": running_ends_at_ms(session),
        "reason": session.reason,
        "replay_url": session.replay_url,
        "ranking": view_ranking(show),
    }


def view_ranking(show: Show) -> list[dict[str, Any]] | None:
    """Return the ranking by expert score, once it has been revealed."""
    scores = show.scores
    if not scores.ranked:
        return None
    given = [(item_id, one.given) for item_id, one in scores.items.items()]
    ranked: list[dict[str, Any]] = msgspec.to_builtins(ranking(scores.terms.criteria, given))
    return ranked


def view_items(show: Show, *, staff: bool = False) -> list[dict[str, Any]]:
    """Return the agenda in its order."""
    items = show.session.items.values()
    return [view_item(show, index, item, staff=staff) for index, item in enumerate(items)]


def view_item(show: Show, index: int, item: Item, *, staff: bool = False) -> dict[str, Any]:
    """Return one agenda item."""
    facts, bidding = item.facts, item.bidding
    result = bidding.result
    seen: dict[str, Any] = {
        "item_id": item.item_id,
        "index": index,
        "card_id": facts.card_id,
        "title": facts.title,
        "summary": facts.summary,
        "presenter": facts.presenter_text,
        "org": facts.org_text,
        "trl": facts.trl,
        "ip": facts.ip_text,
        "offer_kind": facts.offer_kind,
        "nda": facts.nda,
        "phase": item.phase,
        "planned_at_ms": item.planned_at_ms,
        "starts_at_ms": item.starts_at_ms,
        "pitched_at_ms": item.pitched_at_ms,
        "ends_at_ms": item.ends_at_ms,
        "time_up": item.time_up,
        "reason": item.reason,
        "interests_count": shown_count(show.interests, item.item_id),
        "bidding_id": bidding.bidding_id or None,
        "bidding_called": bidding.called,
        "bidding_refusal": bidding.refusal or None,
        "result": None if result is None else _result(result),
        "start_price_fen": None if facts.offer is None else facts.offer.start_price_fen,
        "score": _score(show.scores, item.item_id),
        "scoring": _scoring(show, item.item_id),
    }
    if staff:
        seen["gate"] = _gate(show.session, item)
        seen["eligible_count"] = len(bidding.eligible)
        seen["interests_registered_count"] = show.interests.people.get(item.item_id, 0)
        seen["scores_count"] = _scores_count(show.scores, item.item_id)
        seen["more_time_granted"] = item.extended
    return seen


def _result(result: Any) -> dict[str, Any]:
    names = ("outcome", "price_fen", "winner", "reason", "deal_no")
    return {name: getattr(result, name) for name in names}


def _score(scores: Scores, item_id: str) -> int | None:
    """Hundredths, once revealed."""
    found = scores.items.get(item_id)
    if found is None or found.phase != "revealed":
        return None
    return score_hundredths(scores.terms.criteria, found.given)


def _scoring(show: Show, item_id: str) -> dict[str, Any] | None:
    """How far the scoring of an item is, and when it locks; None where nothing is scored."""
    if not show.session.plan.scored:
        return None
    found = show.scores.items.get(item_id, ItemScores())
    return {"phase": found.phase, "locks_at_ms": found.locks_at_ms}


def _scores_count(scores: Scores, item_id: str) -> int:
    found = scores.items.get(item_id)
    return 0 if found is None else len(found.given)


def _gate(session: Session, item: Item) -> dict[str, Any]:
    """The checklist of RS-4; who the supervisor is stays an id nobody needs here."""
    return {
        row.check: {
            "met": row.met,
            "value": row.value if row.source != "log" else str(row.met).lower(),
            "evidence": row.evidence,
            "source": row.source,
        }
        for row in gate(session, item)
    }


def view_questions(show: Show, *, staff: bool = False) -> list[dict[str, Any]]:
    """Return the questions that are shown, the newest of them, in the order of asking."""
    all_of = show.questions.questions.values()
    seen = [one for one in all_of if not one.private and (staff or one.phase in SHOWN)]
    return [view_question(show, one, staff=staff) for one in seen[-QUESTIONS_SHOWN:]]


def view_question(show: Show, question: Question, *, staff: bool = False) -> dict[str, Any]:
    """Return one question."""
    seen: dict[str, Any] = {
        "question_id": question.question_id,
        "item_id": question.item_id,
        "text": question.text,
        "asker": show.session.attendees.get(question.asker, ""),
        "at_ms": question.at_ms,
        "upvotes": question.upvotes,
        "phase": question.phase,
        "answer": question.answer,
    }
    if staff:
        seen["reason"] = question.reason
        seen["into_question_id"] = question.into_question_id
    return seen


def view_show(show: Show, *, public_seq: int, at_ms: int, staff: bool = False) -> dict[str, Any]:
    """Return the whole state of a session."""
    state = view_top(show, public_seq=public_seq, at_ms=at_ms)
    if staff:
        state |= view_staff(show)
    return {
        **state,
        "items": view_items(show, staff=staff),
        "questions": view_questions(show, staff=staff),
    }


def view_staff(show: Show) -> dict[str, Any]:
    """Return what only those who run a session see of it as a whole."""
    session = show.session
    return {
        "rehearsal": session.rehearsal,
        "registered_count": len(session.attendees),
        "checked_in_count": session.checked_in_count,
        "experts_count": len(session.experts),
        "report_due_ms": session.report_due_ms,
    }


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what a publication carries so that `before` becomes `after`.

    Lists go by their ids; what is gone from one is named in `items_removed`, `questions_removed`.
    """
    found: dict[str, Any] = {
        "state": {
            name: value
            for name, value in after.items()
            if name not in ("items", "questions", "public_seq", "at_ms")
            and before.get(name, _ABSENT) != value
        }
    }
    for name, key in (("items", "item_id"), ("questions", "question_id")):
        old = {one[key]: one for one in before.get(name, ())}
        new = {one[key]: one for one in after[name]}
        found[name] = [one for key_of, one in new.items() if old.get(key_of) != one]
        gone = [key_of for key_of in old if key_of not in new]
        if gone:
            found[f"{name}_removed"] = gone
    return found


_ABSENT: Final = object()
