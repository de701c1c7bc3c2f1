"""Who may follow which channel: one matrix, used by push and HTTP (domain 4.9, push.md part 1).

Rule 1: `MATRIX` is the whole of it: kind → (role, condition). No row that fits: no.
Rule 2: a condition is about the one who asks and the object he names, never about its secrets: the
answer for a thing that does not exist is the same as for one that is not his.
Rule 3: what each kind shows is decided where its view is built (gateway/views), not here.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from gateway.channels import Channel, Kind


class Asking(Protocol):
    """Who asks: the part of `gateway.authorize.Subject` that counts here."""

    @property
    def account_id(self) -> str | None:
        """Who, None for anybody."""
        ...

    @property
    def org_id(self) -> str | None:
        """For whom he works."""
        ...

    @property
    def roles(self) -> frozenset[str]:
        """What he is, `public` for anybody."""
        ...

    @property
    def screen_of(self) -> str | None:
        """The session of whose hall this is the screen; None for whoever is none."""
        ...


class Facts(Protocol):
    """What the log says of people and rooms (gateway.feed.Feed has it)."""

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """The numbers that an account bears, by bidding."""
        ...

    def seller_of(self, bidding_id: str) -> tuple[str, ...]:
        """Who sells there, where the log says so: accounts and organisations."""
        ...

    def access_of(self, root_id: str) -> str:
        """Who may follow a session, or the session of a bidding: public, registered, invited."""
        ...

    def takes_part(self, account_id: str, root_id: str) -> bool:
        """Whether an account is registered to the session (or the session of the bidding)."""
        ...

    def session_of(self, root_id: str) -> str:
        """The session that it is, or that it is the bidding of; "" where there is none."""
        ...

    def is_banned(self, account_id: str) -> bool:
        """Whether an account is shut out."""
        ...


Condition = Callable[[Asking, Channel, Facts], bool]


def anyone(_asking: Asking, _channel: Channel, _facts: Facts) -> bool:
    """Whoever has the role."""
    return True


def bears_a_number(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """Who is admitted to this bidding."""
    return asking.account_id is not None and channel.id in facts.numbers_of(asking.account_id)


def bears_this_number(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """The one bidder whose channel it is."""
    if asking.account_id is None:
        return False
    return facts.numbers_of(asking.account_id).get(channel.id) == channel.number


def sells_it(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """Who works for the organisation that sells there."""
    sellers = facts.seller_of(channel.id)
    return any(one is not None and one in sellers for one in (asking.org_id, asking.account_id))


def works_there(asking: Asking, channel: Channel, _facts: Facts) -> bool:
    """Who works for this organisation."""
    return asking.org_id is not None and channel.id == asking.org_id


def is_himself(asking: Asking, channel: Channel, _facts: Facts) -> bool:
    """The one user."""
    return asking.account_id is not None and channel.id == asking.account_id


def hangs_there(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """The screen in the hall of this very session (RS-6): the hall sees what the room sees."""
    return asking.screen_of is not None and facts.session_of(channel.id) == asking.screen_of


def is_let_in(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """By the session's access: anyone, who is signed in, or who is registered; its own screen."""
    if hangs_there(asking, channel, facts):
        return True
    access = facts.access_of(channel.id)
    if access == "public":
        return True
    if asking.account_id is None:
        return False
    return access == "registered" or facts.takes_part(asking.account_id, channel.id)


def queue(*names: str) -> Condition:
    """Who works off one of these queues."""

    def fits(_asking: Asking, channel: Channel, _facts: Facts) -> bool:
        return channel.id in names

    return fits


ANY: Final = "*"  # every role, `public` included
STAFF: Final = (
    "desk_officer", "desk_reviewer", "desk_issuer", "bid_controller", "supervisor", "host",
    "stage_controller", "auctioneer",
)  # fmt: skip
STAGE: Final = (
    "host", "stage_controller", "desk_officer", "desk_reviewer", "bid_controller", "supervisor",
)  # fmt: skip
DESK: Final = ("desk_officer", "desk_reviewer", "desk_issuer")
BIDDERS: Final = ("investor", "bidder", "priority_holder")
SELLERS: Final = ("seller", "seller_approver")

MATRIX: Final[Mapping[Kind, Mapping[str, Condition]]] = {
    "bidding": {
        ANY: hangs_there,
        **dict.fromkeys(BIDDERS, bears_a_number),
        **dict.fromkeys(SELLERS, sells_it),
        **dict.fromkeys((*STAFF, "expert"), anyone),
    },
    "bidding.public": {ANY: is_let_in, **dict.fromkeys(STAFF, anyone)},
    "bidding.seller": dict.fromkeys(SELLERS, sells_it),
    "bidding.control": {"bid_controller": anyone},
    "bidding.watch": {"supervisor": anyone},
    "bidder": dict.fromkeys(BIDDERS, bears_this_number),
    "roadshow": {ANY: is_let_in, **dict.fromkeys((*STAFF, "expert", "presenter"), anyone)},
    "roadshow.staff": dict.fromkeys(STAGE, anyone),
    "seller": dict.fromkeys(SELLERS, works_there),
    "user": {ANY: is_himself},
    "desk": {
        **dict.fromkeys(DESK, anyone),
        "bid_controller": queue("bidding", "control"),
        "supervisor": queue("bidding", "supervision"),
        "host": queue("stage"),
        "stage_controller": queue("stage"),
    },
    "market": {ANY: anyone},
}


def may_subscribe(asking: Asking, channel: Channel, facts: Facts) -> bool:
    """Whether he may follow it, and ask for its state."""
    if asking.account_id is not None and facts.is_banned(asking.account_id):
        return False
    rows = MATRIX[channel.kind]
    return any(
        condition(asking, channel, facts)
        for role, condition in rows.items()
        if role == ANY or role in asking.roles
    )


OWN: Final = (bears_a_number, bears_this_number, sells_it, works_there, is_himself)
WATCHERS: Final = frozenset(
    role
    for rows in MATRIX.values()
    for role, condition in rows.items()
    if role != ANY and condition not in OWN
)


def privilege(asking: Asking, channel: Channel, facts: Facts) -> str | None:
    """Return the role by the right of which alone he reads it, or asks in vain to.

    None where he may as anybody or as its owner, and for whoever watches nothing by his office.
    """
    watching = sorted(asking.roles & WATCHERS)
    if not watching:
        return None
    rows = MATRIX[channel.kind]
    by_right = [
        role
        for role, condition in rows.items()
        if (role == ANY or role in asking.roles) and condition(asking, channel, facts)
    ]
    if any(role == ANY or rows[role] in OWN for role in by_right):
        return None
    return by_right[0] if by_right else watching[0]


def may_list_presence(asking: Asking, channel: Channel) -> bool:
    """Whether he may see who is there: a session's staff, and nobody in a bidding (push.md §1)."""
    return channel.kind in ("roadshow", "roadshow.staff") and bool(asking.roles.intersection(STAGE))


def lister(asking: Asking) -> str | None:
    """Return the role by which he sees who is there."""
    return next((role for role in STAGE if role in asking.roles), None)


def counts_as(asking: Asking, channel: Channel, facts: Facts) -> str:
    """Return as what he counts among the people of a room: expert, investor, guest, or "": not.

    A screen in the hall is nobody.

    In a bidding's public room whoever bears a number there does not: how many bidders are there is
    a secret (4.9).
    """
    if channel.kind not in ("roadshow", "bidding.public") or asking.roles.intersection(STAFF):
        return ""
    if asking.screen_of is not None:
        return ""
    if channel.kind == "bidding.public" and bears_a_number(asking, channel, facts):
        return ""
    if "expert" in asking.roles:
        return "expert"
    return "investor" if asking.roles.intersection(BIDDERS) else "guest"


def may_count_presence(asking: Asking, channel: Channel) -> bool:
    """Whether he may see how many are there."""
    if channel.kind == "roadshow":
        return True
    if channel.kind in ("bidding", "bidding.public"):
        return bool(asking.roles.intersection(("bid_controller", "supervisor")))
    return may_list_presence(asking, channel)
