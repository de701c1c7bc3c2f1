"""What is shown in the demonstration's roadshow, and how long each part takes. Pure.

Names and figures are made up in the manner of real results; lengths are of profile `demo`, shown
as such.
"""

from dataclasses import dataclass
from typing import Final

from producers.dice import Dice
from producers.lots import ON_STAGE, WAN_FEN, Lot
from roadshow.plan import AgendaItem, Increment, LiveOffer, Plan
from roadshow.showcase.commands import ACHIEVEMENT_CLASSES, CardContent, ClassifyCard
from trading.values import Fen

TITLE: Final = "青岛好成果系列路演"
PLACE: Final = "青岛国际会议中心 海洋厅"
ITEMS: Final = 5
BIDDING_ITEMS: Final = (0, 2)  # of the agenda: these are sold on stage
QUICK_ITEM: Final = 0  # opens its bidding early, so that whoever looks in sees one

PITCH_MS: Final = 40_000
QA_MS: Final = 45_000
COMMENTS_MS: Final = 25_000
INTEREST_MS: Final = 20_000
QUICK_MS: Final = 2_500
LOBBY_MS: Final = 8_000
SCORE_WINDOW_MS: Final = 40_000  # time for a person to score
STAGE_AT: Final = {5: "pilot_scale", 6: "pilot_scale", 7: "maturation", 8: ""}
"""The stage of a result by its TRL."""

QUESTIONS: Final = (
    "样机在海试中的最长连续工作时间是多少？",
    "与进口同类产品相比，成本能下降多少？",
    "核心专利的剩余保护期和许可状态如何？",
    "量产还需要多少资金，主要用在哪里？",
    "目前有哪些意向客户，订单规模如何？",
    "团队是否愿意以技术入股的方式合作？",
    "中试线的良品率达到了多少？",
    "是否已通过第三方检测或行业认证？",
    "下一代产品的技术路线是什么？",
    "知识产权归属单位与发明人之间如何约定收益？",
)
PROBLEMS: Final = (
    "现有方案依赖进口，交付周期长，海上环境下故障率高。",
    "行业缺少可在复杂工况下长期稳定运行的国产方案。",
    "传统工艺能耗高、一致性差，难以满足新一代装备要求。",
)
PRINCIPLES: Final = (
    "以自主设计的核心部件和算法实现全链路国产化，已完成中试验证。",
    "通过新材料与结构一体化设计，在关键指标上达到国际先进水平。",
    "融合多源数据与机理模型，已在示范工程中连续运行超过一年。",
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place on the agenda."""

    item: AgendaItem
    lot: Lot
    card: CardContent
    classified: ClassifyCard
    is_quick: bool


@dataclass(frozen=True, slots=True)
class Players:
    """Whom the programme names."""

    host: str
    presenter: str
    broker: str
    seller: str
    holder_org: str


def session_id_of(prefix: str, index: int) -> str:
    """Return the id of a session."""
    return f"{prefix}-show-{index + 1}"


def plan_of(players: Players, starts_at_ms: int) -> Plan:
    """Return the plan of a session of profile `demo`."""
    return Plan(
        title=TITLE,
        field="现代海洋与 10+1 产业",
        starts_at_ms=starts_at_ms,
        place=PLACE,
        hosts=(players.host,),
        working_days_ms=(),
        sponsors=("全国海洋科技大市场",),
        capacity=2_000,
        access="public",
        profile="demo",
        notice_wd=0,
        notice_bidding_wd=0,
        pitch_ms=PITCH_MS,
        more_time_ms=10_000,
        qa_ms=QA_MS,
        comments_ms=COMMENTS_MS,
        interest_call_ms=INTEREST_MS,
        bidding_request_ms=60_000,
        shift_min_ms=600_000,
        stall_threshold_ms=5_000,
        question_gap_ms=5_000,
        scored=True,
        experts_min=5,
    )


def slots_of(seed: int, prefix: str, index: int, players: Players) -> list[Slot]:
    """Return the agenda of a session."""
    dice = Dice(seed, prefix, index, "program")
    session_id = session_id_of(prefix, index)
    first = dice.below(ITEMS)
    shown = ON_STAGE[:ITEMS] if index % 2 == 0 else ON_STAGE[ITEMS:]  # nothing twice in a row
    slots = []
    for place in range(ITEMS):
        lot = shown[(first + place) % ITEMS]
        slots.append(_slot(session_id, place, lot, players, dice))
    return slots


def _slot(session_id: str, place: int, lot: Lot, players: Players, dice: Dice) -> Slot:
    trl = dice.between(5, 8)
    price_fen = Fen(lot.start_wan * WAN_FEN)
    ip = (f"发明专利 {dice.between(2, 9)} 项", f"软件著作权 {dice.between(1, 6)} 项")
    is_sold = place in BIDDING_ITEMS
    card = CardContent(
        title=lot.name, problem=dice.choose(PROBLEMS), principle=dice.choose(PRINCIPLES),
        field=lot.field, holder=players.holder_org, trl=trl, ip=ip,
        offer=("sell",) if is_sold else ("license", "cooperate"),
        price_idea_fen=price_fen, broker=players.broker,
    )  # fmt: skip
    item = AgendaItem(
        item_id=f"i{place + 1}",
        card_id=f"{session_id}-c{place + 1}",
        title=lot.name,
        presenter=players.presenter,
        holder_org=players.holder_org,
        summary=f"{card.problem}{card.principle}",
        presenter_text="项目负责人",
        org_text="青岛海岳大学技术转移中心",
        broker=players.broker,
        parties=(players.seller,),
        trl=trl,
        ip_text="，".join(ip),
        offer_kind="sell" if is_sold else "license",
        offer=offer_of(lot, is_quick=place == QUICK_ITEM) if is_sold else None,
    )
    classified = ClassifyCard(
        industry=lot.industry,
        achievement_class=ACHIEVEMENT_CLASSES[place % len(ACHIEVEMENT_CLASSES)],
        stage=STAGE_AT[trl],
    )
    return Slot(item, lot, card, classified, is_quick=place == QUICK_ITEM)


def offer_of(lot: Lot, *, is_quick: bool) -> LiveOffer:
    """Return the terms of a bidding on stage, of two to three minutes; the quick one is shorter."""
    step_fen = Fen(lot.increment_wan * WAN_FEN)
    return LiveOffer(
        lot=f"{lot.name}（{lot.field}）",
        start_price_fen=Fen(lot.start_wan * WAN_FEN),
        increments=(Increment(from_fen=Fen(0), increment_fen=step_fen),),
        lobby_ms=LOBBY_MS,
        free_ms=20_000 if is_quick else 45_000,
        extension_ms=20_000 if is_quick else 30_000,
        reserve="none_declared",
        reserve_deadline_ms=500,
        reveal_window_ms=10_000,
        min_gap_ms=500,
        stall_threshold_ms=5_000,
        resume_notice_ms=5_000,
        public_delay_ms=1_000,
    )
