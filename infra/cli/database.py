"""`shuoguo db`: the read model, which can be dropped and made again from the log.

Rule 1: who may sign in is kept elsewhere (infra.identity); nothing here touches it.
"""

from pathlib import Path

from infra.cli.exits import CliError, Exit, out
from infra.cli.roles import find_broker, hand_over
from infra.db.engine import DatabaseError, open_engine
from infra.db.migrate import migrate as run_migrations
from infra.db.place import read_model_url
from infra.private import own_folder


def rebuild(data: Path, bootstrap: str | None) -> int:
    """Drop the read model and make it anew from the log, up to its end."""
    address = find_broker(bootstrap, data)
    code = hand_over(
        ["processors", "projections", "--rebuild", "--data", str(data), "--bootstrap", address]
    )
    if code == Exit.OK:
        out("读模型已从日志重建 the read model has been made anew from the log")
    return code


def migrate(data: Path) -> int:
    """Bring the tables of the read model to this version."""
    try:
        own_folder(data)
        engine = open_engine(read_model_url(data))
        run_migrations(engine)
        engine.dispose()
    except (DatabaseError, OSError) as error:
        raise CliError(
            Exit.FAULT,
            "DATABASE_NOT_USABLE",
            "读模型数据库无法使用。",
            f"The database of the read model cannot be used: {type(error).__name__}.",
        ) from error
    out("读模型的表已是最新 the tables of the read model are up to date")
    return Exit.OK
