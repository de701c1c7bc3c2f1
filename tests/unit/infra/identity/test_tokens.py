"""Tokens: a table of bad ones, and what a good one says (reliability T19)."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from infra.identity.keys import Key
from infra.identity.subject import PUBLIC, Subject
from infra.identity.tokens import (
    ALGORITHM,
    LEEWAY_MS,
    PUSH_MS,
    SCREEN_MS,
    SESSION_MS,
    TOKEN_CHARACTERS_MAX,
    Lives,
    TokenFault,
    Tokens,
    lives_of,
    open_tokens,
)

NOW = 1_800_000_000_000
HIM = Subject("a-1", "o-1", frozenset({"host", "investor"}), "张三", "s-1", NOW - 5)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return open_tokens(tmp_path, NOW)


def test_a_token_says_who_he_is(tokens: Tokens) -> None:
    assert tokens.read_push(tokens.issue_push(HIM, NOW).token, NOW) == HIM
    assert tokens.read_session(tokens.issue_session(HIM, NOW).token, NOW) == HIM


def test_the_public_has_a_token_too(tokens: Tokens) -> None:
    assert tokens.read_push(tokens.issue_push(PUBLIC, NOW).token, NOW) == PUBLIC


def test_a_token_lives_as_long_as_it_says(tokens: Tokens) -> None:
    for issue, read, lives_ms in (
        (tokens.issue_push, tokens.read_push, PUSH_MS),
        (tokens.issue_session, tokens.read_session, SESSION_MS),
    ):
        issued = issue(HIM, NOW)
        assert issued.expires_at_ms == NOW + lives_ms
        assert tokens.expires_at_ms(issued.token) == NOW + lives_ms
        assert read(issued.token, NOW + lives_ms - 1) == HIM
        assert read(issued.token, NOW + lives_ms) is TokenFault.EXPIRED


def test_it_may_be_used_again_until_it_expires(tokens: Tokens) -> None:
    token = tokens.issue_push(HIM, NOW).token
    assert {tokens.read_push(token, NOW + i) for i in range(3)} == {HIM}


def test_a_token_from_a_clock_that_is_ahead_is_only_early(tokens: Tokens) -> None:
    token = tokens.issue_push(HIM, NOW).token
    assert tokens.read_push(token, NOW - LEEWAY_MS) == HIM
    assert tokens.read_push(token, NOW - LEEWAY_MS - 1) is TokenFault.EXPIRED


def test_every_token_has_an_id_of_its_own(tokens: Tokens) -> None:
    assert tokens.issue_push(HIM, NOW).token != tokens.issue_push(HIM, NOW).token


def test_another_process_of_the_same_folder_reads_it(tokens: Tokens, tmp_path: Path) -> None:
    token = tokens.issue_push(HIM, NOW).token
    assert open_tokens(tmp_path, NOW).read_push(token, NOW) == HIM


def test_a_token_outlives_a_rotation_of_keys(tokens: Tokens) -> None:
    token = tokens.issue_push(HIM, NOW).token
    tokens.keys.rotate(NOW + 1)
    assert tokens.read_push(token, NOW + 1) == HIM


# the table of bad tokens: how each is made of a good one's claims and its key


def claims_of(tokens: Tokens) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(
        tokens.issue_push(HIM, NOW).token, options={"verify_signature": False}
    )
    return found


def signed(claims: dict[str, Any], key: Key, **header: Any) -> str:
    return jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": key.key_id, **header})


def without(name: str) -> Callable[[dict[str, Any], Key], str]:
    return lambda claims, key: signed({k: v for k, v in claims.items() if k != name}, key)


def instead(**changed: Any) -> Callable[[dict[str, Any], Key], str]:
    return lambda claims, key: signed({**claims, **changed}, key)


def unsigned(claims: dict[str, Any], key: Key) -> str:
    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': key.key_id})}.{part(claims)}."


def by_other_algorithm(claims: dict[str, Any], key: Key) -> str:
    return jwt.encode(claims, key.secret * 2, "HS512", headers={"kid": key.key_id})


def by_other_secret(claims: dict[str, Any], key: Key) -> str:
    return jwt.encode(claims, b"x" * 32, ALGORITHM, headers={"kid": key.key_id})


def without_key_id(claims: dict[str, Any], key: Key) -> str:
    return jwt.encode(claims, key.secret, ALGORITHM)


def of_unknown_key(claims: dict[str, Any], key: Key) -> str:
    return signed(claims, Key(NOW, "0" * 16, key.secret))


def with_key_id_of_a_path(claims: dict[str, Any], key: Key) -> str:
    return jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": "../../etc/passwd"})


def changed_after_signing(claims: dict[str, Any], key: Key) -> str:
    head, _, sign = signed(claims, key).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "a-2"}).encode()).rstrip(b"=")
    return f"{head}.{body.decode()}.{sign}"


def cut_short(claims: dict[str, Any], key: Key) -> str:
    return signed(claims, key)[:-2]


def too_long(claims: dict[str, Any], key: Key) -> str:
    return signed({**claims, "name": "x" * TOKEN_CHARACTERS_MAX}, key)


FORGED = {
    "no algorithm": unsigned,
    "another algorithm": by_other_algorithm,
    "another secret": by_other_secret,
    "no key id": without_key_id,
    "a key nobody has": of_unknown_key,
    "a key id that is a path": with_key_id_of_a_path,
    "changed after signing": changed_after_signing,
    "cut short": cut_short,
    "too long": too_long,
    "nothing": lambda _claims, _key: "",
    "no token": lambda _claims, _key: "a.b.c",
    "not even dots": lambda _claims, _key: "\x00é令牌",
    "the token of a session": instead(aud="session"),
    "several audiences": instead(aud=["push", "session"]),
    "another issuer": instead(iss="somebody"),
    "no issuer": without("iss"),
    "no audience": without("aud"),
    "no subject": without("sub"),
    "a subject that is a number": instead(sub=7),
    "no id": without("jti"),
    "no time of issue": without("iat"),
    "no begin": without("nbf"),
    "no end": without("exp"),
    "an end that is a word": instead(exp="soon"),
    "an end that is a truth": instead(exp=True),
    "an end that is a fraction": instead(exp=4_000_000_000.5),
    "an end below nothing": instead(exp=-1),
    "no sign-in": without("sid"),
    "no begin of the sign-in": without("since_ms"),
    "no roles": without("roles"),
    "roles that are one word": instead(roles="admin"),
    "roles that are numbers": instead(roles=[1]),
    "no name": without("name"),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_says_nothing(how: str, tokens: Tokens) -> None:
    token = FORGED[how](claims_of(tokens), tokens.keys.signing(NOW))
    assert tokens.read_push(token, NOW) is TokenFault.FORGED


def test_the_table_begins_with_a_good_token(tokens: Tokens) -> None:
    assert tokens.read_push(signed(claims_of(tokens), tokens.keys.signing(NOW)), NOW) == HIM


def test_a_token_for_the_socket_is_none_for_a_session(tokens: Tokens) -> None:
    assert tokens.read_session(tokens.issue_push(HIM, NOW).token, NOW) is TokenFault.FORGED
    assert tokens.read_push(tokens.issue_session(HIM, NOW).token, NOW) is TokenFault.FORGED


def test_an_expired_token_with_a_wrong_signature_is_forged(tokens: Tokens) -> None:
    token = by_other_secret(claims_of(tokens), tokens.keys.signing(NOW))
    assert tokens.read_push(token, NOW + PUSH_MS) is TokenFault.FORGED


def test_what_an_old_page_holds_after_the_keys_are_gone_is_expired(tokens: Tokens) -> None:
    token = tokens.issue_push(HIM, NOW).token
    tokens.keys.rotate(NOW + 1, drop_old=True)
    assert tokens.read_push(token, NOW + PUSH_MS - 1) is TokenFault.FORGED
    assert tokens.read_push(token, NOW + PUSH_MS) is TokenFault.EXPIRED


@pytest.mark.parametrize(
    ("settings", "lives"),
    [
        ({}, Lives(SESSION_MS, PUSH_MS)),
        ({"SHUOGUO_SESSION_SECONDS": "20", "SHUOGUO_PUSH_SECONDS": "15"}, Lives(20_000, 15_000)),
        ({"SHUOGUO_SESSION_SECONDS": "999999999"}, Lives(SESSION_MS, PUSH_MS)),
        ({"SHUOGUO_PUSH_SECONDS": "0"}, Lives(SESSION_MS, 5_000)),
    ],
)
def test_settings_only_ever_shorten_how_long_tokens_live(
    settings: dict[str, str], lives: Lives
) -> None:
    assert lives_of(settings) == lives


def test_a_screens_key_is_nobody_and_no_other_token(tokens: Tokens) -> None:
    key = tokens.issue_screen("s-1", NOW).token
    assert tokens.read_screen(key, NOW + SCREEN_MS - 1) == replace(PUBLIC, screen_of="s-1")
    assert tokens.read_screen(key, NOW + SCREEN_MS) is TokenFault.EXPIRED
    assert tokens.read_session(key, NOW) is TokenFault.FORGED
    assert tokens.read_push(key, NOW) is TokenFault.FORGED
    assert tokens.read_screen(tokens.issue_push(HIM, NOW).token, NOW) is TokenFault.FORGED
