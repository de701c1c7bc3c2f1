"""What queries answer with, as types: the description of the API is made of them.

Rule 1: money in whole fen, time in UTC milliseconds; a field that may be missing is null.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer holds exactly what its type says."""

    model_config = ConfigDict(extra="forbid")


class Position(Answer):
    """Where a decision stands on the log. Null while it would tell of closed envelopes."""

    partition: int
    decision_offset: int | None
    hash: str


class Receipt(Position):
    """A position with that of the command, and the time that counts."""

    command_offset: int | None
    at_ms: int


class Bid(Answer):
    """A bid that counted. `kind`: bid, match, sealed. `seq` counts them from 1.

    `is_proxy`: whether a standing limit made it; null until the bidding has closed (4.3).
    """

    seq: int
    public_seq: int
    number: str
    amount_fen: int
    kind: str
    is_proxy: bool | None
    extended: bool
    void_code: str
    at_ms: int
    receipt: Position


class BidHistory(Answer):
    """Every bid in order; of envelopes also those that were void. `until_ms`: as of then."""

    bidding_id: str
    until_ms: int | None
    bids: list[Bid]
    void_bids: list[Bid]


class PendingAct(Answer):
    """What the first of two people asked for; the second may until `until_ms`.

    `resumes_at_ms`: when it is to go on, where the act is to resume. `reason`: why it is to end,
    where the act is to terminate.
    """

    act: str
    role: str
    digest: str
    at_ms: int
    until_ms: int
    resumes_at_ms: int | None
    reason: str | None


class Result(Answer):
    """How a bidding ended; `start_price_fen` says what its price is compared with."""

    bidding_id: str
    lot: str
    profile: str
    closed_at_ms: int
    start_price_fen: int | None
    outcome: str
    price_fen: int | None
    winner: str | None
    reason: str
    deal_no: str


class SessionRow(Answer):
    """A session in a list."""

    session_id: str
    title: str
    field: str
    place: str
    phase: str
    profile: str
    access: str
    starts_at_ms: int
    live_at_ms: int | None
    ended_at_ms: int | None
    reason: str


class MarketRow(BaseModel):
    """What is live now, as the public sees it; the feed may say more of it."""

    model_config = ConfigDict(extra="allow")
    root: str
    kind: str
    title: str | None = None
    phase: str | None = None
    price_fen: int | None = None
    ends_at_ms: int | None = None
    opens_at_ms: int | None = None
    present: int | None = None


class Lobby(Answer):
    """The first page."""

    server_time_ms: int
    live: list[MarketRow]
    upcoming: list[SessionRow]
    results: list[Result]


class Sessions(Answer):
    """A list of sessions."""

    sessions: list[SessionRow]


class Item(Answer):
    """An agenda item. `interests_count` is told from three people upward.

    `result`: how its bidding ended: outcome, price_fen, winner, reason, deal_no.
    """

    item_id: str
    index: int
    card_id: str | None
    title: str
    summary: str
    presenter: str
    org: str
    trl: int | None
    ip: str
    offer_kind: str
    phase: str
    planned_at_ms: int | None
    start_price_fen: int | None
    interests_count: int | None
    bidding_id: str | None
    bidding_refusal: str | None
    result: dict[str, Any] | None
    score_hundredths: int | None


class Question(Answer):
    """A question that all may see; `asker` is the code of an attendee."""

    question_id: str
    item_id: str
    text: str
    answer: str
    asker: str
    at_ms: int
    upvotes: int
    phase: str


class Session(SessionRow):
    """A session with its agenda."""

    stream_url: str
    replay_url: str
    sponsors: list[str]
    is_recorded: bool
    items: list[Item]
    questions: list[Question]


class Card(Answer):
    """A card of the showcase 好成果库."""

    card_id: str
    title: str
    problem: str
    principle: str
    field: str
    industry: str
    achievement_class: str
    stage: str
    trl: int
    ip: list[str]
    offer: list[str]
    price_idea_fen: int | None
    source: str
    session_id: str | None
    published_at_ms: int | None
    valid_until_ms: int | None


class Showcase(Answer):
    """Cards that fit, how many there are, and the fields to choose from."""

    cards: list[Card]
    count: int
    fields: list[str]


class OwnBid(Answer):
    """One of my commands in a bidding, and what became of it.

    `amount_fen`: what it bid, at once or by my standing limit; null where it bid nothing.
    `limit_fen`: the limit it set, which is no price and mine alone to see.
    `deal_price_fen`: what the lot was sold for, where it was sold to me.
    """

    bidding_id: str
    lot: str
    phase: str
    number: str
    command_id: str
    type: str
    amount_fen: int | None
    limit_fen: int | None
    deal_price_fen: int | None
    outcome: str
    code: str | None
    params: dict[str, int | str]
    is_leading: bool
    has_won: bool
    receipt: Receipt


class OwnBids(Answer):
    """My commands in biddings, newest first."""

    bids: list[OwnBid]


class OwnInterest(Answer):
    """An interest of mine. It is no offer and no pre-contract (L-26)."""

    interest_id: str
    session_id: str
    session_title: str
    item_id: str
    item_title: str
    kind: str
    amount_from_fen: int | None
    amount_to_fen: int | None
    wish: str
    message: str
    contact: str
    nda_wished: bool
    phase: str
    reason: str
    registered_at_ms: int
    receipt: Position


class OwnInterests(Answer):
    """My interests, newest first."""

    interests: list[OwnInterest]


class Appearance(Answer):
    """Where an achievement is or was shown. `phase` is the session's; a bidding once it is public.

    `interests_count` is told from three people upward. `result`: once the public may know it.
    """

    session_id: str
    session_title: str
    item_id: str
    title: str
    place: str
    starts_at_ms: int
    phase: str
    start_price_fen: int | None
    interests_count: int | None
    bidding_id: str | None
    result: Result | None


class Achievement(Answer):
    """A card of the showcase, and where it is shown and bid for, the newest first."""

    card: Card
    appearances: list[Appearance]


class OwnItem(Appearance):
    """An item of my organisation; how many are interested is told in full."""

    card_id: str | None
    item_phase: str


class OwnItems(Answer):
    """What my organisation shows and sells, the newest session first."""

    items: list[OwnItem]


class Notice(Answer):
    """Something I am told.

    `about`: what the thing is called, "" where it has no name. `who`: whoever may be named, "" for
    nobody. `link`: the page of the thing. `topic`: bidding, interest, question, session, account.
    `to_do`: it asks for something. Notices of one `group` are told as one.
    """

    notice_id: str
    audience: str
    code: str
    params: dict[str, Any]
    priority: str
    root: str
    at_ms: int
    fallback_due: bool
    about: str
    who: str
    link: str | None
    topic: str
    to_do: bool
    group: str
    read_at_ms: int | None


class Notices(Answer):
    """What I am told, newest first; `unread_count` counts groups."""

    notices: list[Notice]
    unread_count: int


class Waiting(Answer):
    """What waits for me. Counts are of groups of unread notices.

    `channels`: where the next ones will be told. `next_due_ms`: when the next reminder is due.
    """

    unread_count: int
    to_do_count: int
    channels: list[str]
    next_due_ms: int | None


class Reminder(Answer):
    """A session or a bidding (`kind`) of which I want to be reminded, 10 min before it begins."""

    root: str
    kind: str
    title: str
    starts_at_ms: int


class Reminders(Answer):
    """Of what I want to be reminded; the next first."""

    reminders: list[Reminder]
