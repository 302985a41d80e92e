from datetime import UTC, datetime, timedelta

import pytest

from probes.listening.reposts import RepostIndex

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ORIGINAL = "医院缴费窗口排了四十分钟，轮到我，微信支付超时，再来，还是超时，护士说让下一个先"


def join(
    first: str,
    second: str,
    *,
    authors: tuple[str, str] = ("anna", "bert"),
    apart: timedelta = timedelta(minutes=5),
) -> str | None:
    index = RepostIndex()
    index.original_of(key="first", text=first, author=authors[0], at=NOW)
    return index.original_of(key="second", text=second, author=authors[1], at=NOW + apart)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(ORIGINAL, id="as it was"),
        pytest.param(f"转发微博：{ORIGINAL}", id="forwarded"),
        pytest.param(f"太真实了 //@老王:{ORIGINAL}", id="forwarded with a comment"),
        pytest.param(ORIGINAL[:26] + "…全文", id="cut off"),
        pytest.param(ORIGINAL.replace("，", "😭，🙃"), id="with emoji"),
        pytest.param(" ".join(ORIGINAL), id="spaced out"),
        pytest.param(
            "醫院繳費窗口排了四十分鐘，輪到我，微信支付超時，再來，還是超時，護士說讓下一個先",
            id="traditional",
        ),
        pytest.param(ORIGINAL[:15], id="cut off without a mark"),
        pytest.param(ORIGINAL[-15:], id="its end"),
        pytest.param(f"求助，{ORIGINAL}，你们呢，我这边两家店都这样", id="with something before and after"),
        pytest.param(f"朋友发的，{ORIGINAL[:26]}，我也遇到了", id="cut, with something before and after"),
        pytest.param("护士说让下一个先，" + ORIGINAL.removesuffix("，护士说让下一个先"), id="turned round"),
        pytest.param(f"有人说：“{ORIGINAL}”[怒] #支付失败", id="quoted, with an emoticon and a hashtag"),
    ],
)
def test_repost_index_joins_a_long_text_when_somebody_passes_it_on(copy: str) -> None:
    assert join(ORIGINAL, copy) == "first"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("分付付不了了", "分付付不了了", id="the same few words"),
        pytest.param("一直转圈付不出去，烦死了", "一直转圈付不出去，急死了", id="nearly the same words"),
        pytest.param(
            "我在合肥，分付扫码付不了，换了三家店都不行",
            "我在杭州，分付扫码付不了，换了三家店都不行",
            id="another city",
        ),
        pytest.param(
            "为什么不支持这张卡付款了", "转账为什么不支持这张卡付款了", id="a transfer, not a forward"
        ),
        pytest.param(
            "【投诉】6月18日20:03付款提示系统异常，订单被取消",
            "【投诉】6月19日09:41付款提示系统异常，订单被取消",
            id="form letters",
        ),
    ],
)
def test_repost_index_keeps_texts_apart_when_two_people_say_alike(first: str, second: str) -> None:
    assert join(first, second) is None


def test_repost_index_joins_even_a_short_text_when_the_same_author_repeats_it() -> None:
    assert join("分付付不了了", "分付付不了了！！", authors=("anna", "anna")) == "first"


def test_repost_index_forgets_a_text_when_its_window_has_passed() -> None:
    assert join(ORIGINAL, ORIGINAL, apart=timedelta(days=4)) is None


def test_repost_index_forgets_the_oldest_when_more_come_than_it_has_room_for() -> None:
    index = RepostIndex(capacity=3)
    words = ("一", "二", "三", "四", "五")
    for word in words:
        index.original_of(key=word, text=word * 5, author=word, at=NOW)

    found = [index.original_of(key="again", text=word * 5, author=word, at=NOW) for word in reversed(words)]

    assert found == ["五", "四", "三", None, None]
