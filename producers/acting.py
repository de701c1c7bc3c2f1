"""As whom a command of the command line is asked.

Rule 1: who has signed in asks the gateway, as himself; there a bidder is the number he bears.
Rule 2: who has not is the machine's `operator`: he may act for the desk, is logged as what he is,
and is never a bidder or a seller.
Rule 3: only in a demo or a test may `--as` say anything.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from infra.cli.exits import CliError, Exit
from infra.cli.session import Session, ask, refusal_of
from infra.running import SHORT_PROFILES
from trading.bidding import commands as cmd

OPERATOR: Final = "operator"
OUTSIDERS: Final = ("bidder", "priority_holder", "seller")
WAIT_MS: Final = 3_000
ATTEMPTS_MAX: Final = 5
AGAIN_SECONDS: Final = 0.5

METHODS: Final[Mapping[type, str]] = {
    cmd.ScheduleBidding: "bidding.schedule",
    cmd.PlaceBid: "bid.place",
    cmd.SetProxyLimit: "bid.proxy",
    cmd.MatchPrice: "bid.match",
    cmd.ExercisePriority: "bid.exercise",
    cmd.WaivePriority: "bid.waive",
    cmd.ConfirmPresence: "bidding.present",
    cmd.ResumeBidding: "bidding.resume",
    cmd.SuspendBidding: "bidding.suspend",
    cmd.TerminateBidding: "bidding.terminate",
    cmd.CancelBidding: "bidding.cancel",
    cmd.DeclareNoReserve: "bidding.declare_no_reserve",
    cmd.RaiseIncrement: "bidding.raise_increment",
    cmd.LowerIncrement: "bidding.lower_increment",
}


@dataclass(frozen=True, slots=True)
class How:
    """What the terminal is: who has signed in there, and what runs."""

    session: Session | None = None
    profile: str = "standard"


def actor_of(how: How, named: str, role: str) -> str | None:
    """Return the actor to write; None where the gateway is to be asked. Raises `CliError`."""
    if how.profile in SHORT_PROFILES and named:
        return named
    if named:
        raise _sign_in("NOT_IN_ANOTHERS_NAME")
    if how.session is not None:
        return None
    if role in OUTSIDERS:
        raise _sign_in("SIGN_IN_FIRST")
    return OPERATOR


def ask_gateway(session: Session, bidding: str, body: Any, command_id: str) -> dict[str, Any]:
    """Ask as the person who has signed in; returns the answer as a program reads it.

    The same command again is safe: it gives the first answer (rule 4 of the log).
    """
    fields = msgspec.to_builtins(body)
    said = {"command_id": command_id, "bidding_id": bidding, **fields}
    for _ in range(ATTEMPTS_MAX):
        answer = ask(session, f"/api/commands/{METHODS[type(body)]}?wait={WAIT_MS}", said)
        if answer.code and not answer.body.get("temporary"):
            raise refusal_of(answer)
        outcome = answer.body.get("outcome")
        if not answer.code and isinstance(outcome, dict):
            return answer_of(command_id, outcome)
        time.sleep(AGAIN_SECONDS)
    raise CliError(
        Exit.UNKNOWN,
        "NO_ANSWER",
        f"未收到答复，可用 shuoguo command status {command_id} 查询。",
        f"No answer came; ask with: shuoguo command status {command_id}.",
    )


def answer_of(command_id: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Return the gateway's outcome in the form that the log's own answers have here."""
    receipt = outcome.get("receipt") or {}
    answer: dict[str, Any] = {
        "command_id": command_id,
        "outcome": outcome["outcome"],
        "command_offset": receipt.get("command_offset"),
        "at_ms": receipt.get("at_ms"),
    }
    if outcome.get("code"):
        answer |= {"code": outcome["code"], "params": outcome.get("params", {})}
    answer["events"] = outcome.get("events", [])
    return answer


def _sign_in(code: str) -> CliError:
    return CliError(
        Exit.USAGE,
        code,
        "请先登录（shuoguo login），以本人身份操作；--as 仅用于演示和测试。",
        "Sign in first (shuoguo login) and act as yourself; --as is for demos and tests.",
    )
