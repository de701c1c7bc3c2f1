"""Whether a plan and what stands on its agenda can be kept: checked once, here, then frozen.

Rule 1: the `CHECKS` name each field that can be wrong, in the order in which they are told.
Rule 2: the `BOUNDS` are what a standard session may have (domain 0.3); a demo or a test may be
shorter, and says so in its profile.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, TypeVar

from roadshow.plan import (
    ACCESSES,
    AgendaItem,
    Increment,
    LiveOffer,
    Plan,
    day_of,
)
from roadshow.session.commands import Attestation, EligibleBidder
from trading.bounds import PROFILES, SHORT_PROFILES, Bound, out_of_bounds
from trading.calendar import DAY_MS
from trading.outcome import Rejection
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN

TITLE_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 1_000
WORD_CHARS_MAX: Final = 64
ITEM_ID_CHARS_MAX: Final = 24
ROOM_FOR_ITEM: Final = 30  # `.item.attempt` behind the session's id in a bidding's id
REASON_CHARS_MAX: Final = 200
ITEMS_MAX: Final = 50
PEOPLE_MAX: Final = 500
HOSTS_MAX: Final = 5
EXPERTS_MAX: Final = 50
CAPACITY_MAX: Final = 20_000
DAYS_MAX: Final = 400
NOTICE_WD_MAX: Final = 60
PERIOD_MS_MAX: Final = 4 * 3_600_000
AT_MS_MAX: Final = 253_402_300_799_999  # the end of the year 9999
TRL_MAX: Final = 9
BANDS_MAX: Final = 20
RANK_MAX: Final = 100
STEPS_MAX: Final = 1_000_000
OFFER_KINDS: Final = ("sell", "license", "cooperate", "equity")
PRIORITY_MODES: Final = ("none", "in_session_match", "post_session_ask", "off_floor")
RESERVES: Final = ("undeclared", "none_declared", "sealed")
SPECIALTIES: Final = ("technical", "industry", "investment")
RELATIONS: Final = (
    "seller", "completer", "presenter", "bidder", "same_employer", "supervisor_student",
    "shareholder", "other",
)  # fmt: skip  # SD-4
_ITEM_CHARS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_WORD_CHARS: Final = _ITEM_CHARS | frozenset(".:")


def is_word(text: str) -> bool:
    """Whether it can be an id: of an account, an organisation, a card."""
    return 0 < len(text) <= WORD_CHARS_MAX and _WORD_CHARS.issuperset(text)


def is_text(text: str, chars_max: int = REASON_CHARS_MAX) -> bool:
    """Whether it says something, and not too much."""
    return bool(text.strip()) and len(text) <= chars_max


def is_amount(amount_fen: int) -> bool:
    """Above zero, whole yuan, within the cap (domain 4.3, guard 5)."""
    return 0 < amount_fen <= AMOUNT_FEN_MAX and amount_fen % YUAN_FEN == 0


def bad_plan_field(plan: Plan, at_ms: int) -> str | None:
    """The first field that cannot stand; None where all can."""
    if not at_ms < plan.starts_at_ms <= AT_MS_MAX:
        return "starts_at_ms"
    if not days_fit(plan.working_days_ms, plan.starts_at_ms, plan.profile):
        return "working_days_ms"
    return _first(PLAN_CHECKS, plan)


def plan_out_of_bounds(plan: Plan) -> Rejection | None:
    """The first term that a standard session may not have."""
    return out_of_bounds(plan, plan.profile, PLAN_BOUNDS)


def bad_item_field(session_id: str, item: AgendaItem) -> str | None:
    """The first field of an agenda item that cannot stand."""
    if len(session_id) > WORD_CHARS_MAX - ROOM_FOR_ITEM:
        return "session_id"
    offer = item.offer
    return _first(ITEM_CHECKS, item) or (None if offer is None else _first(OFFER_CHECKS, offer))


def is_missed(offer: LiveOffer, profile: str) -> bool:
    """Whether a limited period could pass without anybody having seen it (protocol, rule 7)."""
    return profile not in SHORT_PROFILES and offer.stall_threshold_ms >= offer.extension_ms


def days_fit(days_ms: Sequence[int], starts_at_ms: int, profile: str) -> bool:
    """Ascending, and some of them after the start: periods in working days end among them."""
    if len(days_ms) > DAYS_MAX or any(low >= high for low, high in pairwise(days_ms)):
        return False
    later = [at_ms for at_ms in days_ms if day_of(at_ms) > day_of(starts_at_ms)]
    return profile in SHORT_PROFILES or len(later) >= NOTICE_WD_MAX // 12


def are_bidders(offer: LiveOffer, eligible: Sequence[EligibleBidder]) -> bool:
    """Whether these can be put on the register of the bidding."""
    ranked = offer.priority_mode != "none"
    return (
        len(eligible) <= PEOPLE_MAX
        and len({bidder.number for bidder in eligible}) == len(eligible)
        and all(
            is_word(bidder.number)
            and (bidder.priority_rank is None or (ranked and 1 <= bidder.priority_rank <= RANK_MAX))
            for bidder in eligible
        )
    )


def is_attestation(attestation: Attestation, checks: Sequence[str]) -> bool:
    """Whether it is about a check of the gate, and says where it can be read again."""
    return (
        attestation.check in checks and is_text(attestation.value) and is_text(attestation.evidence)
    )


Value = TypeVar("Value")
Checks = tuple[tuple[str, Callable[[Value], bool]], ...]


def _first(checks: Checks[Value], value: Value) -> str | None:
    return next((name for name, fits in checks if not fits(value)), None)


def _lasts(length_ms: int, max_ms: int = PERIOD_MS_MAX) -> bool:
    return 0 < length_ms <= max_ms


def _may_be_none(length_ms: int, max_ms: int = PERIOD_MS_MAX) -> bool:
    return 0 <= length_ms <= max_ms


def _are_words(words: Sequence[str], count_max: int) -> bool:
    return len(words) <= count_max and len(set(words)) == len(words) and all(map(is_word, words))


def _are_texts(texts: Sequence[str]) -> bool:
    return len(texts) <= ITEMS_MAX and all(is_text(text) for text in texts)


def _bands_fit(bands: Sequence[Increment], start_fen: int) -> bool:
    edges_fen = [int(band.from_fen) for band in bands]
    return (
        0 < len(bands) <= BANDS_MAX
        and 0 <= edges_fen[0] <= start_fen
        and all(low < high for low, high in pairwise(edges_fen))
        and all(edge_fen % YUAN_FEN == 0 for edge_fen in edges_fen)
        and all(is_amount(band.increment_fen) for band in bands)
    )


def _ceiling_fits(offer: LiveOffer) -> bool:
    ceiling_fen = offer.ceiling_price_fen
    return ceiling_fen is None or (is_amount(ceiling_fen) and ceiling_fen >= offer.start_price_fen)


PLAN_CHECKS: Final[Checks[Plan]] = (
    ("title", lambda plan: is_text(plan.title, TITLE_CHARS_MAX)),
    ("field", lambda plan: is_text(plan.field)),
    ("place", lambda plan: is_text(plan.place)),
    ("stream_url", lambda plan: is_address(plan.stream_url)),
    ("hosts", lambda plan: bool(plan.hosts) and _are_words(plan.hosts, HOSTS_MAX)),
    ("sponsors", lambda plan: _are_texts(plan.sponsors)),
    ("capacity", lambda plan: 0 < plan.capacity <= CAPACITY_MAX),
    ("access", lambda plan: plan.access in ACCESSES),
    ("invited", lambda plan: _are_words(plan.invited, PEOPLE_MAX)),
    ("profile", lambda plan: plan.profile in PROFILES),
    (
        "registration_opens_at_ms",
        lambda plan: 0 <= plan.registration_opens_at_ms < plan.starts_at_ms,
    ),
    ("notice_wd", lambda plan: 0 <= plan.notice_wd <= NOTICE_WD_MAX),
    ("notice_bidding_wd", lambda plan: plan.notice_wd <= plan.notice_bidding_wd <= NOTICE_WD_MAX),
    ("report_wd", lambda plan: 1 <= plan.report_wd <= NOTICE_WD_MAX),
    ("pitch_ms", lambda plan: _lasts(plan.pitch_ms)),
    ("more_time_ms", lambda plan: _lasts(plan.more_time_ms)),
    ("qa_ms", lambda plan: _lasts(plan.qa_ms)),
    ("comments_ms", lambda plan: _lasts(plan.comments_ms)),
    ("interest_call_ms", lambda plan: _lasts(plan.interest_call_ms)),
    ("bidding_request_ms", lambda plan: _lasts(plan.bidding_request_ms)),
    ("shift_min_ms", lambda plan: _lasts(plan.shift_min_ms)),
    ("stall_threshold_ms", lambda plan: _lasts(plan.stall_threshold_ms)),
    ("question_gap_ms", lambda plan: _may_be_none(plan.question_gap_ms)),
    ("question_chars_max", lambda plan: 0 < plan.question_chars_max <= TEXT_CHARS_MAX),
    ("experts_min", lambda plan: 1 <= plan.experts_min <= EXPERTS_MAX),
)
PLAN_BOUNDS: Final = (
    Bound("notice_wd", 3, None, "7.1"),
    Bound("notice_bidding_wd", 5, None, "7.1"),
    Bound("report_wd", None, 3, "7.1"),
    Bound("pitch_ms", 180_000, 1_200_000, "0.3 pitch_seconds"),
    Bound("qa_ms", 180_000, 1_200_000, "0.3 qa_seconds"),
    Bound("interest_call_ms", 60_000, None, "7.2"),
    Bound("question_gap_ms", 30_000, None, "7.3"),
    Bound("question_chars_max", None, 300, "9.5"),
    Bound("experts_min", 3, None, "0.3 min_experts"),
)
ITEM_CHECKS: Final[Checks[AgendaItem]] = (
    (
        "item_id",
        lambda item: (
            0 < len(item.item_id) <= ITEM_ID_CHARS_MAX and _ITEM_CHARS.issuperset(item.item_id)
        ),
    ),
    ("card_id", lambda item: is_word(item.card_id)),
    ("title", lambda item: is_text(item.title, TITLE_CHARS_MAX)),
    ("presenter", lambda item: is_word(item.presenter)),
    ("holder_org", lambda item: is_word(item.holder_org)),
    ("summary", lambda item: len(item.summary) <= TEXT_CHARS_MAX),
    ("presenter_text", lambda item: len(item.presenter_text) <= REASON_CHARS_MAX),
    ("org_text", lambda item: len(item.org_text) <= REASON_CHARS_MAX),
    ("broker", lambda item: not item.broker or is_word(item.broker)),
    ("parties", lambda item: _are_words(item.parties, PEOPLE_MAX)),
    ("trl", lambda item: 0 <= item.trl <= TRL_MAX),
    ("ip_text", lambda item: len(item.ip_text) <= REASON_CHARS_MAX),
    ("offer_kind", lambda item: item.offer_kind in OFFER_KINDS),
)
OFFER_CHECKS: Final[Checks[LiveOffer]] = (
    ("lot", lambda offer: is_text(offer.lot, TITLE_CHARS_MAX)),
    ("start_price_fen", lambda offer: is_amount(offer.start_price_fen)),
    ("increments", lambda offer: _bands_fit(offer.increments, offer.start_price_fen)),
    ("lobby_ms", lambda offer: _lasts(offer.lobby_ms)),
    ("free_ms", lambda offer: _may_be_none(offer.free_ms)),
    ("extension_ms", lambda offer: _lasts(offer.extension_ms)),
    ("ceiling_price_fen", _ceiling_fits),
    ("priority_mode", lambda offer: offer.priority_mode in PRIORITY_MODES),
    ("priority_window_ms", lambda offer: _lasts(offer.priority_window_ms, DAYS_MAX * DAY_MS)),
    ("reserve", lambda offer: offer.reserve in RESERVES),
    ("reserve_deadline_ms", lambda offer: 0 <= offer.reserve_deadline_ms < offer.lobby_ms),
    ("reveal_window_ms", lambda offer: _lasts(offer.reveal_window_ms)),
    (
        "raised_increments",
        lambda offer: (
            not offer.raised_increments
            or _bands_fit(offer.raised_increments, offer.start_price_fen)
        ),
    ),
    (
        "raise_increment_after_extensions",
        lambda offer: 0 <= offer.raise_increment_after_extensions <= STEPS_MAX,
    ),
    ("steps_max", lambda offer: 0 < offer.steps_max <= STEPS_MAX),
    ("min_gap_ms", lambda offer: _may_be_none(offer.min_gap_ms)),
    ("stall_threshold_ms", lambda offer: _lasts(offer.stall_threshold_ms)),
    ("resume_notice_ms", lambda offer: _may_be_none(offer.resume_notice_ms)),
    ("public_delay_ms", lambda offer: _may_be_none(offer.public_delay_ms)),
)


def is_address(text: str) -> bool:
    """Whether it is empty, or an address that a page may follow."""
    return not text or (text.startswith(("https://", "/")) and is_text(text, TITLE_CHARS_MAX))
