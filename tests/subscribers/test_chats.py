"""How each kind of chat is told, and what its answers mean."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from probes.vocabulary.telling import Channel
from statuspage.subscribers.hooks.posts import ChatEntry, ChatMessage, HookError, HookTarget
from statuspage.subscribers.hooks.sending import CHATS
from statuspage.subscribers.hooks.webhook import signed

NOW = datetime(2026, 11, 22, 4, 26, 5, tzinfo=UTC)
TARGET = HookTarget(url="https://chat.example/hook?key=k", secret="s3cret", chat="-100")


def message(title: str = "QR payment: outage", text: str = "It fails.", *, entries: int = 1) -> ChatMessage:
    entry = ChatEntry(mark="New", title=title, text=text, url="https://pay.example/en/incidents/a/")
    return ChatMessage(headline=f"[Pay] {title}", entries=(entry,) * entries)


def told(channel: Channel, said: ChatMessage) -> str:
    return CHATS[channel].post(said, TARGET, NOW).body.decode()


@pytest.mark.parametrize("channel", CHATS)
def test_chat_reads_title_text_and_link_when_it_is_told(channel: Channel) -> None:
    body = told(channel, message())

    for part in ("QR payment: outage", "It fails.", "https://pay.example/en/incidents/a/", "New"):
        assert part in body


@pytest.mark.parametrize("channel", CHATS)
def test_message_is_not_too_long_when_much_is_told_at_once(channel: Channel) -> None:
    body = told(channel, message("题" * 200, "文" * 5000, entries=40))

    longest = {Channel.WECOM: 4500, Channel.TELEGRAM: 16_000, Channel.SLACK: 400_000, Channel.TEAMS: 500_000}
    assert len(body.encode()) < longest.get(channel, 60_000)
    assert json.loads(body)


@pytest.mark.parametrize(
    ("channel", "hostile"),
    [
        (Channel.SLACK, "<!channel>"),
        (Channel.SLACK, "<https://evil.example|x>"),
        (Channel.TELEGRAM, "<a href='https://evil.example'>"),
        (Channel.TEAMS, "[x](https://evil.example)"),
        (Channel.DINGTALK, "[x](https://evil.example)"),
        (Channel.WECOM, "[x](https://evil.example)"),
    ],
)
def test_nothing_is_a_link_or_a_call_when_a_title_is_hostile(channel: Channel, hostile: str) -> None:
    body = json.loads(told(channel, message(hostile, "")))

    assert hostile not in json.dumps(body, ensure_ascii=False).replace(f"[Pay] {hostile}", "")


def test_feishu_is_signed_by_nothing_and_the_moment_with_the_secret() -> None:
    body = json.loads(told(Channel.FEISHU, message()))

    key = f"{body['timestamp']}\ns3cret".encode()
    assert body["timestamp"] == str(int(NOW.timestamp()))
    assert body["sign"] == base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()


def test_dingtalk_is_signed_in_its_address() -> None:
    asked = parse_qs(urlsplit(CHATS[Channel.DINGTALK].post(message(), TARGET, NOW).url).query)

    (at,) = asked["timestamp"]
    mark = hmac.new(b"s3cret", f"{at}\ns3cret".encode(), hashlib.sha256).digest()
    assert asked == {"key": ["k"], "timestamp": [at], "sign": [base64.b64encode(mark).decode()]}
    assert at == str(int(NOW.timestamp() * 1000))


def test_webhook_is_signed_as_in_the_example_of_the_standard() -> None:
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    ("channel", "status", "body"),
    [
        (Channel.SLACK, 200, b"ok"),
        (Channel.TEAMS, 202, b""),
        (Channel.TELEGRAM, 200, b'{"ok": true, "result": {}}'),
        (Channel.FEISHU, 200, b'{"code": 0, "msg": "success"}'),
        (Channel.DINGTALK, 200, b'{"errcode": 0, "errmsg": "ok"}'),
        (Channel.WECOM, 200, b'{"errcode": 0, "errmsg": "ok"}'),
    ],
)
def test_message_was_taken_when_a_chat_says_so(channel: Channel, status: int, body: bytes) -> None:
    CHATS[channel].heed(status, body)


@pytest.mark.parametrize(
    ("channel", "status", "body", "permanent"),
    [
        pytest.param(Channel.SLACK, 404, b"no_service", True, id="Slack: gone"),
        pytest.param(Channel.SLACK, 429, b"", False, id="Slack: too often"),
        pytest.param(Channel.SLACK, 302, b"", True, id="Slack: it leads elsewhere"),
        pytest.param(Channel.TEAMS, 500, b"", False, id="Teams: it is down"),
        pytest.param(Channel.TELEGRAM, 403, b'{"ok": false, "error_code": 403}', True, id="Telegram: out"),
        pytest.param(Channel.TELEGRAM, 502, b"<html>", False, id="Telegram: it is down"),
        pytest.param(
            Channel.FEISHU, 200, b'{"code": 19021, "msg": "sign match fail"}', True, id="Feishu: sign"
        ),
        pytest.param(Channel.FEISHU, 200, b'{"code": 11232}', False, id="Feishu: too often"),
        pytest.param(Channel.FEISHU, 200, b"<html>", True, id="Feishu: another page"),
        pytest.param(Channel.DINGTALK, 200, b'{"errcode": 310000}', True, id="DingTalk: sign"),
        pytest.param(Channel.DINGTALK, 200, b'{"errcode": 130101}', False, id="DingTalk: too often"),
        pytest.param(Channel.WECOM, 200, b'{"errcode": 93000}', True, id="WeCom: no such key"),
        pytest.param(Channel.WECOM, 200, b'{"errcode": 45009}', False, id="WeCom: too often"),
        pytest.param(Channel.WECOM, 200, b"[" * 100_000, True, id="WeCom: nonsense"),
    ],
)
def test_message_is_tried_again_or_given_up_when_a_chat_refuses_it(
    channel: Channel, status: int, body: bytes, permanent: bool
) -> None:
    with pytest.raises(HookError) as caught:
        CHATS[channel].heed(status, body)

    assert caught.value.permanent is permanent


def test_telegram_is_left_alone_for_as_long_as_it_asks() -> None:
    body = b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 33}}'

    with pytest.raises(HookError) as caught:
        CHATS[Channel.TELEGRAM].heed(429, body)

    assert caught.value.asked == timedelta(seconds=33)
    assert not caught.value.permanent
