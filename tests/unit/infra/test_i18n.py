"""The catalogue of texts: complete in both languages."""

import string

import pytest

from infra.codec import RefusalCode
from infra.i18n import LANGUAGES, catalogue, text
from trading.bidding.rejections import Code


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_language_has_the_same_codes() -> None:
    codes = [list(catalogue(lang)) for lang in LANGUAGES]
    assert codes[0] == codes[1]


def test_every_refusal_has_a_text_in_every_language() -> None:
    codes: list[str] = [*Code, *RefusalCode]
    assert [(one, lang) for one in codes for lang in LANGUAGES if text(one, lang) == one] == []


def test_both_texts_of_a_code_ask_for_the_same_parameters() -> None:
    asked = [
        {code: placeholders(words) for code, words in catalogue(lang).items()} for lang in LANGUAGES
    ]
    assert asked[0] == asked[1]


def test_parameters_are_put_in() -> None:
    shown = text("BELOW_MIN_NEXT", "en", {"min_next_fen": 12_500_000})
    assert shown == "The bid is below the minimum next bid (¥125,000)."


def test_a_missing_parameter_is_shown_as_it_stands() -> None:
    assert "{min_next_fen}" in text("BELOW_MIN_NEXT", "zh", {})


def test_an_unknown_code_stands_for_itself() -> None:
    assert text("NO_SUCH_CODE", "zh") == "NO_SUCH_CODE"


def test_another_language_is_refused() -> None:
    with pytest.raises(LookupError, match="no texts in 'fr'"):
        text("TOO_LATE", "fr")
