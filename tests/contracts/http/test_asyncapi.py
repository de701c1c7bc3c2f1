"""The description of the push side names all there is, and every reference leads somewhere."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.actions import ACTIONS
from gateway.channels import KINDS
from gateway.http import asyncapi
from gateway.views import seen_bidding, seen_show


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
    told = {name.removeprefix("event.") for name in document["components"]["messages"]}
    for event, row in {**seen_bidding.SEEN, **seen_show.SEEN}.items():
        assert (event.__dict__["type"] in told) is (row.public is not None)
        if row.public is not None:
            properties = schemas[f"{event.__name__}Event"]["properties"]
            assert set(properties) == {"type", *row.public}
