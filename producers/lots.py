"""Realistic lots for the demonstration: marine results and the 10+1 industries of Qingdao.

Names and figures are made up in the manner of real listings. A lot takes two to three minutes, so
that a person can follow it and bid: short terms, shown as profile `demo`.
"""

from dataclasses import dataclass
from typing import Final

from trading.bidding.commands import Eligible, IncrementBand, ScheduleBidding, Terms
from trading.values import BidderNumber, Fen

WAN_FEN: Final = 1_000_000
LOBBY_MS: Final = 4_000
FREE_MS: Final = 75_000
EXTENSION_MS: Final = 30_000
STALL_MS: Final = 5_000  # what two noisy cores can hold
NOTICE_MS: Final = 5_000
TWO_PEOPLE_MS: Final = 20_000
GAP_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Lot:
    """What is sold. `special`: reserve, priority, ceiling or "" for none."""

    name: str
    field: str
    industry: str  # of 青岛 "10+1"
    start_wan: int
    increment_wan: int
    special: str = ""


LOTS: Final = (
    Lot(
        "深远海养殖工船鱼群监测声呐专利包", "现代海洋", "intelligent_equipment", 200, 10, "reserve"
    ),
    Lot("全海深水下机器人耐压浮力材料技术", "海洋装备", "future_industries", 320, 15, "priority"),
    Lot("海上风电叶片防腐涂层独占许可", "新能源", "green_energy", 150, 5),
    Lot("褐藻寡糖抗肿瘤候选药物权利", "生物医药", "life_health", 480, 20, "reserve"),
    Lot("船舶氢燃料电池堆热管理系统", "氢能与储能", "green_energy", 260, 10, "priority"),
    Lot("海水淡化反渗透膜国产化工艺", "新材料", "chemicals_materials", 180, 8),
    Lot("轨道交通转向架智能诊断算法", "轨道交通装备", "intelligent_equipment", 120, 5, "reserve"),
    Lot("工业视觉微米级缺陷检测芯片", "集成电路", "next_generation_it", 390, 15, "priority"),
    Lot("远洋渔场预报大模型", "人工智能", "artificial_intelligence", 210, 10),
    Lot("虚拟现实光波导批量刻写技术", "虚拟现实", "next_generation_it", 300, 12, "reserve"),
    Lot("柔性显示驱动背板专利组", "新型显示", "next_generation_it", 240, 10, "priority"),
    Lot("船用低速机智能润滑控制系统", "海洋装备", "intelligent_equipment", 160, 8),
    Lot("海洋微生物降解塑料菌剂", "生物医药", "life_health", 230, 10, "reserve"),
    Lot("港口岸电快速并网装置", "新能源", "green_energy", 280, 12),
    Lot("耐海水腐蚀高强铝合金板材", "新材料", "chemicals_materials", 350, 15, "priority"),
    Lot("冷链物流温控标签芯片", "集成电路", "next_generation_it", 140, 6),
)

ONLINE: Final = LOTS[:6]
ON_STAGE: Final = LOTS[6:]  # nothing is sold in two places


def schedule(
    lot: Lot, numbers: tuple[BidderNumber, ...], holder: BidderNumber | None, opens_at_ms: int
) -> ScheduleBidding:
    """Return the terms of a live bidding on a lot; `holder` has priority in it."""
    raised = IncrementBand(from_fen=Fen(0), increment_fen=Fen(2 * lot.increment_wan * WAN_FEN))
    terms = Terms(
        lot=f"{lot.name}（{lot.field}）",
        mode="live_timed",
        profile="demo",
        start_price_fen=Fen(lot.start_wan * WAN_FEN),
        increments=(
            IncrementBand(from_fen=Fen(0), increment_fen=Fen(lot.increment_wan * WAN_FEN)),
        ),
        raised_increments=(raised,),
        opens_at_ms=opens_at_ms,
        lobby_ms=LOBBY_MS,
        free_ms=FREE_MS,
        extension_ms=EXTENSION_MS,
        reserve_sealed=lot.special == "reserve",
        reserve_deadline_ms=500,
        reveal_window_ms=10_000,
        priority_mode="none" if holder is None else "in_session_match",
        min_gap_ms=GAP_MS,
        stall_threshold_ms=STALL_MS,
        resume_notice_ms=NOTICE_MS,
        two_person_window_ms=TWO_PEOPLE_MS,
    )
    eligible = tuple(
        Eligible(number=number, priority_rank=1 if number == holder else None) for number in numbers
    )
    return ScheduleBidding(terms=terms, eligible=eligible)
