"""Who is in a room."""

from gateway.push.presence import Member, Presence
from infra.headcounts import Count


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
    assert presence.members("roadshow:s1") == ()
    assert presence.stats("roadshow:s1") == (0, 0)


def test_people_are_counted_by_kind_and_who_runs_the_room_is_not() -> None:
    presence = Presence()
    for screen, account, kind in (
        ("a", "a-1", "investor"), ("b", "a-1", "investor"), ("c", None, "guest"),
        ("d", "a-2", "expert"), ("e", "a-host", ""),
    ):  # fmt: skip
        presence.join("roadshow:s1", Member(screen, account, kind=kind))
    assert presence.counts() == {"roadshow:s1": Count(1, 1, 1)}
    presence.leave("roadshow:s1", "a")
    presence.leave("roadshow:s1", "d")
    assert presence.counts() == {"roadshow:s1": Count(0, 1, 1)}
    for screen in "bce":
        presence.leave("roadshow:s1", screen)
    assert presence.counts() == {}
