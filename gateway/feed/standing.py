"""What the feed says of people and rooms: the facts that rights are judged by. No I/O, no wait."""

from collections.abc import Mapping

from gateway.feed.biddings import Biddings
from gateway.feed.people import People
from gateway.feed.shows import Shows
from gateway.feed.sign_outs import SignOuts
from infra.topics import BIDDING, Family


class Standing:
    """The part of the feed that answers for people (`gateway.visibility.Facts`)."""

    biddings: Biddings
    shows: Shows
    people: People
    sign_outs: SignOuts

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """Return the numbers an account bears, by bidding."""
        return self.people.numbers_of(account_id)

    def account_of(self, bidding_id: str, number: str) -> str | None:
        """Return who bears a number. Never published."""
        return self.people.account_of(bidding_id, number)

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        """Return the roles an account holds by the log; None where it knows no such account."""
        return self.people.roles_of(account_id)

    def revoked_before_ms(self, account_id: str) -> int:
        """Return the time before which no login of the account counts (0: none)."""
        return self.people.revoked_before_ms(account_id)

    def has_signed_out(self, sign_in_id: str) -> bool:
        """Whether a sign-in has ended whose tokens may still live."""
        return sign_in_id in self.sign_outs

    def is_banned(self, account_id: str) -> bool:
        """Whether an account is shut out."""
        return self.people.is_banned(account_id)

    def seller_of(self, bidding_id: str) -> tuple[str, ...]:
        """Return who sells there, where the log says so: accounts and organisations."""
        return self.people.sellers_of(bidding_id) + self.shows.sellers_of(bidding_id)

    def access_of(self, root_id: str) -> str:
        """Return who may follow a session, or the session of a bidding."""
        stage = self.shows.session_of(root_id)
        return "public" if stage is None else stage.show.session.plan.access

    def takes_part(self, account_id: str, root_id: str) -> bool:
        """Return whether an account is registered or invited to a session (or a bidding's)."""
        stage = self.shows.session_of(root_id)
        if stage is None:
            return False
        session = stage.show.session
        return account_id in session.attendees or account_id in session.plan.invited

    def session_of(self, root_id: str) -> str:
        """Return the session that it is, or that it is the bidding of; "" where there is none."""
        stage = self.shows.session_of(root_id)
        return "" if stage is None else stage.session_id

    def attendee_of(self, account_id: str, session_id: str) -> str:
        """Return the code under which a session's people see an account; "" where it has none."""
        stage = self.shows.find(session_id)
        return "" if stage is None else stage.show.session.attendees.get(account_id, "")

    def is_ranked(self, bidding_id: str, number: str) -> bool:
        """Whether a number bears a priority rank."""
        room = self.biddings.find(bidding_id)
        return room is not None and room.is_ranked(number)

    def tells_positions(self, family: Family, partition: int, root: str) -> bool:
        """Whether a place on the log may be told of a root."""
        return family != BIDDING or self.biddings.positions.are_told(partition, root)
