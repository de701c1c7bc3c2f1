"""Passwords: what is kept, what fits, and that many at once are held back."""

import asyncio
import threading

import pytest

from infra.identity import passwords as module
from infra.identity.passwords import BadPassword, Busy, Passwords, check_password


@pytest.fixture(scope="module")
def cheap() -> Passwords:
    return Passwords("test")


def test_what_is_kept_fits_its_password_alone(cheap: Passwords) -> None:
    kept = cheap.hash("correct horse")
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept
    assert cheap.fits("correct horse", kept)
    assert not cheap.fits("Correct horse", kept)
    assert kept != cheap.hash("correct horse")


def test_a_password_fits_however_the_keyboard_composes_it(cheap: Passwords) -> None:
    assert cheap.fits("cafe\u0301 au lait", cheap.hash("caf\u00e9 au lait"))


def test_nobodys_password_never_fits(cheap: Passwords) -> None:
    assert not cheap.fits("", None)
    assert not cheap.fits("anything", None)


def test_what_is_no_hash_fits_nothing(cheap: Passwords) -> None:
    assert not cheap.fits("anything", "plain")


def test_a_password_of_the_demo_opens_nothing_elsewhere(cheap: Passwords) -> None:
    kept = cheap.hash("shuoguo-demo")
    assert not Passwords("standard").fits("shuoguo-demo", kept)
    assert not cheap.is_outdated(kept)


def test_nobodys_password_costs_as_much_as_a_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Passwords("test")
    checked: list[str] = []
    real = tried._hasher.verify

    def verify(kept: str, password: str) -> bool:
        checked.append(kept.split("$")[3])  # the parameters are what it costs
        return bool(real(kept, password))

    monkeypatch.setattr(type(tried._hasher), "verify", lambda _self, *of: verify(*of))
    tried.fits("wrong", tried.hash("right"))
    tried.fits("wrong", None)
    assert len(checked) == 2
    assert checked[0] == checked[1]


async def test_a_flood_from_one_address_leaves_room_for_others_and_for_known_devices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried, gate = Passwords("test"), threading.Event()
    monkeypatch.setattr(tried, "fits", lambda *_: gate.wait())

    def begin(address: str, *, is_known: bool = False) -> asyncio.Task[bool]:
        return asyncio.create_task(tried.fits_off_loop("x", None, address, is_known=is_known))

    half = module.WAITING_PER_ADDRESS_MAX
    waiting = [begin("flood") for _ in range(half)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await begin("flood")
    waiting += [begin("another") for _ in range(half)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await begin("a third")
    waiting.append(begin("flood", is_known=True))
    gate.set()
    assert await asyncio.gather(*waiting) == [True] * len(waiting)
    tried.close()


async def test_too_many_at_once_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 3)
    tried, gate = Passwords("test"), threading.Event()
    monkeypatch.setattr(tried, "fits", lambda *_: gate.wait())
    waiting = [asyncio.create_task(tried.fits_off_loop("x", None)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await tried.fits_off_loop("x", None)
    gate.set()
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await tried.fits_off_loop("x", None)
    tried.close()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "PASSWORD_LENGTH"),
        ("nine char", "PASSWORD_LENGTH"),
        ("x" * 257, "PASSWORD_LENGTH"),
        ("aaaaaaaaaaaa", "PASSWORD_WEAK"),
        ("1234567890", "PASSWORD_WEAK"),
        ("password123", "PASSWORD_WEAK"),
        ("P@ssw0rd2024!", "PASSWORD_WEAK"),
        ("qwertyuiop12", "PASSWORD_WEAK"),
        ("Lin.Zhiyuan", "PASSWORD_NAMES"),
        ("my zhiyuan of 88", "PASSWORD_NAMES"),
        ("L1n-Zh1yuan-kx7", "PASSWORD_NAMES"),
        ("shuoguo-demo", "PASSWORD_NAMES"),
        ("Shu0guo!kq7xv", "PASSWORD_NAMES"),
        ("硕果累累的青岛秋天海边", "PASSWORD_NAMES"),
    ],
)
def test_a_password_that_may_not_be_chosen_is_told(password: str, code: str) -> None:
    with pytest.raises(BadPassword) as told:
        check_password(password, "lin.zhiyuan")
    assert told.value.code == code


def test_ten_characters_of_any_script_will_do() -> None:
    check_password("青岛海风吹过八大关前海", "lin.zhiyuan")
