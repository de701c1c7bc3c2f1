"""A role is known however it is written, and is never mistaken for a sentence."""

from trading.roles import is_role_name


def test_a_role_alone_is_a_role() -> None:
    for text in ("host", " Host ", "bid controller", "stage-controller", "system", "bidder"):
        assert is_role_name(text)


def test_a_sentence_is_none() -> None:
    for text in ("", "the host lost his voice", "投影仪故障", "host; sound"):
        assert not is_role_name(text)
