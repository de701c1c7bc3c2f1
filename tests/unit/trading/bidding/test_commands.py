"""Commands are values, named by their type."""

from dataclasses import fields

from trading.bidding.commands import COMMANDS, Terms


def test_names_are_unique_and_imperative() -> None:
    names = [command.type for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.endswith("ed")]


def test_every_length_and_time_says_its_unit() -> None:
    numbers = [field.name for field in fields(Terms) if field.type is int]
    counts = {"steps_max", "raise_increment_after_extensions", "envelope_replacements_max"}
    assert {name for name in numbers if not name.endswith("_ms")} == counts
