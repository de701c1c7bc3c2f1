"""A notice, and how a decision's notices are collected.

Rule 1: its id is derived from decision, code, audience and subject: written twice, it is one.
Rule 2: a P1 has `fallback_due`: an SMS or a call would follow, and there is no such channel yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from processors.directory import Directory, Listed
from processors.reacting import Cause, Heard, derived_id
from roadshow.plan import AgendaItem

P1: Final = "P1"
P2: Final = "P2"


@dataclass(frozen=True, slots=True)
class Notice:
    """One record of the notices topic."""

    notice_id: str
    audience: str
    code: str
    params: dict[str, int | str]
    priority: str
    root: str
    cause: Cause
    at_ms: int
    fallback_due: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """What one event gives cause to tell: it collects notices."""

    heard: Heard
    root: str
    directory: Directory
    told: list[Notice]

    def tell(
        self, code: str, priority: str, audiences: tuple[str, ...], **params: int | str
    ) -> None:
        """Tell each audience once; an audience without an id is nobody."""
        cause = self.heard.cause
        for audience in dict.fromkeys(audiences):
            if audience.endswith(":"):
                continue
            notice_id = derived_id(cause, "notice", code, audience, self.root, *_distinct(params))
            self.told.append(
                Notice(
                    notice_id,
                    audience,
                    f"NOTICE_{code}",
                    params,
                    priority,
                    self.root,
                    cause,
                    self.heard.at_ms,
                    fallback_due=priority == P1,
                )
            )

    @property
    def listed(self) -> Listed | None:
        """The session that it is about."""
        return self.directory.session(self.root)

    def hosts(self) -> tuple[str, ...]:
        """The hosts of the session."""
        listed = self.listed
        return () if listed is None else tuple(f"user:{host}" for host in listed.plan.hosts)

    def item(self, item_id: str) -> AgendaItem | None:
        """An agenda item of the session."""
        return self.directory.item(self.root, item_id)


def _distinct(params: Mapping[str, int | str]) -> tuple[str, ...]:
    """What tells two notices of one decision apart: two questions handed on at the same time."""
    names = ("question_id", "interest_id", "item_id", "number", "task_id")
    return tuple(str(params[name]) for name in names if name in params)
