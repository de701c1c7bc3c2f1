"""Who may ask for what: one table, asked by HTTP, push and the command line (domain 2.1, 2.2).

Rule 1: what is not in the table is nobody's (default deny).
Rule 2: this is asked at each command, with the roles of that moment; the log's rules ask again.
Rule 3: SD-7. Whoever is an admin, an auditor or a supervisor may do what `CONFINED` says and no
more, whatever other role he bears.
Rule 4: it says whether a role may do such a thing at all. Whether it is his own session, bidding
or number is for the log and for the visibility matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from infra.identity.subject import PUBLIC, Subject, with_roles

__all__ = [
    "ALLOWED", "CONFINED", "PUBLIC", "ROLES", "Denial", "Subject", "acting_role", "authorize",
    "with_roles",
]  # fmt: skip

SIGNED_IN: Final = "signed_in"  # anybody who has signed in
SELF: Final = "owner"  # the account that the act is about


@dataclass(frozen=True, slots=True)
class Denial:
    """Why not: a code of the catalogue of texts."""

    code: str
    params: Mapping[str, int | str] = field(default_factory=dict[str, int | str])


ROLES: Final = (
    "seller", "seller_approver", "completer", "investor", "bidder", "priority_holder", "broker",
    "desk_officer", "desk_reviewer", "desk_issuer", "treasurer", "bid_controller", "host",
    "stage_controller", "auctioneer", "expert", "presenter", "registrar", "taskforce_lead",
    "taskforce_office", "taskforce_agency", "taskforce_soe", "finance_partner", "demand_owner",
    "supervisor", "auditor", "admin",
)  # fmt: skip

_BIDDERS: Final = ("investor", "bidder", "priority_holder")
_HOLDERS: Final = ("priority_holder", "completer")
_CONTROL: Final = ("bid_controller", "supervisor")
_TABLES: Final = ("bid_controller", "auctioneer")
_OFFICER: Final = ("desk_officer",)
_REVIEWER: Final = ("desk_reviewer",)
_HOST: Final = ("host",)
_STAGE: Final = ("host", "stage_controller")
_MODERATORS: Final = ("stage_controller", "broker")
_INTERESTED: Final = ("investor", "finance_partner", "demand_owner")
_HOLDS: Final = ("seller", "completer", "presenter")
_FOLLOWS_UP: Final = ("broker", "desk_officer")
_GUESTS: Final = (
    "investor", "bidder", "priority_holder", "seller", "seller_approver", "completer", "broker",
    "finance_partner", "demand_owner", "expert", "presenter", "taskforce_lead", "taskforce_office",
    "taskforce_agency", "taskforce_soe",
)  # fmt: skip

# method → the roles that may, the one preferred first (it is what an account with several acts as)
ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    # 4.2 bidding
    "bid.place": _BIDDERS,
    "bid.proxy": _BIDDERS,
    "bid.seal": _BIDDERS,
    "bid.match": _HOLDERS,
    "bid.exercise": _HOLDERS,
    "bid.waive": _HOLDERS,
    "bidding.schedule": _OFFICER,
    "bidding.admit": _OFFICER,
    "bidding.exclude": _OFFICER,
    "bidding.seal_reserve": ("seller",),
    "bidding.reveal_reserve": ("seller",),
    "bidding.declare_no_reserve": ("seller",),
    "bidding.announce_ceiling_draw": _OFFICER,
    "bidding.present": (*_BIDDERS, "supervisor"),
    "bidding.suspend": _CONTROL,
    "bidding.resume": _CONTROL,
    "bidding.terminate": _CONTROL,
    "bidding.open_envelopes": _CONTROL,
    "bidding.draw_lots": _CONTROL,
    "bidding.raise_increment": _TABLES,
    "bidding.lower_increment": _TABLES,
    "bidding.cancel": ("desk_issuer",),
    # 7.1 roadshow session
    "session.plan": _OFFICER,
    "session.publish": _OFFICER,
    "session.postpone": _OFFICER,
    "session.cancel": _OFFICER,
    "session.report": _OFFICER,
    "session.register": _GUESTS,
    "session.check_in": _GUESTS,
    "session.rehearse": ("stage_controller",),
    "session.waive_rehearsal": _REVIEWER,
    "session.go_live": _HOST,
    "session.pause": _STAGE,
    "session.resume": _STAGE,
    "session.end": _HOST,
    "agenda.add": _OFFICER,
    "agenda.reorder": _OFFICER,
    "expert.invite": _OFFICER,
    "expert.declare_conflict": ("expert",),
    # 7.2 agenda item
    "item.on_deck": _HOST,
    "item.pitch": _HOST,
    "item.more_time": _HOST,
    "item.qa": _HOST,
    "item.comments": _HOST,
    "item.call_interest": _HOST,
    "item.call_bidding": _HOST,
    "item.attest": _OFFICER,
    "item.confirm_supervision": ("supervisor",),
    "item.open_bidding": ("bid_controller",),
    "item.complete": _HOST,
    "item.skip": (*_HOST, "presenter"),
    "item.defer": (*_HOST, "presenter"),
    "item.withdraw": (*_HOST, "presenter"),
    # 7.3 questions
    "question.ask": _GUESTS,
    "question.upvote": _GUESTS,
    "question.queue": _MODERATORS,
    "question.merge": _MODERATORS,
    "question.hide": _MODERATORS,
    "question.on_air": (*_STAGE, "broker"),
    "question.answer": ("presenter", *_STAGE, "broker"),
    "question.defer": ("presenter", *_STAGE, "broker"),
    # 7.4 scores
    "score.plan": _OFFICER,
    "score.give": ("expert",),
    "score.correct": (*_OFFICER, *_REVIEWER),
    "score.reveal": (*_HOST, *_OFFICER),
    # 7.5 interest
    "interest.register": _INTERESTED,
    "interest.acknowledge": _OFFICER,
    "interest.log_contact": (*_FOLLOWS_UP, *_HOLDS),
    "interest.start_matching": _FOLLOWS_UP,
    "interest.convert": _FOLLOWS_UP,
    "interest.decline": (*_INTERESTED, *_HOLDS),
    "interest.close": _OFFICER,
    "interest.set_terms": _OFFICER,
    # 7.6 showcase
    "card.nominate": ("broker", "seller", "taskforce_agency", "taskforce_office"),
    "card.screen": _OFFICER,
    "card.evaluate": _OFFICER,
    "card.classify": _OFFICER,
    "card.publish": _REVIEWER,
    "card.revalidate": ("broker",),
    "card.remove": _REVIEWER,
    "card.select": _OFFICER,
    "card.convert": _FOLLOWS_UP,
    # 2.1 membership
    "account.grant_role": ("admin",),
    "account.revoke_role": ("admin",),
    "account.revoke_sessions": ("admin", SELF),
    "account.ban": ("admin",),
    "account.lift_ban": ("admin",),
    "account.assign_number": _OFFICER,
    "account.withdraw_number": _OFFICER,
    "account.declare_relation": (SELF, "desk_officer", "admin"),
    "account.end_relation": _REVIEWER,
    # what is only looked up
    "command.status": (SIGNED_IN,),
    "presence.list": (*_STAGE, "desk_officer"),
    "control.view": _CONTROL,
}  # fmt: skip

# SD-7: who bears such a role does nothing else
CONFINED: Final[Mapping[str, frozenset[str]]] = {
    "admin": frozenset(
        {
            "account.grant_role", "account.revoke_role", "account.revoke_sessions", "account.ban",
            "account.lift_ban", "account.declare_relation", "command.status",
        }
    ),
    "auditor": frozenset({"command.status"}),
    "supervisor": frozenset(  # suspension, and where 4.2 and RS-4 want two people or a witness
        {
            "bidding.suspend", "bidding.resume", "bidding.terminate", "bidding.open_envelopes",
            "bidding.draw_lots", "bidding.present", "item.confirm_supervision", "command.status",
            "control.view",
        }
    ),
}  # fmt: skip

# what a role is called on the log of biddings
_BEARS: Final[Mapping[str, str]] = {"investor": "bidder", "completer": "priority_holder"}
_AS_BIDDER: Final = ("bid.", "bidding.present")


def authorize(subject: Subject, action: str, *, about: str | None = None) -> Denial | None:
    """Return why the subject may not; None where he may. `about`: the account it is done to."""
    if action not in ALLOWED:
        return Denial("UNKNOWN_ACTION", {"action": action[:64]})
    if not subject.is_signed_in:
        return Denial("NOT_SIGNED_IN")
    for role in sorted(subject.roles & CONFINED.keys()):
        if action not in CONFINED[role]:
            return Denial("SEPARATION_OF_DUTIES", {"rule": "SD-7", "role": role})
    if _held(subject, action, about) is None:
        return Denial("NOT_PERMITTED")
    return None


def acting_role(subject: Subject, action: str, *, about: str | None = None) -> str | None:
    """Return the role to write into the command; None where he may not."""
    if authorize(subject, action, about=about) is not None:
        return None
    role = _held(subject, action, about)
    if role is not None and action.startswith(_AS_BIDDER):
        return _BEARS.get(role, role)
    return role


def _held(subject: Subject, action: str, about: str | None) -> str | None:
    """Return the first role of the row that the subject bears."""
    for role in ALLOWED[action]:
        if role == SIGNED_IN or role in subject.roles:
            return role
        if role == SELF and about is not None and about == subject.account_id:
            return role
    return None
