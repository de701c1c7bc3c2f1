"""What has happened to a showcase card. `PUBLIC` names what screens count by.

Rule 1: what the desk attests bears `source: desk_attestation`, its evidence and the officer.
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.showcase.commands import CardContent

SOURCE = "desk_attestation"


@dataclass(frozen=True, slots=True)
class ShowcaseNominated:
    """A result is proposed."""

    type: ClassVar[str] = "showcase_nominated"
    content: CardContent
    consent_reference: str
    achievement_reference: str
    by: str
    by_role: str


@dataclass(frozen=True, slots=True)
class ShowcaseScreened:
    """Nothing speaks against showing it."""

    type: ClassVar[str] = "showcase_screened"
    source: str
    evidence: str
    officer: str


@dataclass(frozen=True, slots=True)
class ShowcaseReturned:
    """Something does; `missing` names the checks that failed."""

    type: ClassVar[str] = "showcase_returned"
    source: str
    evidence: str
    officer: str
    missing: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ShowcaseEvaluated:
    """It was evaluated outside, and the report lies with the desk."""

    type: ClassVar[str] = "showcase_evaluated"
    source: str
    experts_count: int
    agency: str
    trl: int
    innovation_level: int
    values: tuple[int, ...]
    report: str
    officer: str
    price_idea_fen: int | None


@dataclass(frozen=True, slots=True)
class ShowcaseClassified:
    """Where it belongs; another classification replaces it."""

    type: ClassVar[str] = "showcase_classified"
    industry: str
    achievement_class: str
    stage: str
    officer: str


@dataclass(frozen=True, slots=True)
class ShowcasePublished:
    """All may see it until `valid_until_ms`; unrenewed it expires at `expires_at_ms`."""

    type: ClassVar[str] = "showcase_published"
    validity_ms: int
    valid_until_ms: int
    expires_at_ms: int
    by: str


@dataclass(frozen=True, slots=True)
class ShowcaseSelected:
    """It is chosen for a session."""

    type: ClassVar[str] = "showcase_selected"
    session_id: str
    by: str


@dataclass(frozen=True, slots=True)
class ShowcaseRevalidationDue:
    """Its year is over: the broker must say whether the offer still stands."""

    type: ClassVar[str] = "showcase_revalidation_due"


@dataclass(frozen=True, slots=True)
class ShowcaseRevalidated:
    """It still stands."""

    type: ClassVar[str] = "showcase_revalidated"
    valid_until_ms: int
    expires_at_ms: int
    evidence: str
    by: str
    price_idea_fen: int | None


@dataclass(frozen=True, slots=True)
class ShowcaseExpired:
    """Nobody said so in time."""

    type: ClassVar[str] = "showcase_expired"


@dataclass(frozen=True, slots=True)
class ShowcaseConverted:
    """Something came of it; the link stays."""

    type: ClassVar[str] = "showcase_converted"
    into: str
    reference_id: str
    by: str


@dataclass(frozen=True, slots=True)
class ShowcaseRemoved:
    """It is shown no longer."""

    type: ClassVar[str] = "showcase_removed"
    reason: str
    by: str


EVENTS = (
    ShowcaseNominated, ShowcaseScreened, ShowcaseReturned, ShowcaseEvaluated, ShowcaseClassified,
    ShowcasePublished,
    ShowcaseSelected, ShowcaseRevalidationDue, ShowcaseRevalidated, ShowcaseExpired,
    ShowcaseConverted, ShowcaseRemoved,
)  # fmt: skip

PUBLIC = frozenset(
    (ShowcasePublished, ShowcaseRevalidated, ShowcaseExpired, ShowcaseConverted, ShowcaseRemoved)
)
