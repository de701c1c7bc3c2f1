"""Unified social credit codes: the check character, and what is none."""

import pytest

from infra.identity.credit_code import ALPHABET, check_character, is_credit_code


def test_the_vector_of_the_rule_book() -> None:
    assert check_character("91350100M000100Y4") == "3"
    assert is_credit_code("91350100M000100Y43")


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_found_wherever_it_stands(place: int) -> None:
    code = "91350100M000100Y43"
    for other in set(ALPHABET) - {code[place]}:
        assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100m000100y43",
        "I1350100M000100Y43",
        "91350100M000100Y4\uff13",
    ],
)
def test_what_has_another_form_is_none(code: str) -> None:
    assert not is_credit_code(code)


def test_a_check_character_is_made_only_for_17_allowed_ones() -> None:
    with pytest.raises(ValueError, match="17 characters"):
        check_character("91350100M000100")
