"""What is asked about a showcase card, who may ask it, and what it leads to.

Rule 1: `RULES` is the whole list: roles, phases, what must be in order, effect. The first thing
that objects answers.
Rule 2: who screened a card does not publish it: four eyes.
Rule 3: screening and evaluation are the desk's attestation, with evidence, until their own
records are on the log.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadshow.showcase import commands as cmd
from roadshow.showcase import events as ev
from roadshow.showcase.rejections import Code
from roadshow.showcase.state import CLASSIFIABLE, ON_SHOW, Card, Phase
from trading.outcome import By, Outcome, Rejection
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN

Check = Callable[[Any], str | None]
"""command → the first field that cannot stand."""
Effect = Callable[[Any, Any, By, int], object]
"""(card, command, who asks, at_ms) → the event, or why there is none."""

NOMINATORS: Final = ("taskforce_agency", "taskforce_office", "broker", "seller")
DESK: Final = ("desk_officer",)
REVIEWERS: Final = ("desk_reviewer",)

TEXT_CHARS_MAX: Final = 500
TITLE_CHARS_MAX: Final = 200
WORD_CHARS_MAX: Final = 64
LIST_MAX: Final = 20
TRL_MAX: Final = 9
INNOVATION_LEVEL_MAX: Final = 13  # GB/T 22900-2022
VALUES_COUNT: Final = 5
VALUE_MAX: Final = 100
EXPERTS_MIN: Final = 3
EXPERTS_MAX: Final = 100
PERIOD_MS_MAX: Final = 2 * 366 * 86_400_000  # 24 months, domain 0.3
SESSIONS_MAX: Final = 200
OFFERS: Final = ("sell", "license", "cooperate", "equity")
OUTCOMES: Final = ("listing", "negotiation", "licence", "investment")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, when, what must be in order, what happens."""

    roles: tuple[str, ...]
    phases: tuple[Phase, ...]
    check: Check
    effect: Effect


def decide(card: Card | None, command: object, by: By, at_ms: int) -> Outcome:
    """Say what a command leads to, without changing anything."""
    rule = RULES[type(command)]
    if card is None and not isinstance(command, cmd.NominateCard):
        return _refused(Code.UNKNOWN_CARD)
    if by.role not in rule.roles:
        return _refused(Code.NOT_PERMITTED)
    if card is not None and card.phase not in rule.phases:
        return _refused(Code.WRONG_PHASE, phase=card.phase)
    field = rule.check(command)
    if field is not None:
        return _refused(Code.BAD_FIELD, field=field)
    told = rule.effect(card, command, by, at_ms)
    return Outcome(rejection=told) if isinstance(told, Rejection) else Outcome((told,))


def _refused(code: Code, **params: int | str) -> Outcome:
    return Outcome(rejection=Rejection(code, params))


# What must be in order


def _is_text(text: str, chars_max: int = TEXT_CHARS_MAX) -> bool:
    return 0 < len(text.strip()) <= chars_max


def _is_price(price_fen: int | None) -> bool:
    return price_fen is None or (0 < price_fen <= AMOUNT_FEN_MAX and price_fen % YUAN_FEN == 0)


def _first_bad(*checks: tuple[str, bool]) -> str | None:
    return next((field for field, fits in checks if not fits), None)


def _nomination(command: cmd.NominateCard) -> str | None:
    content = command.content
    offers = content.offer
    return _first_bad(
        ("title", _is_text(content.title, TITLE_CHARS_MAX)),
        ("problem", _is_text(content.problem)),
        ("principle", _is_text(content.principle)),
        ("field", _is_text(content.field, WORD_CHARS_MAX)),
        ("holder", _is_text(content.holder, WORD_CHARS_MAX)),
        ("trl", 1 <= content.trl <= TRL_MAX),
        ("ip", len(content.ip) <= LIST_MAX and all(_is_text(one) for one in content.ip)),
        ("offer", 0 < len(offers) == len(set(offers)) and set(offers) <= set(OFFERS)),
        ("price_idea_fen", _is_price(content.price_idea_fen)),
        ("broker", len(content.broker) <= WORD_CHARS_MAX),
        ("consent_reference", _is_text(command.consent_reference)),
        ("achievement_reference", _is_text(command.achievement_reference)),
    )


def _screening(command: cmd.ScreenCard) -> str | None:
    return _first_bad(
        ("evidence", _is_text(command.evidence)),
        ("reason", not _missing(command) or _is_text(command.reason)),
    )


def _evaluation(command: cmd.RecordEvaluation) -> str | None:
    values = command.values
    count = command.experts_count
    return _first_bad(
        (
            "experts_count",
            EXPERTS_MIN <= count <= EXPERTS_MAX or bool(not count and command.agency),
        ),
        ("agency", len(command.agency) <= TITLE_CHARS_MAX),
        ("trl", 1 <= command.trl <= TRL_MAX),
        ("innovation_level", 1 <= command.innovation_level <= INNOVATION_LEVEL_MAX),
        ("values", len(values) == VALUES_COUNT and all(0 <= one <= VALUE_MAX for one in values)),
        ("report", _is_text(command.report)),
        ("price_idea_fen", _is_price(command.price_idea_fen)),
    )


def _classification(command: cmd.ClassifyCard) -> str | None:
    return _first_bad(
        ("industry", command.industry in cmd.INDUSTRIES),
        ("achievement_class", command.achievement_class in cmd.ACHIEVEMENT_CLASSES),
        ("stage", command.stage in ("", *cmd.STAGES)),
    )


def _publication(command: cmd.PublishCard) -> str | None:
    return _first_bad(
        ("validity_ms", 0 < command.validity_ms <= PERIOD_MS_MAX),
        ("grace_ms", 0 < command.grace_ms <= PERIOD_MS_MAX),
    )


def _selection(command: cmd.SelectCard) -> str | None:
    return _first_bad(("session_id", _is_text(command.session_id, WORD_CHARS_MAX)))


def _revalidation(command: cmd.RevalidateCard) -> str | None:
    return _first_bad(
        ("evidence", _is_text(command.evidence)),
        ("price_idea_fen", _is_price(command.price_idea_fen)),
    )


def _conversion(command: cmd.ConvertCard) -> str | None:
    return _first_bad(
        ("into", command.into in OUTCOMES),
        ("reference_id", _is_text(command.reference_id, WORD_CHARS_MAX)),
    )


def _removal(command: cmd.RemoveCard) -> str | None:
    return _first_bad(("reason", _is_text(command.reason)))


# Effects


def _nominate(_card: object, command: cmd.NominateCard, by: By, _at_ms: int) -> object:
    return ev.ShowcaseNominated(
        command.content,
        command.consent_reference,
        command.achievement_reference,
        by.actor,
        by.role,
    )


def _missing(command: cmd.ScreenCard) -> tuple[str, ...]:
    checks = (
        ("not_secret", command.not_secret),
        ("not_prohibited", command.not_prohibited),
        ("right_convertible", command.right_convertible),
        ("no_duplicate", command.no_duplicate),
    )
    return tuple(name for name, met in checks if not met)


def _screen(_card: Card, command: cmd.ScreenCard, by: By, _at_ms: int) -> object:
    missing = _missing(command)
    if missing:
        return ev.ShowcaseReturned(ev.SOURCE, command.evidence, by.actor, missing, command.reason)
    return ev.ShowcaseScreened(ev.SOURCE, command.evidence, by.actor)


def _evaluate(_card: Card, command: cmd.RecordEvaluation, by: By, _at_ms: int) -> object:
    return ev.ShowcaseEvaluated(
        ev.SOURCE,
        command.experts_count,
        command.agency,
        command.trl,
        command.innovation_level,
        command.values,
        command.report,
        by.actor,
        command.price_idea_fen,
    )


def _classify(card: Card, command: cmd.ClassifyCard, by: By, _at_ms: int) -> object:
    asked = (command.industry, command.achievement_class, command.stage)
    if asked == (card.industry, card.achievement_class, card.stage):
        return Rejection(Code.ALREADY_DONE)
    return ev.ShowcaseClassified(*asked, by.actor)


def _publish(card: Card, command: cmd.PublishCard, by: By, at_ms: int) -> object:
    if by.actor == card.screened_by:
        return Rejection(Code.SAME_PERSON)
    valid_until_ms = at_ms + command.validity_ms
    expires_at_ms = valid_until_ms + command.grace_ms
    return ev.ShowcasePublished(command.validity_ms, valid_until_ms, expires_at_ms, by.actor)


def _select(card: Card, command: cmd.SelectCard, by: By, _at_ms: int) -> object:
    if command.session_id in card.sessions:
        return Rejection(Code.ALREADY_DONE)
    if len(card.sessions) >= SESSIONS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": SESSIONS_MAX})
    return ev.ShowcaseSelected(command.session_id, by.actor)


def _revalidate(card: Card, command: cmd.RevalidateCard, by: By, at_ms: int) -> object:
    valid_until_ms = at_ms + card.validity_ms
    return ev.ShowcaseRevalidated(
        valid_until_ms,
        valid_until_ms + card.grace_ms,
        command.evidence,
        by.actor,
        command.price_idea_fen,
    )


def _convert(_card: Card, command: cmd.ConvertCard, by: By, _at_ms: int) -> object:
    return ev.ShowcaseConverted(command.into, command.reference_id, by.actor)


def _remove(_card: Card, command: cmd.RemoveCard, by: By, _at_ms: int) -> object:
    return ev.ShowcaseRemoved(command.reason, by.actor)


RULES: Final[Mapping[type, Rule]] = {
    cmd.NominateCard: Rule(NOMINATORS, ("returned",), _nomination, _nominate),
    cmd.ScreenCard: Rule(DESK, ("nominated",), _screening, _screen),
    cmd.RecordEvaluation: Rule(DESK, ("screened",), _evaluation, _evaluate),
    cmd.ClassifyCard: Rule(DESK, CLASSIFIABLE, _classification, _classify),
    cmd.PublishCard: Rule(REVIEWERS, ("evaluated",), _publication, _publish),
    cmd.SelectCard: Rule(DESK, ("published",), _selection, _select),
    cmd.RevalidateCard: Rule(("broker",), ON_SHOW, _revalidation, _revalidate),
    cmd.ConvertCard: Rule(("broker", *DESK), ON_SHOW, _conversion, _convert),
    cmd.RemoveCard: Rule(
        REVIEWERS,
        ("nominated", "returned", "screened", "evaluated", *ON_SHOW, "expired", "converted"),
        _removal,
        _remove,
    ),
}
