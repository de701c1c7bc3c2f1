"""Consumer groups as a state machine: no socket, no clock."""

from itertools import count

from infra.broker.errors import Error
from infra.broker.groups import INITIAL_DELAY_MS, Group
from infra.broker.members import Joined, Joining, State, Synced, Ticket

SESSION_MS = 10_000
REBALANCE_MS = 60_000


def group() -> Group:
    numbers = count(1)
    return Group("g", lambda: f"id{next(numbers)}")


def joining(
    member_id: str = "",
    *,
    instance_id: str | None = None,
    protocols: tuple[str, ...] = ("range",),
    id_required: bool = False,
    metadata: bytes = b"topics",
) -> Joining:
    offers = tuple((name, metadata) for name in protocols)
    times = (SESSION_MS, REBALANCE_MS)
    return Joining(
        member_id, instance_id, "c", "host", *times, "consumer", offers, id_required=id_required
    )


def joined(ticket: Ticket) -> Joined:
    assert isinstance(ticket.answer, Joined)
    return ticket.answer


def synced(ticket: Ticket) -> Synced:
    assert isinstance(ticket.answer, Synced)
    return ticket.answer


def stable_pair(
    the_group: Group, instance_ids: tuple[str | None, str | None] = (None, None)
) -> list[str]:
    """Two members, assigned `0` and `1`, the first of them the leader; time is INITIAL_DELAY_MS."""
    tickets = [the_group.join(0, joining(instance_id=name)) for name in instance_ids]
    the_group.poll(INITIAL_DELAY_MS)
    ids = [joined(ticket).member_id for ticket in tickets]
    shares = {ids[0]: b"0", ids[1]: b"1"}
    waiting = the_group.sync(INITIAL_DELAY_MS, ids[1], instance_ids[1], 1, {})
    assert waiting.answer is None
    the_group.sync(INITIAL_DELAY_MS, ids[0], instance_ids[0], 1, shares)
    assert synced(waiting) == Synced(Error.NONE, b"1")
    assert the_group.state is State.STABLE
    return ids


def test_a_first_join_without_an_id_is_given_one_to_come_back_with() -> None:
    the_group = group()
    refused = joined(the_group.join(0, joining(id_required=True)))
    assert (refused.error, refused.member_id) == (Error.MEMBER_ID_REQUIRED, "c-id1")
    ticket = the_group.join(1, joining(refused.member_id, id_required=True))
    the_group.poll(1 + INITIAL_DELAY_MS)
    assert joined(ticket).error is Error.NONE


def test_the_leader_alone_is_told_the_members() -> None:
    the_group = group()
    first, second = the_group.join(0, joining()), the_group.join(0, joining())
    assert first.answer is second.answer is None
    the_group.poll(INITIAL_DELAY_MS)
    assert [m[0] for m in joined(first).members] == ["c-id1", "c-id2"]
    assert joined(second).members == ()
    assert joined(first).leader == joined(second).leader == "c-id1"
    assert joined(second).generation == 1


def test_every_member_gets_what_the_leader_gave_it() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    assert synced(the_group.sync(200, ids[0], None, 1, {})).assignment == b"0"


def test_a_new_member_makes_the_others_join_again() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    newcomer = the_group.join(500, joining())
    assert the_group.heartbeat(600, ids[0], None, 1) is Error.REBALANCE_IN_PROGRESS
    again = [the_group.join(700, joining(member_id)) for member_id in ids]
    assert [joined(t).generation for t in [newcomer, *again]] == [2, 2, 2]


def test_a_member_that_does_not_come_back_in_time_is_left_out() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    first = the_group.join(500, joining(ids[0], metadata=b"changed"))
    for now_ms in range(1_000, 60_000, 5_000):
        the_group.heartbeat(now_ms, ids[1], None, 1)
    the_group.poll(500 + REBALANCE_MS)
    assert [m[0] for m in joined(first).members] == [ids[0]]
    assert the_group.heartbeat(70_000, ids[1], None, 1) is Error.UNKNOWN_MEMBER_ID


def test_a_silent_member_is_given_up_after_its_session_timeout() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    the_group.heartbeat(9_000, ids[0], None, 1)
    the_group.poll(INITIAL_DELAY_MS + SESSION_MS)
    assert list(the_group.members) == [ids[0]]
    assert the_group.state is State.PREPARING


def test_a_member_that_waits_for_the_others_is_not_given_up() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    the_group.join(500, joining(ids[0], metadata=b"changed"))
    the_group.heartbeat(9_000, ids[1], None, 1)
    the_group.poll(500 + SESSION_MS)
    assert set(the_group.members) == set(ids)


def test_a_member_whose_waiting_join_is_withdrawn_no_longer_holds_up_the_group() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    lost = the_group.join(500, joining(ids[0], metadata=b"changed"))
    the_group.withdraw(600, lost)
    assert list(the_group.members) == [ids[1]]
    again = joined(the_group.join(700, joining(ids[1])))
    assert (again.generation, again.leader) == (2, ids[1])


def test_a_member_whose_waiting_sync_is_withdrawn_starts_a_rebalance() -> None:
    the_group = group()
    tickets = [the_group.join(0, joining()) for _ in range(2)]
    the_group.poll(INITIAL_DELAY_MS)
    leader, follower = (joined(ticket).member_id for ticket in tickets)
    the_group.withdraw(300, the_group.sync(200, follower, None, 1, {}))
    assert list(the_group.members) == [leader]
    assert the_group.heartbeat(400, leader, None, 1) is Error.REBALANCE_IN_PROGRESS


def test_a_static_member_whose_join_is_withdrawn_keeps_its_place_for_a_session() -> None:
    the_group = group()
    ids = stable_pair(the_group, ("one", "two"))
    lost = the_group.join(500, joining(ids[0], instance_id="one", metadata=b"changed"))
    the_group.withdraw(600, lost)
    other = the_group.join(700, joining(ids[1], instance_id="two"))
    the_group.poll(600 + SESSION_MS - 1)
    assert (set(the_group.members), other.answer) == (set(ids), None)
    the_group.poll(600 + SESSION_MS)
    assert joined(other).leader == ids[1]
    assert list(the_group.members) == [ids[1]]


def test_a_leader_silent_after_its_join_is_given_up_and_not_the_one_that_waits_for_it() -> None:
    the_group = group()
    tickets = [the_group.join(0, joining()) for _ in range(2)]
    the_group.poll(INITIAL_DELAY_MS)
    follower = joined(tickets[1]).member_id
    waiting = the_group.sync(INITIAL_DELAY_MS, follower, None, 1, {})
    the_group.poll(INITIAL_DELAY_MS + SESSION_MS)
    assert synced(waiting).error is Error.REBALANCE_IN_PROGRESS
    assert list(the_group.members) == [follower]


def test_a_leaver_starts_a_rebalance_and_the_last_one_empties_the_group() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    assert the_group.leave(500, ids[1], None) is Error.NONE
    assert the_group.heartbeat(600, ids[0], None, 1) is Error.REBALANCE_IN_PROGRESS
    assert the_group.leave(700, ids[0], None) is Error.NONE
    assert (the_group.state, the_group.generation) == (State.EMPTY, 2)
    assert the_group.leave(800, ids[0], None) is Error.UNKNOWN_MEMBER_ID


def test_a_heartbeat_of_an_older_generation_is_told_so() -> None:
    the_group = group()
    ids = stable_pair(the_group)
    assert the_group.heartbeat(200, ids[0], None, 0) is Error.ILLEGAL_GENERATION
    assert the_group.heartbeat(200, "stranger", None, 1) is Error.UNKNOWN_MEMBER_ID
    assert the_group.heartbeat(200, ids[0], None, 1) is Error.NONE


def test_members_without_a_common_protocol_do_not_meet() -> None:
    the_group = group()
    the_group.join(0, joining(protocols=("range", "sticky")))
    other = the_group.join(0, joining(protocols=("custom",)))
    assert joined(other).error is Error.INCONSISTENT_GROUP_PROTOCOL


def test_the_protocol_is_one_that_all_know_and_most_prefer() -> None:
    the_group = group()
    first = the_group.join(0, joining(protocols=("a", "b")))
    the_group.join(0, joining(protocols=("b", "a")))
    the_group.join(0, joining(protocols=("c", "b", "a")))
    the_group.poll(INITIAL_DELAY_MS)
    assert joined(first).protocol == "b"


def test_a_static_member_comes_back_to_its_assignment_without_a_rebalance() -> None:
    the_group = group()
    ids = stable_pair(the_group, ("one", "two"))
    back = joined(the_group.join(500, joining(instance_id="two")))
    assert (back.error, back.generation) == (Error.NONE, 1)
    assert back.member_id != ids[1]
    share = synced(the_group.sync(600, back.member_id, "two", 1, {}))
    assert share.assignment == b"1"
    assert the_group.heartbeat(700, ids[1], "two", 1) is Error.FENCED_INSTANCE_ID


def test_a_static_leader_that_comes_back_does_not_assign_again() -> None:
    the_group = group()
    ids = stable_pair(the_group, ("one", "two"))
    back = joined(the_group.join(500, joining(instance_id="one")))
    assert back.leader == ids[0] != back.member_id
    assert synced(the_group.sync(600, back.member_id, "one", 1, {})).assignment == b"0"


def test_an_old_id_of_a_static_member_is_fenced_when_it_joins() -> None:
    the_group = group()
    ids = stable_pair(the_group, ("one", "two"))
    the_group.join(500, joining(instance_id="two"))
    late = joined(the_group.join(600, joining(ids[1], instance_id="two")))
    assert late.error is Error.FENCED_INSTANCE_ID


def test_a_static_member_leaves_by_its_instance_id() -> None:
    the_group = group()
    stable_pair(the_group, ("one", "two"))
    assert the_group.leave(500, "", "two") is Error.NONE
    assert the_group.leave(500, "", "two") is Error.UNKNOWN_MEMBER_ID


def test_a_sync_that_waits_is_told_of_a_rebalance() -> None:
    the_group = group()
    tickets = [the_group.join(0, joining()) for _ in range(2)]
    the_group.poll(INITIAL_DELAY_MS)
    follower = joined(tickets[1]).member_id
    waiting = the_group.sync(200, follower, None, 1, {})
    the_group.join(300, joining())
    assert synced(waiting).error is Error.REBALANCE_IN_PROGRESS


def test_offsets_are_committed_by_members_of_this_generation_only() -> None:
    the_group = group()
    assert the_group.check_commit(0, "", None, -1) is Error.NONE
    ids = stable_pair(the_group)
    assert the_group.check_commit(200, ids[0], None, 1) is Error.NONE
    assert the_group.check_commit(200, ids[0], None, 0) is Error.ILLEGAL_GENERATION
    assert the_group.check_commit(200, "", None, -1) is Error.UNKNOWN_MEMBER_ID


def test_a_session_timeout_must_be_sensible() -> None:
    bad = Joining("", None, "c", "host", 0, 0, "consumer", (("range", b""),))
    assert joined(group().join(0, bad)).error is Error.INVALID_SESSION_TIMEOUT


def test_each_answer_is_handed_out_once() -> None:
    the_group = group()
    ticket = the_group.join(0, joining())
    assert the_group.take_answers() == []
    the_group.poll(INITIAL_DELAY_MS)
    assert the_group.take_answers() == [ticket]
    assert the_group.take_answers() == []
