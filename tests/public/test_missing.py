"""What a reader gets who follows a link to a page that is not there, and how lines are kept whole."""

import pytest
from django.test import Client

from statuspage.public.templatetags.fogbreak import together

CASES = [
    ("/incidents/nothing/", "没有这个页面", 'href="/history/"'),
    ("/en/incidents/nothing/", "There is no such page", 'href="/en/history/"'),
    ("/zh-hant/nothing/", "没有这个页面", 'href="/history/"'),  # which is not set
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "said", "leads_to"), CASES)
def test_missing_page_leads_on_in_the_language_of_its_address_when_a_person_asks(
    path: str, said: str, leads_to: str
) -> None:
    answer = Client(headers={"accept": "text/html"}).get(path)

    assert answer.status_code == 404
    assert said in answer.content.decode()
    assert leads_to in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "accept"), [("/api/v1/nothing", "text/html"), ("/nothing.json", "application/json")]
)
def test_missing_page_is_told_in_a_line_when_a_program_asks(path: str, accept: str) -> None:
    answer = Client(headers={"accept": accept}).get(path)

    assert answer.status_code == 404
    assert len(answer.content) < 300


@pytest.mark.parametrize(
    ("text", "kept"),
    [("分付 · 扫码支付", "分付\xa0· 扫码支付"), ("约 6 人", "约\xa06\xa0人"), ("6 people", "6 people")],
)
def test_line_keeps_together_what_belongs_together_when_it_is_narrow(text: str, kept: str) -> None:
    assert together(text) == kept
