"""What `shuoguo schema` prints holds every family, and no name twice."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from infra.topics import Family
from processors.families import RULES
from producers.schema import FAMILIES, find, main, schema
from trading.outcome import Rules


@pytest.mark.parametrize(
    ("family", "rules"), FAMILIES.items(), ids=lambda one: getattr(one, "name", "")
)
def test_every_message_and_code_of_a_family_is_there(family: Family, rules: Rules[Any]) -> None:
    whole, messages = schema(), rules.messages
    for kind, names in (("commands", messages.commands), ("events", messages.events)):
        told = {name for name, each in whole[kind].items() if each["family"] == family.name}
        assert told == set(names)
    assert set(messages.codes) <= set(whole["rejections"]["texts"])
    assert rules.version == whole["rules"][family.name]


def test_no_name_stands_for_two_things() -> None:
    names = Counter(
        name
        for rules in FAMILIES.values()
        for name in (*rules.messages.commands, *rules.messages.events)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_code_has_a_text_in_both_languages() -> None:
    for code, told in schema()["rejections"]["texts"].items():
        assert told["zh"] != code != told["en"], code


def test_the_families_are_those_that_are_decided() -> None:
    assert {family.name: rules.version for family, rules in RULES.items()} == {
        family.name: rules.version for family, rules in FAMILIES.items()
    }


def test_one_thing_is_told_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register_interest"]) == 0
    printed = msgspec.json.decode(capsys.readouterr().out)
    assert printed["family"] == "roadshow"
    assert printed["properties"]["body"]["$ref"] == "#/$defs/RegisterInterest"
    assert find("RECUSED") is not None
    assert find("grant_role") is not None
    assert main(["no_such_thing"]) == 4
