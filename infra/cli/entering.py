"""`shuoguo login` and `shuoguo logout`."""

import getpass
import json
import sys
from pathlib import Path

from infra.cli.exits import CliError, Exit, no_broker, out
from infra.cli.session import forget_session, read_session, sign_in, sign_out, write_session
from infra.running import read_running


def login(name: str, url: str | None, file: str | None, data: Path, *, as_json: bool) -> Exit:
    """Sign in, at a URL or at what runs on a data folder; raises `CliError`."""
    if url is None:
        running = read_running(data)
        if running is None or not running.http:
            raise no_broker(f"--data {data}")
        url = running.http
    session = sign_in(url, name, read_password(file))
    before = read_session()
    if before is not None:
        sign_out(before)
    write_session(session)
    if as_json:
        told = {"account_id": session.account_id, "roles": list(session.roles), "url": session.url}
        out(json.dumps(told, ensure_ascii=False))
    else:
        out(f"✓ {session.display_name}  {' '.join(session.roles)}  {session.url}")
    return Exit.OK


def logout() -> Exit:
    """Sign out; without a sign-in nothing is done."""
    session = read_session()
    if session is None:
        forget_session()
    else:
        sign_out(session)
    out("✓")
    return Exit.OK


def read_password(file: str | None) -> str:
    """Return a password from a file, standard input or the terminal; never an argument."""
    try:
        if file is not None and file != "-":
            given = Path(file).read_text(encoding="utf-8")
        elif file == "-" or not sys.stdin.isatty():
            given = sys.stdin.readline()
        else:
            given = getpass.getpass("密码 password: ")
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(
            Exit.USAGE, "NO_SUCH_FILE", f"无法读取 {file}。", f"{file} cannot be read."
        ) from error
    return given.split("\n", 1)[0].rstrip("\r")
