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
from infra.topics import BIDDING, Family
from trading.bidding import commands as bid

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


def _bid(method: str, command: type) -> Action:
    return Action(method, BIDDING, command, "bidding_id", ALLOWED[method], "number")


def _bidding(method: str, command: type) -> Action:
    return Action(method, BIDDING, command, "bidding_id", ALLOWED[method])


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
    _bidding("bidding.cancel", bid.CancelBidding),
    _bidding("bidding.raise_increment", bid.RaiseIncrement),
    _bidding("bidding.lower_increment", bid.LowerIncrement),
    _bidding("bidding.seal_reserve", bid.SealReserve),
    _bidding("bidding.reveal_reserve", bid.RevealReserve),
    _bidding("bidding.declare_no_reserve", bid.DeclareNoReserve),
    _bidding("bidding.open_envelopes", bid.OpenEnvelopes),
    _bidding("bidding.draw_lots", bid.DrawLots),
)


def _by_method(*groups: Iterable[Action]) -> Mapping[str, Action]:
    found: dict[str, Action] = {}
    for action in (action for group in groups for action in group):
        assert action.method not in found, f"{action.method} stands twice"
        found[action.method] = action
    return found


ACTIONS: Final[Mapping[str, Action]] = _by_method(_BIDDING)
