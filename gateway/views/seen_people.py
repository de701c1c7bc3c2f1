"""Who sees which field of which event of an account (gateway/views/seen.py): who asked, alone."""

from typing import Final

from gateway.views.seen import Seen, Table
from trading.membership import events as ev

SEEN: Final[Table] = {
    ev.RoleGranted: Seen(own=("role",), untold=("reason", "by", "by_role")),
    ev.RoleRevoked: Seen(own=("role",), untold=("reason", "by", "by_role")),
    ev.RelationDeclared: Seen(own=("kind", "party"), untold=("by",)),
    ev.RelationEnded: Seen(own=("kind", "party"), untold=("reason", "by")),
    ev.NumberAssigned: Seen(own=("bidding_id", "number"), untold=("org_id", "parties", "by")),
    ev.NumberWithdrawn: Seen(own=("bidding_id",), untold=("number", "reason", "by")),
    ev.ConflictFound: Seen(untold=("bidding_id", "number", "group", "tie")),
    ev.SessionsRevoked: Seen(own=("before_ms",), untold=("reason",)),
    ev.AccountBanned: Seen(own=(), untold=("reason", "by")),
    ev.BanLifted: Seen(own=(), untold=("reason", "by")),
}
