import pytest

from probes.listening.fetching.urls import wire_url


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("https://分付.中国/", "https://xn--bnq50f.xn--fiqs8s/"),
        (
            "https://h.example/论坛/?q=分付 x",
            "https://h.example/%E8%AE%BA%E5%9D%9B/?q=%E5%88%86%E4%BB%98%20x",
        ),
        ("https://h.example/?q=%E5%88%86+a%2Fb", "https://h.example/?q=%E5%88%86+a%2Fb"),
        (" https://h.example/a;b?c=d&e\n", "https://h.example/a;b?c=d&e"),
    ],
    ids=["host", "path and query", "encoded already", "space around"],
)
def test_wire_url_is_ascii_when_the_address_is_not(url: str, wire: str) -> None:
    assert wire_url(url) == wire
    assert wire_url(wire) == wire


@pytest.mark.parametrize(
    "url", ["", "/x", "ftp://h/", "http://", "http://[x/", "http://h:0/", "http://\u200b/"]
)
def test_wire_url_is_refused_when_it_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire_url(url)
