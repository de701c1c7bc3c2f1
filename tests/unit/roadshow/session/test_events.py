"""Events are values; who is in the hall is nobody else's business."""

from dataclasses import fields

from roadshow.session import events as ev


def test_names_are_unique() -> None:
    names = [event.type for event in ev.EVENTS]
    assert len(set(names)) == len(names)


def test_who_came_and_what_the_desk_attested_is_not_public() -> None:
    hidden = {
        ev.AttendeeRegistered, ev.AttendeeCheckedIn, ev.ExpertInvited, ev.ConflictDeclared,
        ev.PreconditionsAttested, ev.SupervisionConfirmed,
    }  # fmt: skip
    assert not ev.PUBLIC & hidden


def test_no_public_event_has_a_place_for_an_account() -> None:
    told = {field.name for event in ev.PUBLIC for field in fields(event)}
    assert not told & {"account", "expert", "officer", "supervisor", "asker", "voter"}
