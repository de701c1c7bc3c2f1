"""Who asks: a signed-in person, the public, or a screen in the hall.

Rule 1: a subject is what was known when he asked; his roles are those of the log at that moment.
Rule 2: no name leaves this value but to its bearer.
"""

from dataclasses import dataclass, replace
from typing import Final

PUBLIC_ROLE: Final = "public"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person at one sign-in. `session_id` names the sign-in; `issued_at_ms` is when it began.

    `screen_of`: nobody, but the hall's screen of this roadshow session.
    """

    account_id: str | None
    org_id: str | None
    roles: frozenset[str]
    display_name: str
    session_id: str | None
    issued_at_ms: int
    screen_of: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether it is known who this is."""
        return self.account_id is not None


PUBLIC: Final = Subject(None, None, frozenset({PUBLIC_ROLE}), "", None, 0)


def with_roles(subject: Subject, roles: frozenset[str]) -> Subject:
    """Return the same person with the roles he holds now; the public stays the public."""
    return replace(subject, roles=roles) if subject.is_signed_in else subject
