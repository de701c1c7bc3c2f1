"""What the accounts of a data folder need to be looked after: the database, and what runs there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.cli.exits import CliError, Exit, no_broker
from infra.db.engine import DatabaseError
from infra.identity.login_limits import LoginLimits
from infra.identity.migrations import TooNew, identity_url, open_identity
from infra.identity.passwords import Passwords
from infra.identity.people import People
from infra.identity.sign_ins import SignIns
from infra.private import own_folder
from infra.running import read_running


@dataclass(frozen=True, slots=True)
class Place:
    """One data folder. `bootstrap` is None where nothing runs."""

    people: People
    sign_ins: SignIns
    limits: LoginLimits
    passwords: Passwords
    bootstrap: str | None
    profile: str
    broker: Callable[[], str]


def open_place(data: Path, bootstrap: str | None) -> Place:
    """Open the database of a data folder; raises `CliError`."""
    running = read_running(data)
    address = bootstrap or (running.bootstrap if running else None)
    profile = running.profile if running else "standard"

    def broker() -> str:
        if address is None:
            raise no_broker(f"--data {data}")
        return address

    try:
        own_folder(data)
        engine = open_identity(identity_url(data))
    except TooNew as error:
        raise CliError(
            Exit.FOLDER,
            "IDENTITY_TOO_NEW",
            "账号库由更新的版本写成，请升级程序。",
            f"{error}; upgrade this program.",
        ) from error
    except (OSError, DatabaseError) as error:
        raise CliError(
            Exit.FOLDER,
            "IDENTITY_NOT_USABLE",
            "账号库无法使用。",
            f"The accounts cannot be used: {type(error).__name__}.",
        ) from error
    return Place(
        People(engine), SignIns(engine), LoginLimits(engine), Passwords(profile), address, profile,
        broker,
    )  # fmt: skip
