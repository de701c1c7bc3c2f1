"""Who is in a room."""

from gateway.push.presence import Member, Presence


def test_three_screens_are_three_clients_and_one_user() -> None:
    presence = Presence()
    for screen in "abc":
        presence.join("roadshow:s1", Member(screen, "a-1"))
    presence.leave("roadshow:s1", "a")
    assert presence.stats("roadshow:s1") == (2, 1)


def test_each_of_the_public_is_a_user() -> None:
    presence = Presence()
    for screen in "ab":
        presence.join("roadshow:s1", Member(screen, None))
    assert presence.stats("roadshow:s1") == (2, 2)


def test_an_empty_room_is_forgotten() -> None:
    presence = Presence()
    presence.join("roadshow:s1", Member("a", "a-1"))
    presence.leave("roadshow:s1", "a")
    presence.leave("roadshow:s1", "a")
    assert presence.rooms() == ()
    assert presence.stats("roadshow:s1") == (0, 0)


def test_it_tells_once_which_rooms_have_changed() -> None:
    presence = Presence()
    presence.join("roadshow:s1", Member("a", "a-1"))
    assert presence.take_changed() == {"roadshow:s1"}
    assert presence.take_changed() == set()
