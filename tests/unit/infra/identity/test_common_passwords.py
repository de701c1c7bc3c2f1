"""What a guesser tries first is short, however long it is."""

import pytest

from infra.identity.common_passwords import left_of, plain_letters


@pytest.mark.parametrize(
    ("password", "pieces"),
    [
        ("1234567890", 1), ("0987654321", 1), ("abcdefghij", 1), ("zyxwvutsrq", 1),
        ("aaaaaaaaaa", 1), ("abcabcabcabc", 1), ("1212121212", 1), ("qwertyuiop", 1),
        ("1qaz2wsx3edc", 1), ("zxcvbnm,./", 1), ("password123", 2), ("P@ssw0rd123", 2),
        ("Admin2024!", 3), ("qingdao20260530", 2), ("19880808", 1), ("密码123456", 2),
        ("iloveyou123", 2), ("letmein!!!", 2),
        ("kx8#mPq2vL", 10), ("青岛海风吹过八大关", 8),
    ],
)  # fmt: skip
def test_a_password_counts_as_many_characters_as_it_has_pieces(password: str, pieces: int) -> None:
    assert left_of(password) == pieces


def test_substitutes_are_read_as_what_they_stand_for() -> None:
    assert plain_letters("5hu0-Gu0.") == "shuoguo"
