"""What strangers may try: forged addresses and links, questions who is told, floods."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.telling import Channel, Membership, NewsKind
from statuspage import clock
from statuspage.delivery.models import News
from statuspage.delivery.spreading import Addressed, address
from statuspage.public.site import site
from statuspage.subscribers.addresses import read_address
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.servers import MailServer, Security, read_mail_server
from statuspage.subscribers.tokens import LinkPurpose, read_token, token_for
from tests.subscribers.conftest import Post, subscribed
from tests.subscribers.test_mail_life import link_in, send_all
from tests.support.mail_servers import MailBox
from tests.support.public_rows import World, make_incident


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann.Lee+x@EXAMPLE.com ", "Ann.Lee+x@example.com"),
        ("ann@例子.中国", "ann@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_address_is_read_when_it_is_one(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        "ann@exa mple.com",
        "ann@example.com\r\nBcc: all@example.com",
        "ann@example.com\nBcc: all@example.com",
        "ann\n@example.com",
        "ann@example.com, bob@example.com",
        "ann@example.com>",
        '"ann bob"@example.com',
        "Ann <ann@example.com>",
        "ann@example.com\0",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 250 + ".com",
        "ann@@example.com",
        ".ann@example.com",
        "ann@-example.com",
        "änn@example.com",
    ],
)
def test_address_is_refused_when_it_could_mean_something_else(text: str, box: MailBox, post: Post) -> None:
    with pytest.raises(ValueError, match="expected a mail address"):
        read_address(text)


@pytest.mark.django_db
def test_form_says_what_is_wrong_when_the_address_is_none(world: World, box: MailBox, post: Post) -> None:
    answer = post(email="ann@example.com\r\nBcc: all@example.com")

    assert answer.status_code == 400
    assert b"Enter a mail address such as" in answer.content
    assert not Subscription.objects.exists()


def test_answer_and_work_are_the_same_when_an_address_is_known(
    world: World, box: MailBox, post: Post
) -> None:
    subscribed("known@example.com")
    answers, work = [], []
    post(email="warm@example.com", network=9)

    for number, name in enumerate(("known", "unknown")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = post(email=f"{name}@example.com", network=number)
        answers.append((answer.status_code, answer.headers["Location"], answer.content))
        work.append(len(queries))

    assert answers[0] == answers[1]
    assert abs(work[0] - work[1]) <= 4
    send_all()
    subjects = {mail.to: mail.message["Subject"] for mail in box.mails}
    assert subjects["known@example.com"] == "[Payment status] You are already subscribed"
    assert subjects["unknown@example.com"] == "[Payment status] Confirm your subscription"


def test_wish_of_a_subscriber_is_not_changed_when_a_stranger_asks(
    world: World, box: MailBox, post: Post
) -> None:
    row = subscribed(components=["fenfu-qr"])

    post(email="ann@example.com", component=["card-checkout"])

    row.refresh_from_db()
    assert row.components == ["fenfu-qr"]
    assert row.standing == Membership.ACTIVE.value


def test_address_is_not_flooded_when_somebody_asks_again_and_again(
    world: World, box: MailBox, post: Post
) -> None:
    statuses = [post(email="ann@example.com", network=number // 5).status_code for number in range(20)]
    send_all()

    assert set(statuses) == {303}
    assert len(box.mails) == 1


def test_network_is_refused_when_it_asked_for_enough(world: World, box: MailBox, post: Post) -> None:
    statuses = [post(email=f"a{number}@example.com").status_code for number in range(11)]

    assert statuses == [303] * 10 + [429]


def test_form_is_refused_when_another_site_sends_it(world: World, box: MailBox) -> None:
    answer = Client().post(
        "/en/subscribe/", {"email": "ann@example.com"}, HTTP_ORIGIN="https://elsewhere.example"
    )

    assert answer.status_code == 403
    assert not Subscription.objects.exists()


def test_nobody_is_subscribed_or_stopped_when_a_program_follows_links(world: World, box: MailBox) -> None:
    row = subscribed()
    pending = subscribed("bob@example.com", standing=Membership.PENDING.value)
    token = token_for(LinkPurpose.CONFIRM, pending.key, "only-for-trying-things-" + "0" * 30)

    Client().get(f"/en/subscribe/confirm/{token}/")
    Client().get(f"/en/subscribe/stop/{token_for(LinkPurpose.MANAGE, row.key, 'x')}/")

    pending.refresh_from_db()
    assert pending.standing == Membership.PENDING.value
    assert Subscription.objects.count() == 2


@pytest.mark.parametrize("page", ["confirm", "manage", "stop"])
def test_link_is_worth_nothing_when_it_is_forged(page: str, world: World, box: MailBox) -> None:
    row = subscribed()

    answers = [
        Client().get(f"/en/subscribe/{page}/{token}/").status_code
        for token in ("a" * 36, "short", token_for(LinkPurpose.BOUNCE, row.key, "another secret"))
    ]

    assert answers == [404, 404, 404]


def test_token_is_worth_nothing_when_it_is_for_another_purpose() -> None:
    token = token_for(LinkPurpose.BOUNCE, "a" * 20, "secret")

    assert read_token(LinkPurpose.BOUNCE, token.upper(), "secret") == "a" * 20
    assert read_token(LinkPurpose.MANAGE, token, "secret") is None
    assert read_token(LinkPurpose.BOUNCE, token, "other") is None


def test_no_header_or_link_is_forged_when_a_title_or_text_is_hostile(world: World, box: MailBox) -> None:
    row = subscribed()
    news = News.objects.create(
        key="a/1",
        kind=NewsKind.ANNOUNCED.value,
        subject="announcement/1",
        title_en="Hi\r\nBcc: all@example.com\r\n\r\n<b>{stop}",
        body_en="{stop} {0} <script>alert(1)</script> <img src=http://x.example/> [x](javascript:alert)",
        created_at=world.now,
        spread=True,
    )
    address(news, [Addressed(channel=Channel.MAIL, name=row.key, due_at=world.now)], world.now)

    send_all(world.now)

    (mail,) = box.mails
    assert mail.to == "ann@example.com"
    assert "Bcc" not in mail.message
    assert mail.message["Subject"] == "[Payment status] Hi Bcc: all@example.com <b>{stop}"
    html = mail.text("html")
    assert "{stop} {0}" in mail.text()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_nothing_of_the_address_stands_in_the_row_when_it_is_kept(
    world: World, box: MailBox, post: Post
) -> None:
    post(email="ann.lee@example.com")

    row = Subscription.objects.values().get()
    assert not any("ann" in str(value) or "example" in str(value) for value in row.values())


def test_subscription_is_gone_when_the_secret_is_another_one(
    world: World, box: MailBox, settings: Settings
) -> None:
    subscribed()
    make_incident(world, ago=timedelta(minutes=-1))
    settings.SECRET_KEY = "another" * 10

    send_all(world.now + timedelta(minutes=5))

    assert box.mails == []


def test_form_says_that_there_is_no_mail_when_no_server_is_set(
    world: World, box: MailBox, post: Post, settings: Settings
) -> None:
    settings.EMAIL_URL = None

    assert post(email="ann@example.com").status_code == 404
    assert b"sends no mail" in Client().get("/en/subscribe/").content


def test_site_name_with_braces_is_told_as_it_is(
    world: World, box: MailBox, post: Post, settings: Settings
) -> None:
    settings.SITE_NAME_EN = "Pay {x} status"

    post(email="ann@example.com")
    send_all(clock.now())

    assert "Pay {x} status" in box.mails[0].text()
    assert link_in(box.mails[0], "confirm")
    assert site().name == Bilingual("支付状态", "Pay {x} status")


@pytest.mark.parametrize(
    ("raw", "server"),
    [
        ("", None),
        ("smtp://mail.example", MailServer(host="mail.example", port=25, security=Security.NONE)),
        (
            "smtp+tls://ann:p%40ss@mail.example:2525",
            MailServer(
                host="mail.example", port=2525, security=Security.STARTTLS, user="ann", password="p@ss"
            ),
        ),
        ("smtps://[::1]", MailServer(host="::1", port=465, security=Security.TLS)),
    ],
)
def test_mail_server_is_read_when_its_address_is_right(raw: str, server: MailServer | None) -> None:
    assert read_mail_server(raw) == server


@pytest.mark.parametrize(
    "raw", ["mail.example", "http://mail.example", "smtp://", "smtp://a@b.example", "smtp://b:x"]
)
def test_mail_server_is_refused_when_its_address_is_wrong(raw: str) -> None:
    with pytest.raises(ValueError, match=r"expected smtp\+tls://"):
        read_mail_server(raw)
