"""Whether terms can be kept: what is announced is frozen, so it is checked once, here.

Rule 1: `CHECKS` names each field that can be wrong, in the order in which they are told.
Rule 2: here stands what the rules themselves need to work; what the law asks is in floors.py.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from trading.bidding.commands import Eligible, IncrementBand, ScheduleBidding, Terms
from trading.bidding.increments import on_stepwise_grid
from trading.bounds import PROFILES, SHORT_PROFILES
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN

MODES: Final = ("dynamic", "live_timed", "one_shot")
PRIORITY_MODES: Final = ("none", "in_session_match", "post_session_ask", "off_floor")
LOT_CHARS_MAX: Final = 200
BANDS_MAX: Final = 20
ELIGIBLE_MAX: Final = 500  # so that one command (64 KiB) can open all envelopes
NUMBER_CHARS_MAX: Final = 64
RANK_MAX: Final = 100
DURATION_MS_MAX: Final = 400 * 86_400_000
STEPS_MAX: Final = 1_000_000
AT_MS_MAX: Final = 253_402_300_799_999  # the end of the year 9999
_NUMBER_CHARS: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"
)


def is_amount(amount_fen: int) -> bool:
    """Guard 5: above zero, whole yuan, within the cap."""
    return 0 < amount_fen <= AMOUNT_FEN_MAX and amount_fen % YUAN_FEN == 0


def bad_field(command: ScheduleBidding, at_ms: int) -> str | None:
    """The first field that cannot stand; None where all can."""
    terms = command.terms
    for name, check in CHECKS:
        if not check(terms):
            return name
    if not at_ms < terms.opens_at_ms <= AT_MS_MAX:
        return "opens_at_ms"
    return None if _eligible_fit(terms, command.eligible) else "eligible"


def is_bidder(terms: Terms, bidder: Eligible) -> bool:
    """Whether a bidder can be admitted as he stands."""
    return (
        0 < len(bidder.number) <= NUMBER_CHARS_MAX
        and _NUMBER_CHARS.issuperset(bidder.number)
        and len(bidder.exclusion_group) <= NUMBER_CHARS_MAX
        and (
            bidder.priority_rank is None
            or (terms.priority_mode != "none" and 1 <= bidder.priority_rank <= RANK_MAX)
        )
    )


def _eligible_fit(terms: Terms, eligible: Sequence[Eligible]) -> bool:
    count_min = 1 if terms.single_bidder_allowed else 2
    return (
        count_min <= len(eligible) <= ELIGIBLE_MAX
        and len({bidder.number for bidder in eligible}) == len(eligible)
        and all(is_bidder(terms, bidder) for bidder in eligible)
    )


def _bands_fit(bands: Sequence[IncrementBand], start_fen: int) -> bool:
    edges_fen = [int(band.from_fen) for band in bands]
    return (
        len(bands) <= BANDS_MAX
        and 0 <= edges_fen[0] <= start_fen
        and all(low < high for low, high in pairwise(edges_fen))
        and all(edge_fen % YUAN_FEN == 0 for edge_fen in edges_fen)
        and all(is_amount(band.increment_fen) for band in bands)
    )


def _increments_fit(terms: Terms) -> bool:
    if not terms.increments:
        return terms.mode == "one_shot"  # one price each: no step leads from one to the next
    return _bands_fit(terms.increments, terms.start_price_fen)


def _raised_fit(terms: Terms) -> bool:
    return not terms.raised_increments or (
        terms.mode == "live_timed" and _bands_fit(terms.raised_increments, terms.start_price_fen)
    )


def _ceiling_fits(terms: Terms) -> bool:
    ceiling_fen = terms.ceiling_price_fen
    if ceiling_fen is None:
        return True
    if not is_amount(ceiling_fen) or ceiling_fen < terms.start_price_fen:
        return False
    return not terms.increments or on_stepwise_grid(terms, ceiling_fen)


def _extension_fits(terms: Terms) -> bool:
    # E above the threshold, else one late tick starts and ends a limited period unseen (rule 7).
    short = terms.profile in SHORT_PROFILES
    return _lasts(terms.extension_ms) and (short or terms.extension_ms > terms.stall_threshold_ms)


def _lasts(duration_ms: int) -> bool:
    return 0 < duration_ms <= DURATION_MS_MAX


def _may_be_none(duration_ms: int) -> bool:
    return 0 <= duration_ms <= DURATION_MS_MAX


CHECKS: Final[tuple[tuple[str, Callable[[Terms], bool]], ...]] = (
    ("lot", lambda terms: 0 < len(terms.lot) <= LOT_CHARS_MAX),
    ("mode", lambda terms: terms.mode in MODES),
    ("start_price_fen", lambda terms: is_amount(terms.start_price_fen)),
    ("increments", _increments_fit),
    ("profile", lambda terms: terms.profile in PROFILES),
    ("ceiling_price_fen", _ceiling_fits),
    ("lobby_ms", lambda terms: _may_be_none(terms.lobby_ms)),
    ("free_ms", lambda terms: _may_be_none(terms.free_ms)),
    ("extension_ms", _extension_fits),
    ("collect_ms", lambda terms: _lasts(terms.collect_ms)),
    ("tie_break_ms", lambda terms: _lasts(terms.tie_break_ms)),
    ("reveal_window_ms", lambda terms: _lasts(terms.reveal_window_ms)),
    ("reserve_deadline_ms", lambda terms: _may_be_none(terms.reserve_deadline_ms)),
    ("priority_mode", lambda terms: terms.priority_mode in PRIORITY_MODES),
    ("priority_window_ms", lambda terms: _lasts(terms.priority_window_ms)),
    ("free_bid_confirm_ms", lambda terms: _lasts(terms.free_bid_confirm_ms)),
    ("steps_max", lambda terms: 0 < terms.steps_max <= STEPS_MAX),
    ("min_gap_ms", lambda terms: _may_be_none(terms.min_gap_ms)),
    ("stall_threshold_ms", lambda terms: _lasts(terms.stall_threshold_ms)),
    ("resume_notice_ms", lambda terms: _may_be_none(terms.resume_notice_ms)),
    ("suspend_review_ms", lambda terms: _lasts(terms.suspend_review_ms)),
    (
        "raise_increment_after_extensions",
        lambda terms: 0 <= terms.raise_increment_after_extensions <= STEPS_MAX,
    ),
    ("raised_increments", _raised_fit),
    (
        "envelope_replacements_max",
        lambda terms: 0 <= terms.envelope_replacements_max <= STEPS_MAX,
    ),
    ("two_person_window_ms", lambda terms: _lasts(terms.two_person_window_ms)),
    ("public_delay_ms", lambda terms: _may_be_none(terms.public_delay_ms)),
)
