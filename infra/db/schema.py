"""The read model: what the log says, as tables to ask (docs/read-model.md).

Rule 1: every row is a function of the log; all of it can be dropped and made again.
Rule 2: a row is written by one partition of one topic alone, so that the order in which partitions
are read changes nothing.
Rule 3: accounts, never names: those are with identity, in a database of its own.
Rule 4: money is whole fen, time is UTC milliseconds of the log, flags are 0 or 1.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()


def _id(name: str, *, key: bool = False) -> Column[str]:
    return Column(
        name,
        String(96),
        primary_key=key,
        nullable=False,
        server_default=None if key else "",
    )


def _word(name: str, default: str = "") -> Column[str]:
    return Column(name, String(64), nullable=False, server_default=default)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str, *, key: bool = False, default: int = 0) -> Column[int]:
    return Column(
        name, BigInteger, primary_key=key, nullable=False, autoincrement=False,
        server_default=None if key else str(default),
    )  # fmt: skip


def _maybe(name: str) -> Column[int | None]:
    return Column(name, BigInteger, nullable=True)


def _flag(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _place() -> tuple[Column[int], Column[int], Column[str]]:
    """Where the decision stands that a row was made of."""
    return _number("partition"), _number("decision_offset"), _word("decision_hash")


MODEL: Final = Table(
    "model",
    METADATA,
    _number("id", key=True),
    _word("log_id"),
    _number("revision"),
    _number("generation"),
)

POSITIONS: Final = Table(
    "positions",
    METADATA,
    _id("topic", key=True),
    _number("partition", key=True),
    _number("offset"),
    _word("hash"),
    _number("at_ms"),
)

BIDDINGS: Final = Table(
    "biddings",
    METADATA,
    _id("bidding_id", key=True),
    _text("lot"),
    _word("mode"),
    _word("profile"),
    _word("phase"),
    _word("phase_before"),
    _number("opens_at_ms"),
    _maybe("ends_at_ms"),
    _maybe("price_fen"),
    _word("leader"),
    _number("bids_count"),
    _number("extension_ms"),
    _number("public_delay_ms"),
    _maybe("limited_at_ms"),
    _word("reserve"),
    _text("terms"),
    _flag("raised"),
    _text("suspended_reason"),
    _maybe("suspended_at_ms"),
    _maybe("resumes_at_ms"),
    _maybe("closed_at_ms"),
    _word("outcome"),
    _text("reason"),
    _word("winner"),
    _maybe("result_price_fen"),
    _word("deal_no"),
    _flag("halted"),
    _number("at_ms"),
    _number("public_seq"),
    Index("biddings_by_phase", "phase", "opens_at_ms"),
    Index("biddings_by_close", "closed_at_ms"),
)

BIDDERS: Final = Table(
    "bidders",
    METADATA,
    _id("bidding_id", key=True),
    _id("number", key=True),
    _maybe("priority_rank"),
    _word("exclusion_group"),
    _flag("is_excluded"),
    _text("exclusion_reason"),
)

BIDS: Final = Table(
    "bids",
    METADATA,
    _id("bidding_id", key=True),
    _number("seq", key=True),
    _number("ordinal", key=True),
    _word("number"),
    _number("amount_fen"),
    _word("kind"),
    _flag("is_proxy"),
    _word("void_code"),
    _number("at_ms"),
    _maybe("ends_at_ms"),
    _number("public_seq"),
    *_place(),
)

RECEIPTS: Final = Table(
    "receipts",
    METADATA,
    _number("partition", key=True),
    _number("decision_offset", key=True),
    _word("decision_hash"),
    _number("command_offset"),
    _word("command_id"),
    _id("bidding_id"),
    _word("number"),
    _word("type"),
    _word("outcome"),
    _word("code"),
    _text("params"),
    _maybe("amount_fen"),
    _maybe("limit_fen"),
    _number("at_ms"),
    Index("receipts_of_bidder", "bidding_id", "number"),
)

NOTICES: Final = Table(
    "notices",
    METADATA,
    _id("notice_id", key=True),
    _id("audience"),
    _word("code"),
    _text("params"),
    _word("priority"),
    _id("root"),
    _flag("fallback_due"),
    _number("at_ms"),
    _number("partition"),
    _number("offset"),
    Index("notices_by_audience", "audience", "at_ms"),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    _id("session_id", key=True),
    _text("title"),
    _word("field"),
    _text("place"),
    _text("stream_url"),
    _word("access"),
    _word("profile"),
    _word("phase"),
    _number("starts_at_ms"),
    _number("capacity"),
    _flag("is_recorded"),
    _text("sponsors"),
    _text("hosts"),
    _text("replay_url"),
    _maybe("interests_count"),
    _maybe("questions_count"),
    _maybe("deals_count"),
    _maybe("published_at_ms"),
    _maybe("live_at_ms"),
    _maybe("ended_at_ms"),
    _text("reason"),
    _id("active_item_id"),
    _number("attendees_count"),
    _flag("halted"),
    _number("at_ms"),
    _number("public_seq"),
    Index("sessions_by_phase", "phase", "starts_at_ms"),
)

AGENDA_ITEMS: Final = Table(
    "agenda_items",
    METADATA,
    _id("session_id", key=True),
    _id("item_id", key=True),
    _number("position"),
    _id("card_id"),
    _text("title"),
    _text("summary"),
    _text("presenter"),
    _text("org"),
    _id("holder_org"),
    _maybe("trl"),
    _text("ip"),
    _word("offer_kind"),
    _word("phase"),
    _maybe("planned_at_ms"),
    _maybe("start_price_fen"),
    _id("bidding_id"),
    _word("bidding_refusal"),
    _text("reason"),
    _text("result"),
    _maybe("score_hundredths"),
    _flag("is_revealed"),
    _number("at_ms"),
)

ATTENDEES: Final = Table(
    "attendees",
    METADATA,
    _id("session_id", key=True),
    _id("account_id", key=True),
    _word("code"),
    _maybe("registered_at_ms"),
    _maybe("checked_in_at_ms"),
)

QUESTIONS: Final = Table(
    "questions",
    METADATA,
    _id("session_id", key=True),
    _id("question_id", key=True),
    _id("item_id"),
    _id("account_id"),
    _text("text"),
    _text("answer"),
    _id("merged_into"),
    _flag("is_private"),
    _word("phase"),
    _text("reason"),
    _number("upvotes"),
    _number("asked_at_ms"),
    _number("at_ms"),
)

INTERESTS: Final = Table(
    "interests",
    METADATA,
    _id("session_id", key=True),
    _id("interest_id", key=True),
    _id("item_id"),
    _id("account_id"),
    _word("kind"),
    _maybe("amount_from_fen"),
    _maybe("amount_to_fen"),
    _text("wish"),
    _text("message"),
    _word("contact"),
    _flag("nda_wished"),
    _word("phase"),
    _text("reason"),
    _word("converted_into"),
    _id("reference_id"),
    _maybe("next_action_at_ms"),
    _number("registered_at_ms"),
    _number("at_ms"),
    *_place(),
    Index("interests_of_account", "account_id"),
)

PEOPLE: Final = Table(
    "people",
    METADATA,
    _id("account_id", key=True),
    _flag("is_banned"),
    _number("revoked_before_ms"),
    _number("at_ms"),
)

PERSON_ROLES: Final = Table(
    "person_roles",
    METADATA,
    _id("account_id", key=True),
    _id("role", key=True),
    _word("granted_by"),
    _text("reason"),
    _number("at_ms"),
)

NUMBERS: Final = Table(
    "numbers",
    METADATA,
    _id("account_id", key=True),
    _id("bidding_id", key=True),
    _word("number"),
    _id("org_id"),
    _number("at_ms"),
    _maybe("withdrawn_at_ms"),
    Index("numbers_by_bidding", "bidding_id"),
)

CARDS: Final = Table(
    "cards",
    METADATA,
    _id("card_id", key=True),
    _text("title"),
    _text("problem"),
    _text("principle"),
    _word("field"),
    _id("holder"),
    _id("broker"),
    _number("trl"),
    _maybe("innovation_level"),
    _word("industry"),
    _word("achievement_class"),
    _word("stage"),
    _text("ip"),
    _text("offer"),
    _maybe("price_idea_fen"),
    _word("phase"),
    _text("reason"),
    _word("source"),
    _text("evidence"),
    _id("session_id"),
    _id("reference_id"),
    _maybe("published_at_ms"),
    _maybe("valid_until_ms"),
    _number("at_ms"),
    Index("cards_by_phase", "phase", "published_at_ms"),
)
