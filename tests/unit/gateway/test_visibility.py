"""Who sees what (domain 4.9): every kind of channel × every role, worked out anew here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from gateway.authorize import PUBLIC, ROLES, Subject
from gateway.channels import KINDS, Channel, Kind
from gateway.visibility import (
    MATRIX,
    counts_as,
    may_count_presence,
    may_list_presence,
    may_subscribe,
)

BIDDING, SESSION = "S-1.i1.1", "S-1"


@dataclass
class Facts:
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sellers: tuple[str, ...] = ()
    access: str = "public"
    present: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        return self.numbers.get(account_id, {})

    def seller_of(self, bidding_id: str) -> tuple[str, ...]:
        return self.sellers

    def access_of(self, root_id: str) -> str:
        return self.access

    def takes_part(self, account_id: str, root_id: str) -> bool:
        return account_id in self.present

    def session_of(self, root_id: str) -> str:
        return root_id.split(".", maxsplit=1)[0]

    def is_banned(self, account_id: str) -> bool:
        return account_id in self.banned


def subject(*roles: str, account: str = "a-me", org: str | None = "o-mine") -> Subject:
    return Subject(account, org, frozenset(roles), "", "s", 0)


def channel(kind: Kind) -> Channel:
    ids = {"roadshow": SESSION, "roadshow.staff": SESSION, "seller": "o-mine", "user": "a-me",
           "desk": "bidding", "market": ""}  # fmt: skip
    return Channel(kind, ids.get(kind, BIDDING), "207" if kind == "bidder" else "")


OWNER = Facts(numbers={"a-me": {BIDDING: "207"}}, sellers=("o-mine",), present=frozenset({"a-me"}))
STRANGER = Facts(numbers={"a-me": {"other": "207"}}, sellers=("o-other",), access="invited")

BIDDERS = {"investor", "bidder", "priority_holder"}
STAFF = {
    "desk_officer", "desk_reviewer", "desk_issuer", "bid_controller", "supervisor", "host",
    "stage_controller", "auctioneer",
}  # fmt: skip
SELLERS = {"seller", "seller_approver"}
EVERYBODY = set(ROLES) | {"public"}
STAGE = {
    "host", "stage_controller", "desk_officer", "desk_reviewer", "bid_controller", "supervisor",
}  # fmt: skip
DESK = {"desk_officer", "desk_reviewer", "desk_issuer"}

# kind → (roles that may where it is theirs, roles that may where it is somebody else's)
EXPECTED: Mapping[str, tuple[set[str], set[str]]] = {
    "bidding": (BIDDERS | SELLERS | STAFF | {"expert"}, STAFF | {"expert"}),
    "bidding.public": (EVERYBODY, STAFF),
    "bidding.seller": (SELLERS, set()),
    "bidding.control": ({"bid_controller"}, {"bid_controller"}),
    "bidding.watch": ({"supervisor"}, {"supervisor"}),
    "bidder": (BIDDERS, set()),
    "roadshow": (EVERYBODY, STAFF | {"expert", "presenter"}),
    "roadshow.staff": (STAGE, STAGE),
    "seller": (SELLERS, set()),
    "user": (EVERYBODY, set()),
    "desk": (DESK | {"bid_controller", "supervisor"}, DESK),
    "market": (EVERYBODY, EVERYBODY),
}


def others(kind: Kind) -> Channel:
    mine = channel(kind)
    foreign = {"seller": "o-other", "user": "a-other", "desk": "treasury"}
    return Channel(kind, foreign.get(kind, mine.id), mine.number)


def test_the_matrix() -> None:
    own = {kind: seen_by(channel(kind), OWNER) for kind in KINDS}
    foreign = {kind: seen_by(others(kind), STRANGER) for kind in KINDS}
    assert own == {kind: row[0] for kind, row in EXPECTED.items()}
    assert foreign == {kind: row[1] for kind, row in EXPECTED.items()}


def seen_by(what: Channel, facts: Facts) -> set[str]:
    """Every role that may follow a channel."""
    return {role for role in (*ROLES, "public") if may_subscribe(subject(role), what, facts)}


def test_every_kind_has_its_row() -> None:
    assert set(MATRIX) == set(KINDS) == set(EXPECTED)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_shut_out_sees_nothing(kind: Kind) -> None:
    banned = Facts(OWNER.numbers, OWNER.sellers, banned=frozenset({"a-me"}))
    assert not may_subscribe(subject(*ROLES), channel(kind), banned)


@pytest.mark.parametrize("kind", KINDS)
def test_the_public_sees_what_is_public_and_no_more(kind: Kind) -> None:
    assert may_subscribe(PUBLIC, channel(kind), OWNER) == (
        kind in ("bidding.public", "roadshow", "market")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_screen_of_a_hall_shows_its_session_and_no_other(kind: Kind) -> None:
    ours, others = replace(PUBLIC, screen_of=SESSION), replace(PUBLIC, screen_of="S-2")
    invited = Facts(access="invited")
    shown = {"bidding", "bidding.public", "roadshow", "market"}
    assert may_subscribe(ours, channel(kind), invited) == (kind in shown)
    assert may_subscribe(others, channel(kind), invited) == (kind == "market")
    assert counts_as(ours, channel(kind), invited) == ""


def test_another_bidders_channel_is_not_mine_though_the_number_is_in_my_bidding() -> None:
    assert not may_subscribe(subject("bidder"), Channel("bidder", BIDDING, "208"), OWNER)


def test_a_session_for_the_registered_asks_who_it_is_and_one_for_guests_who_was_asked() -> None:
    registered, invited = Facts(access="registered"), Facts(access="invited")
    assert not may_subscribe(PUBLIC, channel("roadshow"), registered)
    assert may_subscribe(subject("investor"), channel("roadshow"), registered)
    assert not may_subscribe(subject("investor"), channel("roadshow"), invited)


def test_who_is_there_is_secret_in_a_bidding() -> None:
    for role in ROLES:
        assert not may_list_presence(subject(role), channel("bidding"))
        counts = may_count_presence(subject(role), channel("bidding"))
        assert counts == (role in ("bid_controller", "supervisor"))
        assert may_list_presence(subject(role), channel("roadshow")) == (role in STAGE)
    assert may_count_presence(PUBLIC, channel("roadshow"))


@pytest.mark.parametrize(
    ("kind", "roles", "facts", "kind_of"),
    [
        ("roadshow", ("public",), STRANGER, "guest"),
        ("roadshow", ("seller",), STRANGER, "guest"),
        ("roadshow", ("investor",), OWNER, "investor"),
        ("roadshow", ("investor", "expert"), OWNER, "expert"),
        ("roadshow", ("host",), OWNER, ""),
        ("bidding.public", ("investor",), STRANGER, "investor"),
        ("bidding.public", ("investor",), OWNER, ""),  # he bears a number there
        ("bidding.public", ("bid_controller",), STRANGER, ""),
        ("bidding", ("investor",), OWNER, ""),
        ("market", ("public",), STRANGER, ""),
    ],
)
def test_who_counts_as_what_among_the_people_of_a_room(
    kind: Kind, roles: tuple[str, ...], facts: Facts, kind_of: str
) -> None:
    assert counts_as(subject(*roles), channel(kind), facts) == kind_of
