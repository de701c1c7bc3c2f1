"""The seam that a part of a session fits: five files, and these functions.

A part's package has `commands.COMMANDS`, `events.EVENTS` and `.PUBLIC`, `rejections.Code`, `state`
with a class whose defaults are the part of a session just planned, `evolve.evolve` with its
`TRANSITIONS`, and `decide` with the functions below. `roadshow/dispatch.py` puts them together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from roadshow.stage import Moment, Stage
from trading.outcome import By, Outcome

State = TypeVar("State")
Events = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[State]):
    """One part of every session.

    decide: answers a command; evolve: what an event makes of it. due_ms: its earliest timer, and
    fire: what that does, called on a tick. follow: what it does about a moment on stage, in the
    same decision; the stage is the one after that moment.
    """

    name: str
    commands: tuple[type, ...]
    events: tuple[type, ...]
    public: frozenset[type]
    codes: type[StrEnum]
    decide: Callable[[State, object, By, int, Stage], Outcome]
    evolve: Callable[[State, object], State]
    due_ms: Callable[[State], int | None]
    fire: Callable[[State, int, Stage], Events]
    follow: Callable[[State, Moment, int, Stage], Events]
