"""The description of the push side names all there is, and every reference leads somewhere."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.actions import ACTIONS
from gateway.channels import KINDS
from gateway.http import asyncapi
from gateway.views import bidding as bidding_view
from gateway.views import show as show_view


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.describe()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    asyncapi.check(document)


def test_a_reference_that_leads_nowhere_is_named() -> None:
    with pytest.raises(ValueError, match="#/components/nothing is not there"):
        asyncapi.check({"a": [{"$ref": "#/components/nothing"}]})


def test_every_channel_and_every_command_is_described(document: dict[str, Any]) -> None:
    assert set(document["channels"]) == {*KINDS, "rpc"}
    assert set(document["operations"]) == {*ACTIONS, *(f"follow.{kind}" for kind in KINDS)}


def test_an_event_is_described_with_the_fields_that_are_shown_and_no_others(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    for event, fields in bidding_view.EVENTS.items():
        assert set(schemas[f"{event.__name__}Event"]["properties"]) == {"type", *fields}
    told = {name.removeprefix("event.") for name in document["components"]["messages"]}
    assert told >= set(show_view.EVENTS)
