"""Origins: an exact list, as browsers write them."""

import pytest

from gateway.origins import allowed_origins, origin_of, stream_origin


def test_loopback_by_each_of_its_names_and_the_public_name() -> None:
    assert allowed_origins(9380) == {
        "http://127.0.0.1:9380", "http://localhost:9380", "http://[::1]:9380",
    }  # fmt: skip
    assert "https://shuoguo.example" in allowed_origins(9380, "https://Shuoguo.example:443/a?b")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://a:80/x", "http://a"),
        ("https://a:8443", "https://a:8443"),
        ("http://[::1]:9/", "http://[::1]:9"),
    ],
)
def test_an_origin_has_no_path_and_no_port_that_goes_without_saying(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["", "a.example", "ws://a", "javascript:alert(1)", "http://"])
def test_what_is_no_page_has_none(url: str) -> None:
    with pytest.raises(ValueError, match="not the"):
        origin_of(url)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Stream.example", "https://stream.example"),
        ("https://stream.example:8443/", "https://stream.example:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_stream_comes_from_an_origin_that_fits_into_a_policy(text: str, origin: str) -> None:
    assert stream_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "stream.example", "http://stream.example", "javascript:alert(1)", "https://u:p@a.example",
        "https://a.example/live", "https://a.example?x", "https://*.example", "https://a.example;x",
        "https://a.example 'unsafe-inline'", "https://a.example\nscript-src", "data:text/html,x",
    ],
)  # fmt: skip
def test_what_would_widen_the_policy_is_no_origin_of_a_stream(text: str) -> None:
    with pytest.raises(ValueError, match="stream"):
        stream_origin(text)
