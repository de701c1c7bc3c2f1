"""Which rules fold which family here: `evolve` and the messages; nothing in a gateway decides.

Rule 1: of each event of each family it is said who sees which field (`SEEN`); a gateway with one
of which it is not does not start.
"""

from typing import Any, Final

from gateway.views import seen_bidding, seen_people, seen_show
from gateway.views.seen import Table, check
from infra.topics import BIDDING as BIDDING_TOPICS
from infra.topics import ROADSHOW as ROADSHOW_TOPICS
from infra.topics import TRADING as TRADING_TOPICS
from infra.topics import Family
from roadshow.dispatch import ROADSHOW
from trading.dispatch import BIDDING, MEMBERSHIP
from trading.outcome import Rules

RULES: Final[dict[Family, Rules[Any]]] = {
    BIDDING_TOPICS: BIDDING,
    TRADING_TOPICS: MEMBERSHIP,
    ROADSHOW_TOPICS: ROADSHOW,
}
SEEN: Final[dict[Family, Table]] = {
    BIDDING_TOPICS: seen_bidding.SEEN,
    TRADING_TOPICS: seen_people.SEEN,
    ROADSHOW_TOPICS: seen_show.SEEN,
}
for _family, _rules in RULES.items():
    check(SEEN[_family], _rules.messages.events)
