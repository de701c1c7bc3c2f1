"""Which rules fold which family here: `evolve` and the messages; nothing in a gateway decides."""

from typing import Any, Final

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
