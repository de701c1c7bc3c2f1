"""What may object to a command on an interest, in the order of `rejections.Code`."""

from collections.abc import Callable
from typing import Any, Final

from roadshow.interest import commands as cmd
from roadshow.interest.rejections import Code
from roadshow.interest.state import KINDS, RUNNING, Interests, Phase, key_of
from roadshow.stage import Stage, StageItem
from trading.calendar import DAY_MS
from trading.outcome import By, Rejection
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN

Guard = Callable[[Interests, Any, By, int, Stage], Rejection | None]
"""(interests, command, who asks, at_ms, stage) → the objection, if there is one."""

HOLDERS: Final = ("seller", "presenter", "completer")
DESK: Final = ("desk_officer",)
CONTACTS: Final = ("holder_and_desk", "desk_only")
OUTCOMES: Final = ("registration", "negotiation", "demand_order", "investment")
TEXT_CHARS_MAX: Final = 500
WORD_CHARS_MAX: Final = 64
INTERESTS_MAX: Final = 10_000
DAYS_WD_MAX: Final = 10
TERM_MS_MAX: Final = 400 * DAY_MS


def _bad(field: str) -> Rejection:
    return Rejection(Code.BAD_FIELD, {"field": field})


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= TEXT_CHARS_MAX


def can_set_terms(
    interests: Interests, command: cmd.SetInterestTerms, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """Before the first interest, and terms that can be kept."""
    if interests.interests:
        return Rejection(Code.TOO_LATE)
    terms = command.terms
    checks = (
        ("acknowledge_wd", 0 < terms.acknowledge_wd <= DAYS_WD_MAX),
        ("first_contact_wd", 0 < terms.first_contact_wd <= DAYS_WD_MAX),
        ("stale_ms", 0 < terms.stale_ms <= TERM_MS_MAX),
        ("close_ms", terms.stale_ms < terms.close_ms <= TERM_MS_MAX),
        ("after_session_ms", 0 <= terms.after_session_ms <= TERM_MS_MAX),
    )
    return next((_bad(field) for field, fits in checks if not fits), None)


def item_known(
    _interests: Interests, command: Any, _by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """An item of this session."""
    return None if command.item_id in stage.items else Rejection(Code.UNKNOWN_ITEM)


def interest_fits(
    _interests: Interests, command: cmd.RegisterInterest, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """What is said of it can be read by all who will."""
    low_fen, high_fen = command.amount_from_fen, command.amount_to_fen
    in_order = low_fen is None or high_fen is None or low_fen <= high_fen
    checks = (
        ("kind", command.kind in KINDS),
        ("amount_from_fen", _is_amount(low_fen)),
        ("amount_to_fen", _is_amount(high_fen) and in_order),
        ("wish", len(command.wish) <= TEXT_CHARS_MAX),
        ("message", len(command.message) <= TEXT_CHARS_MAX),
        ("contact", command.contact in CONTACTS),
    )
    return next((_bad(field) for field, fits in checks if not fits), None)


def _is_amount(amount_fen: int | None) -> bool:
    return amount_fen is None or (0 < amount_fen <= AMOUNT_FEN_MAX and amount_fen % YUAN_FEN == 0)


def checked_in(
    _interests: Interests, _command: object, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """The person is here."""
    return None if by.actor in stage.attendees else Rejection(Code.NOT_CHECKED_IN)


def in_time(
    interests: Interests, command: cmd.RegisterInterest, _by: By, at_ms: int, stage: Stage
) -> Rejection | None:
    """From the pitch until a while after the session (7.2); equal is late."""
    if stage.items[command.item_id].pitched_at_ms is None:
        return Rejection(Code.NOT_PITCHED)
    ended_at_ms = stage.ended_at_ms
    if ended_at_ms is not None and at_ms >= ended_at_ms + interests.terms.after_session_ms:
        return Rejection(Code.TOO_LATE)
    return None


def not_yet(
    interests: Interests, command: cmd.RegisterInterest, by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """One running interest per person, item and kind."""
    before = interests.newest.get(key_of(command.item_id, command.kind, by.actor))
    if before is not None and interests.interests[before].phase in (*RUNNING, "converted"):
        return Rejection(Code.ALREADY_DONE)
    if len(interests.interests) >= INTERESTS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": INTERESTS_MAX})
    return None


def interest_known(
    interests: Interests, command: Any, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """An interest of this session."""
    known = command.interest_id in interests.interests
    return None if known else Rejection(Code.UNKNOWN_INTEREST)


def is_theirs(
    interests: Interests, command: Any, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """The desk for every item, others for what is theirs: item, mandate, or interest."""
    interest = interests.interests[command.interest_id]
    item = stage.items[interest.item_id]
    if by.role in (*DESK, "system"):
        return None
    if by.role == "broker":
        theirs = by.actor == item.broker
    elif by.role in HOLDERS:
        theirs = by.actor in _holders(item)
    else:
        theirs = by.actor == interest.account_id
    return None if theirs else Rejection(Code.NOT_YOURS)


def _holders(item: StageItem) -> tuple[str, ...]:
    return (*item.parties, item.presenter)


def note_fits(
    _interests: Interests, command: cmd.LogContact, _by: By, at_ms: int, _stage: Stage
) -> Rejection | None:
    """Something is said, and the next action lies ahead."""
    if not _is_text(command.note):
        return _bad("note")
    next_ms = command.next_action_at_ms
    fits = next_ms is None or at_ms < next_ms <= at_ms + TERM_MS_MAX
    return None if fits else _bad("next_action_at_ms")


def link_fits(
    _interests: Interests, command: cmd.ConvertInterest, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """What came of it has an id."""
    if command.into not in OUTCOMES:
        return _bad("into")
    fits = 0 < len(command.reference_id) <= WORD_CHARS_MAX
    return None if fits else _bad("reference_id")


def has_reason(
    _interests: Interests, command: Any, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """A reason is given."""
    return None if _is_text(command.reason) else _bad("reason")


def in_phase(*phases: Phase) -> Guard:
    """For what can be asked in these phases only."""

    def guard(
        interests: Interests, command: Any, _by: By, _at_ms: int, _stage: Stage
    ) -> Rejection | None:
        phase = interests.interests[command.interest_id].phase
        return None if phase in phases else Rejection(Code.WRONG_PHASE, {"phase": phase})

    return guard


def nda_signed(
    interests: Interests, command: cmd.StartMatching, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """The NDA is signed where it was wished for."""
    wished = interests.interests[command.interest_id].nda_wished
    return Rejection(Code.NDA_NOT_SIGNED) if wished and not command.nda_signed else None
