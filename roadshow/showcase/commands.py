"""What may be asked about a showcase card (domain 7.6, 9.5).

Rule 1: the card is the aggregate; its id stands in the envelope.
Rule 2: until listings and evaluations are on the log themselves, screening and evaluation are the
desk's attestation: value, evidence reference and officer, and the card says so.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

# "10+1" 创新型产业体系 (青岛日报 2025-01-07): two leading, five emerging, three of strength, and
# those of the future
INDUSTRIES: Final = (
    "next_generation_it", "artificial_intelligence", "life_health", "connected_vehicles",
    "low_altitude", "green_energy", "intelligent_equipment", "smart_appliances",
    "chemicals_materials", "modern_light_industry", "future_industries",
)  # fmt: skip
ACHIEVEMENT_CLASSES: Final = ("major_original", "industry_urgent", "enterprise_demand")  # 8.1
STAGES: Final = ("proof_of_concept", "pilot_scale", "order_development", "maturation")  # 8.4


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """What the public card says.

    holder, broker: an organisation or account id; never a name. offer: sell | license |
    cooperate | equity. trl: 1 to 9. ip: numbers of patents as text.
    """

    title: str
    problem: str
    principle: str
    field: str
    holder: str
    trl: int
    ip: tuple[str, ...]
    offer: tuple[str, ...]
    price_idea_fen: int | None = None
    broker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NominateCard:
    """Propose a result, with the holder's consent; after a return the same with what was missing.

    consent_reference, achievement_reference: where the consent and the verified achievement are
    to be found.
    """

    type: ClassVar[str] = "nominate_card"
    content: CardContent
    consent_reference: str
    achievement_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCard:
    """Attest that nothing speaks against showing it, or return it with the reason."""

    type: ClassVar[str] = "screen_card"
    not_secret: bool
    not_prohibited: bool
    right_convertible: bool
    no_duplicate: bool
    evidence: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvaluation:
    """Attest an evaluation by at least three experts, or by an agency.

    innovation_level: 1 to 13 (GB/T 22900-2022). values: scientific, technical, economic, social,
    cultural; each 0 to 100.
    """

    type: ClassVar[str] = "record_evaluation"
    experts_count: int
    agency: str
    trl: int
    innovation_level: int
    values: tuple[int, ...]
    report: str
    price_idea_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyCard:
    """Say where the result belongs, so that it is found: industry, class of the 3×4 system, stage.

    industry: of 青岛 "10+1". achievement_class: major_original | industry_urgent |
    enterprise_demand (8.1). stage: proof_of_concept | pilot_scale | order_development |
    maturation (8.4); "" where it is past them.
    """

    type: ClassVar[str] = "classify_card"
    industry: str
    achievement_class: str
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCard:
    """Show the card to all, for so long."""

    type: ClassVar[str] = "publish_card"
    validity_ms: int = 365 * 86_400_000
    grace_ms: int = 30 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectCard:
    """Choose the card for a session."""

    type: ClassVar[str] = "select_card"
    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevalidateCard:
    """Attest, once a year, that the offer still stands."""

    type: ClassVar[str] = "revalidate_card"
    evidence: str
    price_idea_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertCard:
    """Link the card to what came of it.

    into: listing | negotiation | licence | investment.
    """

    type: ClassVar[str] = "convert_card"
    into: str
    reference_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCard:
    """Take the card away: sold exclusively, in dispute, or the holder wishes it."""

    type: ClassVar[str] = "remove_card"
    reason: str


COMMANDS = (
    NominateCard, ScreenCard, RecordEvaluation, ClassifyCard, PublishCard, SelectCard,
    RevalidateCard, ConvertCard, RemoveCard,
)  # fmt: skip
