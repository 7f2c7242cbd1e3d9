"""A person at the pages of the identity provider, without a browser; a refused password is an AssertionError."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from tests.servers.wait import LIMIT


def sign_in(browser: requests.Session, url: str, name: str, password: str, allow: bool) -> str:
    """Return the URL that the browser is sent to at the end, and that nobody has fetched."""
    page = browser.get(url, timeout=LIMIT)
    return _decide(browser, page, name, password, allow).headers["Location"]


def sign_in_and_return(browser: requests.Session, url: str, name: str, password: str, allow: bool) -> None:
    """Go on to where the browser is sent at the end, or sends a form by itself."""
    page = browser.get(url, timeout=LIMIT)
    last = _decide(browser, page, name, password, allow)
    if last.is_redirect:
        browser.get(last.headers["Location"], timeout=LIMIT)
    else:
        _submit(browser, last)


def enter_code(
    browser: requests.Session, url: str, user_code: str, name: str, password: str, allow: bool
) -> str:
    """Return the title of the last page."""
    page = browser.get(url, timeout=LIMIT)
    page = _submit(browser, page, user_code=user_code)  # which asks whether it is the code that was shown
    page = _submit(browser, page)
    page = _decide(browser, page, name, password, allow)
    title = re.search("<title>(.*)</title>", page.text)
    assert title, page.text
    return title[1]


def _decide(
    browser: requests.Session, page: requests.Response, name: str, password: str, allow: bool
) -> requests.Response:
    """Answer the sign-in page; return the last response of the provider, which may lead away from it."""
    assert "<title>Sign in</title>" in page.text, page.text
    decision = "allow" if allow else "refuse"
    page = _submit(browser, page, follow=False, user=name, password=password, decision=decision)
    assert page.is_redirect, page.text
    return browser.get(page.headers["Location"], timeout=LIMIT, allow_redirects=False)


class _Form(HTMLParser):
    """The form of a page: where it is sent to, and what it holds unseen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.action = named["action"]
        elif tag == "input" and named.get("type") == "hidden":
            self.fields[named["name"]] = named["value"]


def _submit(
    browser: requests.Session, page: requests.Response, *, follow: bool = True, **fields: str
) -> requests.Response:
    form = _Form(page.text)
    assert form.action, page.text
    target = urljoin(page.url, form.action)
    return browser.post(target, form.fields | fields, timeout=LIMIT, allow_redirects=follow)
