"""Who sees which field of which event of a session or a card (domain 7; gateway/views/seen.py).

Rule 1: here `own` is the one whose command it answers, and `staff` who runs the session.
Rule 2: accounts are nobody's to read; a person is an attendee code, told of the state.
"""

from typing import Final

from gateway.views.seen import Seen, Table
from roadshow.interest import events as interest
from roadshow.question import events as question
from roadshow.scoring import events as scoring
from roadshow.session import events as session
from roadshow.showcase import events as showcase

SEEN: Final[Table] = {
    session.SessionPlanned: Seen(own=(), untold=("plan",)),
    session.AgendaItemAdded: Seen(public=(), untold=("item",)),
    session.AgendaReordered: Seen(public=("order", "randomness")),
    session.ExpertInvited: Seen(own=("specialty",), untold=("expert", "org_id")),
    session.ConflictDeclared: Seen(own=("item_id", "relation"), untold=("expert", "source")),
    session.SessionPublished: Seen(public=("at_ms",)),
    session.RegistrationOpened: Seen(public=()),
    session.SessionPostponed: Seen(public=("starts_at_ms", "reason"), untold=("working_days_ms",)),
    session.SessionCancelled: Seen(public=("reason",)),
    session.AttendeeRegistered: Seen(own=(), untold=("account",)),
    session.AttendeeCheckedIn: Seen(own=("code",), untold=("account",)),
    session.RehearsalPassed: Seen(public=(), untold=("checks",)),
    session.RehearsalFailed: Seen(own=("checks",), staff=("checks",)),
    session.RehearsalWaived: Seen(public=(), untold=("reason",)),
    session.SessionWentLive: Seen(public=("at_ms",)),
    session.SessionPaused: Seen(public=("reason", "remaining_ms", "at_ms")),
    session.SessionResumed: Seen(public=("ends_at_ms", "at_ms")),
    session.WrapUpStarted: Seen(public=()),
    session.SessionEnded: Seen(public=("at_ms",), untold=("report_due_ms",)),
    session.ReportOverdue: Seen(staff=()),
    session.SessionReported: Seen(
        public=("interests_count", "questions_count", "deals_count", "replay_url"),
        untold=("scores_public",),
    ),
    session.AgendaShifted: Seen(public=("shifts",)),
    session.ItemOnDeck: Seen(public=("item_id",)),
    session.PitchStarted: Seen(public=("item_id", "ends_at_ms", "at_ms")),
    session.PitchWarned: Seen(public=("item_id", "left_ms")),
    session.PitchTimeUp: Seen(public=("item_id",)),
    session.MoreTimeGranted: Seen(public=("item_id", "ends_at_ms", "at_ms")),
    session.QaStarted: Seen(public=("item_id", "ends_at_ms")),
    session.QaTimeUp: Seen(public=("item_id",)),
    session.CommentsStarted: Seen(public=("item_id", "ends_at_ms")),
    session.CommentsTimeUp: Seen(public=("item_id",)),
    session.InterestCallOpened: Seen(public=("item_id", "ends_at_ms")),
    session.InterestCallEnded: Seen(public=("item_id",)),
    session.ItemBiddingCalled: Seen(public=("item_id",)),
    session.PreconditionsAttested: Seen(
        own=("item_id",),
        staff=("item_id",),
        untold=("checks", "eligible", "officer", "source", "at_ms"),
    ),
    session.SupervisionConfirmed: Seen(
        own=("item_id",), staff=("item_id",), untold=("supervisor",)
    ),
    session.ItemBiddingRequested: Seen(
        public=("item_id", "bidding_id", "opens_at_ms"),
        untold=("attempt", "offer", "eligible", "expires_at_ms", "profile"),
    ),
    session.SingleBidderFound: Seen(public=("item_id",), untold=("listing_price_fen",)),
    session.ItemBiddingOpened: Seen(public=("item_id", "bidding_id")),
    session.ItemBiddingReturned: Seen(public=("item_id", "reason"), untold=("bidding_id",)),
    session.ItemBiddingClosed: Seen(
        public=("item_id", "bidding_id", "outcome", "price_fen", "winner", "reason", "deal_no")
    ),
    session.StrayBiddingOpened: Seen(staff=("item_id", "bidding_id")),
    session.ItemCompleted: Seen(public=("item_id", "at_ms")),
    session.ItemSkipped: Seen(public=("item_id", "reason", "at_ms")),
    session.ItemDeferred: Seen(public=("item_id", "reason")),
    session.ItemWithdrawn: Seen(public=("item_id", "reason", "at_ms")),
    question.QuestionAsked: Seen(
        own=("question_id", "item_id", "text", "private", "at_ms"),
        staff=("question_id", "item_id", "at_ms"),
        untold=("asker",),
    ),
    question.QuestionQueued: Seen(public=("question_id",)),
    question.QuestionMerged: Seen(public=("question_id", "into_question_id"), untold=("reason",)),
    question.QuestionHidden: Seen(public=("question_id",), untold=("reason",)),
    question.QuestionUpvoted: Seen(own=("question_id",), untold=("voter",)),
    question.QuestionOnAir: Seen(public=("question_id",)),
    question.QuestionAnswered: Seen(public=("question_id", "text")),
    question.PrivateQuestionAnswered: Seen(own=("question_id",), untold=("text",)),
    question.QuestionDeferred: Seen(public=("question_id",), untold=("reason",)),
    question.FollowUpTaskCreated: Seen(
        untold=("task_id", "kind", "item_id", "question_id", "assignee")
    ),
    scoring.ScoringPlanned: Seen(public=(), untold=("terms",)),
    scoring.ScoreGiven: Seen(own=("item_id", "tenths"), untold=("expert",)),
    scoring.ScoringClosing: Seen(untold=("item_id", "locks_at_ms")),
    scoring.ScoresDropped: Seen(untold=("item_id", "experts")),
    scoring.ScoresLocked: Seen(public=("item_id",), untold=("valid_count",)),
    scoring.CorrectionProposed: Seen(
        own=("item_id", "counts_until_ms"), untold=("expert", "tenths", "reason", "by", "by_role")
    ),
    scoring.ScoreCorrected: Seen(
        own=("item_id",), untold=("expert", "tenths", "reason", "first", "second")
    ),
    scoring.ScoresRevealed: Seen(
        public=("item_id", "score_hundredths", "valid_count", "corrected")
    ),
    scoring.RankingRevealed: Seen(public=("ranking",)),
    interest.InterestTermsSet: Seen(untold=("terms",)),
    interest.InterestRegistered: Seen(
        own=("interest_id", "item_id", "kind", "notice", "at_ms"),
        untold=(
            "account_id",
            "amount_from_fen",
            "amount_to_fen",
            "wish",
            "message",
            "contact",
            "nda_wished",
            "acknowledge_by_ms",
            "stale_at_ms",
            "close_at_ms",
        ),
    ),
    interest.InterestAcknowledged: Seen(
        own=("interest_id",), untold=("by", "contact_by_ms", "stale_at_ms", "close_at_ms")
    ),
    interest.InterestContacted: Seen(
        own=("interest_id", "next_action_at_ms"),
        untold=("by", "note", "stale_at_ms", "close_at_ms"),
    ),
    interest.InterestMatching: Seen(
        own=("interest_id",), untold=("by", "nda_signed", "stale_at_ms", "close_at_ms")
    ),
    interest.InterestConverted: Seen(own=("interest_id", "into"), untold=("by", "reference_id")),
    interest.InterestDeclined: Seen(own=("interest_id", "reason"), untold=("by", "by_role")),
    interest.InterestOverdue: Seen(untold=("interest_id", "step")),
    interest.InterestStale: Seen(untold=("interest_id",)),
    interest.InterestClosed: Seen(own=("interest_id", "reason"), untold=("by",)),
    showcase.ShowcaseNominated: Seen(
        own=(), untold=("content", "consent_reference", "achievement_reference", "by", "by_role")
    ),
    showcase.ShowcaseScreened: Seen(own=(), untold=("source", "evidence", "officer")),
    showcase.ShowcaseReturned: Seen(
        own=("missing", "reason"), untold=("source", "evidence", "officer")
    ),
    showcase.ShowcaseEvaluated: Seen(
        own=(),
        untold=(
            "source",
            "experts_count",
            "agency",
            "trl",
            "innovation_level",
            "values",
            "report",
            "officer",
            "price_idea_fen",
        ),
    ),
    showcase.ShowcaseClassified: Seen(
        own=("industry", "achievement_class", "stage"), untold=("officer",)
    ),
    showcase.ShowcasePublished: Seen(
        own=("valid_until_ms",), untold=("validity_ms", "expires_at_ms", "by")
    ),
    showcase.ShowcaseSelected: Seen(own=("session_id",), untold=("by",)),
    showcase.ShowcaseRevalidationDue: Seen(),
    showcase.ShowcaseRevalidated: Seen(
        own=("valid_until_ms",), untold=("expires_at_ms", "evidence", "by", "price_idea_fen")
    ),
    showcase.ShowcaseExpired: Seen(),
    showcase.ShowcaseConverted: Seen(own=("into",), untold=("reference_id", "by")),
    showcase.ShowcaseRemoved: Seen(own=("reason",), untold=("by",)),
}
