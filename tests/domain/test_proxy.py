"""Which proxy there is, and what goes through it."""

import pytest

from mailint_gui.domain.proxy import ProxyPlace, proxy_for, proxy_place


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://proxy.example:3128", ProxyPlace("proxy.example", 3128)),
        ("http://proxy.example:3128/", ProxyPlace("proxy.example", 3128)),
        ("HTTP://Proxy.example:8080", ProxyPlace("proxy.example", 8080)),
        ("http://192.0.2.1:1", ProxyPlace("192.0.2.1", 1)),
        ("http://[2001:db8::1]:3128", ProxyPlace("2001:db8::1", 3128)),
    ],
)
def test_an_address_of_a_proxy(url: str, place: ProxyPlace) -> None:
    assert proxy_place(url) == place
    assert proxy_place(place.url) == place


@pytest.mark.parametrize(
    "url",
    [
        "proxy.example:3128",
        "http://proxy.example",
        "http://proxy.example:0",
        "http://proxy.example:99999",
        "http://proxy.example:x",
        "https://proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://a@proxy.example:3128",
        "http://proxy.example:3128/path",
        "http://proxy.example:3128?a=b",
        "http://pro xy.example:3128",
        "http://proxy.example:3128\r\nX: y",
        "http://[::1:3128",
        "",
    ],
)
def test_anything_else_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="not http://host:port"):
        proxy_place(url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_computer_is_reached_directly(host: str) -> None:
    assert proxy_for(host, "http://proxy.example:3128") is None


@pytest.mark.parametrize(
    "host", ["mail.example.org", "localhost.example.org", "192.0.2.1", "10.0.0.1", "mail"]
)
def test_all_others_are_reached_through_it(host: str) -> None:
    assert proxy_for(host, "http://proxy.example:3128") == ProxyPlace("proxy.example", 3128)
    assert proxy_for(host, "") is None
