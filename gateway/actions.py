"""What may be asked over the gateway, by name: one registry for RPC, HTTP and OpenAPI.

Rule 1: a method is `noun.verb`, and stands for exactly one command of one family.
Rule 2: who may ask stands in gateway/authorize.py; a method without a row there is nobody's.
Rule 3: actor kind `number`: in a bidding a person is the number he bears there, and nothing else of
him ever reaches the log of biddings (I-4). Staff act under their own ids there too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.authorize import ALLOWED
from infra.topics import BIDDING, ROADSHOW, TRADING, Family
from roadshow.interest import commands as interest
from roadshow.question import commands as question
from roadshow.scoring import commands as scoring
from roadshow.session import commands as stage
from roadshow.showcase import commands as card
from trading.bidding import commands as bid
from trading.membership import commands as membership

ActorKind = Literal["account", "number"]


@dataclass(frozen=True, slots=True)
class Action:
    """One method. `root_field` is the name under which a body says which root is meant."""

    method: str
    family: Family
    command: type
    root_field: str
    roles: tuple[str, ...]
    actor: ActorKind = "account"

    @property
    def is_bid(self) -> bool:
        """Whether it must be on the log within seconds, or not at all (protocol §2)."""
        return self.method.startswith("bid.")


def _roles(method: str) -> tuple[str, ...]:
    return ALLOWED.get(method, ())


def _bid(method: str, command: type) -> Action:
    return Action(method, BIDDING, command, "bidding_id", _roles(method), "number")


def _bidding(method: str, command: type) -> Action:
    return Action(method, BIDDING, command, "bidding_id", _roles(method))


def _session(method: str, command: type) -> Action:
    return Action(method, ROADSHOW, command, "session_id", _roles(method))


def _card(method: str, command: type) -> Action:
    return Action(method, ROADSHOW, command, "card_id", _roles(method))


def _account(method: str, command: type) -> Action:
    return Action(method, TRADING, command, "account_id", _roles(method))


_BIDDING: Final = (
    _bid("bid.place", bid.PlaceBid),
    _bid("bid.proxy", bid.SetProxyLimit),
    _bid("bid.match", bid.MatchPrice),
    _bid("bid.seal", bid.SubmitSealedBid),
    _bid("bid.exercise", bid.ExercisePriority),
    _bid("bid.waive", bid.WaivePriority),
    _bid("bidding.present", bid.ConfirmPresence),
    _bidding("bidding.schedule", bid.ScheduleBidding),
    _bidding("bidding.admit", bid.AdmitBidder),
    _bidding("bidding.exclude", bid.ExcludeBidder),
    _bidding("bidding.suspend", bid.SuspendBidding),
    _bidding("bidding.resume", bid.ResumeBidding),
    _bidding("bidding.terminate", bid.TerminateBidding),
    _bidding("bidding.cancel", bid.CancelBidding),
    _bidding("bidding.raise_increment", bid.RaiseIncrement),
    _bidding("bidding.lower_increment", bid.LowerIncrement),
    _bidding("bidding.seal_reserve", bid.SealReserve),
    _bidding("bidding.reveal_reserve", bid.RevealReserve),
    _bidding("bidding.declare_no_reserve", bid.DeclareNoReserve),
    _bidding("bidding.announce_ceiling_draw", bid.AnnounceCeilingDraw),
    _bidding("bidding.open_envelopes", bid.OpenEnvelopes),
    _bidding("bidding.draw_lots", bid.DrawLots),
)


_SESSION: Final = (
    _session("session.plan", stage.PlanSession),
    _session("session.publish", stage.PublishSession),
    _session("session.postpone", stage.PostponeSession),
    _session("session.cancel", stage.CancelSession),
    _session("session.report", stage.ReportSession),
    _session("session.register", stage.RegisterAttendee),
    _session("session.check_in", stage.CheckIn),
    _session("session.rehearse", stage.RunRehearsal),
    _session("session.waive_rehearsal", stage.WaiveRehearsal),
    _session("session.go_live", stage.GoLive),
    _session("session.pause", stage.PauseSession),
    _session("session.resume", stage.ResumeSession),
    _session("session.end", stage.EndSession),
    _session("agenda.add", stage.AddAgendaItem),
    _session("agenda.reorder", stage.ReorderAgenda),
    _session("expert.invite", stage.InviteExpert),
    _session("expert.declare_conflict", stage.DeclareConflict),
    _session("item.on_deck", stage.CallOnDeck),
    _session("item.pitch", stage.StartPitch),
    _session("item.more_time", stage.GrantMoreTime),
    _session("item.qa", stage.StartQa),
    _session("item.comments", stage.StartComments),
    _session("item.call_interest", stage.CallInterest),
    _session("item.call_bidding", stage.CallBidding),
    _session("item.attest", stage.AttestPreconditions),
    _session("item.confirm_supervision", stage.ConfirmSupervision),
    _session("item.open_bidding", stage.OpenItemBidding),
    _session("item.complete", stage.CompleteItem),
    _session("item.skip", stage.SkipItem),
    _session("item.defer", stage.DeferItem),
    _session("item.withdraw", stage.WithdrawItem),
    _session("question.ask", question.AskQuestion),
    _session("question.upvote", question.UpvoteQuestion),
    _session("question.queue", question.QueueQuestion),
    _session("question.merge", question.MergeQuestion),
    _session("question.hide", question.HideQuestion),
    _session("question.on_air", question.PutQuestionOnAir),
    _session("question.answer", question.AnswerQuestion),
    _session("question.defer", question.DeferQuestion),
    _session("interest.register", interest.RegisterInterest),
    _session("interest.acknowledge", interest.AcknowledgeInterest),
    _session("interest.log_contact", interest.LogContact),
    _session("interest.start_matching", interest.StartMatching),
    _session("interest.convert", interest.ConvertInterest),
    _session("interest.decline", interest.DeclineInterest),
    _session("interest.close", interest.CloseInterest),
    _session("interest.set_terms", interest.SetInterestTerms),
    _session("score.plan", scoring.PlanScoring),
    _session("score.give", scoring.GiveScore),
    _session("score.correct", scoring.CorrectScore),
    _session("score.reveal", scoring.RevealScores),
)
_CARD: Final = (
    _card("card.nominate", card.NominateCard),
    _card("card.screen", card.ScreenCard),
    _card("card.evaluate", card.RecordEvaluation),
    _card("card.classify", card.ClassifyCard),
    _card("card.publish", card.PublishCard),
    _card("card.select", card.SelectCard),
    _card("card.revalidate", card.RevalidateCard),
    _card("card.convert", card.ConvertCard),
    _card("card.remove", card.RemoveCard),
)
_ACCOUNT: Final = (
    _account("account.grant_role", membership.GrantRole),
    _account("account.revoke_role", membership.RevokeRole),
    _account("account.revoke_sessions", membership.RevokeSessions),
    _account("account.ban", membership.BanAccount),
    _account("account.lift_ban", membership.LiftBan),
    _account("account.assign_number", membership.AssignNumber),
    _account("account.withdraw_number", membership.WithdrawNumber),
    _account("account.declare_relation", membership.DeclareRelation),
    _account("account.end_relation", membership.EndRelation),
)


def _by_method(*groups: Iterable[Action]) -> Mapping[str, Action]:
    found: dict[str, Action] = {}
    for action in (action for group in groups for action in group):
        assert action.method not in found, f"{action.method} stands twice"
        found[action.method] = action
    return found


ACTIONS: Final[Mapping[str, Action]] = _by_method(_BIDDING, _SESSION, _CARD, _ACCOUNT)
