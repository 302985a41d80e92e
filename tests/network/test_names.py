"""One spelling for each host, place and address, however it is written."""

import pytest

from probes.network.names import host_name, place_of, wire_url


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("API.Test", "api.test"),
        ("api.test.", "api.test"),
        ("分付.中国", "xn--bnq50f.xn--fiqs8s"),
        ("分付。中国", "xn--bnq50f.xn--fiqs8s"),
        ("XN--BNQ50F.xn--fiqs8s.", "xn--bnq50f.xn--fiqs8s"),
        ("ＡＰＩ.test", "api.test"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("my_host", "my_host"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
    ],
)
def test_host_name_is_one_when_it_is_spelled_in_several_ways(host: str, name: str) -> None:
    assert host_name(host) == name
    assert host_name(name) == name


@pytest.mark.parametrize(
    "host",
    ["", ".", "a..b", "a b", "a/b", "u@h", "%61pi.test", "a\0", "[::1", "x" * 64, "a." * 130 + "b", "\u200b"],
)
def test_host_name_is_refused_when_it_is_none(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        host_name(host)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("API.test.:443", ("api.test", 443)),
        ("[::0001]:80", ("::1", 80)),
        ("支付.test:1", ("xn--bnq875c.test", 1)),
    ],
)
def test_place_is_read_when_host_and_port_are_there(text: str, place: tuple[str, int]) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize("text", ["", "b", "b:", ":80", "b:0", "b:65536", "::1:80", "u@b:80", "b:80/x"])
def test_place_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        place_of(text)


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
        ("HTTPS://H.Example.:443/A", "https://h.example/A"),
        ("http://h.example:80", "http://h.example"),
        ("http://[2001:DB8::0:1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
    ids=["host", "path and query", "encoded already", "space around", "case, dot, port", "port", "IPv6"],
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


def test_wire_url_keeps_a_password_to_itself_when_it_refuses_it() -> None:
    with pytest.raises(ValueError, match="user name or password stands in") as caught:
        wire_url("https://merchant:hunter2@pay.example/x")

    assert "hunter2" not in str(caught.value)
