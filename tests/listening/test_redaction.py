import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from probes.listening.privacy.redaction import redact


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        pytest.param("打我电话13800138000", "13800138000", id="mobile number"),
        pytest.param("电话 138 0013 8000 谢谢", "0013", id="spaced mobile number"),
        pytest.param("+86-139-1234-5678", "1234", id="mobile number with a country code"),
        pytest.param("座机0755-83765566", "83765566", id="landline"),
        pytest.param("１３８００１３８０００", "８００", id="full-width digits"),
        pytest.param("一三八零零一三八零零零找我", "三八零零", id="digits spelled out"),
        pytest.param("身份证11010519900307123X", "19900307", id="identity card"),
        pytest.param("身分證 A123456789", "A123", id="Taiwanese identity card"),
        pytest.param("卡号6222 0212 3456 7890 123", "7890", id="bank card"),
        pytest.param("发到a.b@qq.com", "a.b", id="e-mail address"),
        pytest.param("foo [at] bar dot com", "foo", id="e-mail address in disguise"),
        pytest.param("@张三 你也付不了？", "张三", id="mention"),
        pytest.param("//@李四:转发微博", "李四", id="author of a forwarded post"),
        pytest.param("加V abc_123 解封", "abc_123", id="account name after a hint"),
        pytest.param("vx：hello99", "hello99", id="account name after a colon"),
        pytest.param("我的wxid_k2jd9sk22", "wxid_k2jd9sk22", id="technical account name"),
        pytest.param("QQ 12345678", "12345678", id="QQ number"),
        pytest.param("wechat id is bigdog", "bigdog", id="English account name"),
        pytest.param("昵称：小甜甜 付不了", "小甜甜", id="nickname"),
        pytest.param("我叫王小明，付不了", "王小明", id="name"),
        pytest.param("本人李雷，身份已核", "李雷", id="name without a word for it"),
        pytest.param("户名 王芳 收不到钱", "王芳", id="account holder"),
        pytest.param("My name is John Smith and my card fails", "Smith", id="English name"),
        pytest.param("加我VX：abcd1234处理", "abcd1234", id="account name amid Chinese"),
        pytest.param("foo AT bar DOT com", "foo", id="e-mail address in capitals"),
        pytest.param(
            "1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e3"
            "2\ufe0f\u20e33\ufe0f\u20e3",
            "3\ufe0f\u20e38",
            id="keycap digits",
        ),
        pytest.param("138\u200b0013\u200b8000", "8000", id="invisible signs between digits"),
        pytest.param("地址：朝阳区建国路88号3单元502", "建国路", id="address"),
        pytest.param("京A12345车主", "A12345", id="number plate"),
        pytest.param("https://weibo.com/u/1234567 看这里", "1234567", id="profile link"),
        pytest.param("https://shop.example/pay?user=laowang", "laowang", id="query of a link"),
        pytest.param("https://pay.example/s/live_a1B2c3D4e5F6", "live_a1B2", id="key in a link"),
        pytest.param("136🐔8820🐔4471 懂的打", "8820", id="number parted by emoji"),
        pytest.param("建设银行 6227 **** **** 8812 扣款", "8812", id="number half covered"),
        pytest.param("卡尾号0923，钱还没退", "0923", id="end of a card number"),
        pytest.param("card ending in 4408 got hit", "4408", id="end of a card number in English"),
        pytest.param("验证码839204发给骗子了", "839204", id="code sent by message"),
        pytest.param("登录IP 223.104.63.18不是我", "223.104", id="internet address"),
        pytest.param("住台北市大安區和平東路二段118巷12號5樓", "118巷", id="street address"),
        pytest.param("ship to 1842 Maple Hollow Rd, Apt 3B", "Maple", id="English street address"),
        pytest.param("停车缴费 川 A 6 6 Q 1 2 超时", "6 6 Q", id="spaced number plate"),
        pytest.param("对方账户名孙浩然，转了2万", "孙浩然", id="holder with no sign between"),
        pytest.param("付款给刘*华，显示待收款", "刘*华", id="name half covered"),
        pytest.param("我的賴是kuo.peng_33", "kuo.peng", id="LINE name"),
        pytest.param("威❤kk99821a，私我", "kk99821a", id="account name after a heart"),
        pytest.param("绿泡泡找我 nanfeng_zhi1 谢谢", "nanfeng", id="account name that looks like one"),
        pytest.param("卫星号sunny20230x，没会员", "sunny", id="account name after a disguised network"),
        pytest.param("@Karen_Tse88@阿明Ming 你哋有冇事", "阿明", id="mention after a mention"),
        pytest.param("扣Q：二九三三七一零五八，没发", "九三三", id="shorter number spelled out"),
        pytest.param("text me five five five oh one nine two four", "five oh", id="number in English words"),
    ],
)
def test_redact_cuts_personal_data_when_a_post_holds_it(text: str, secret: str) -> None:
    cleaned = redact(text)

    assert secret not in cleaned
    assert "•••" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 20:15 付了1980元，错误代码10003",
        "¥12345.67没到账",
        "1000000人都崩了",
        "历年事故盘点（2022-2025）",
        "我叫了三次客服都没用",
        "商户名字是一串字母",
        "系统维护 23:30-05:00，升级中",
        "微信支付 iPhone 14 闪退",
        "POS机显示05不予承兑，额度还有5000",
        "1,234,567.89元没到账",
        "The window was supposed to close at 5. It's 8 now.",
        "Fenfu limit went from 10k to zero, WeChat Pay works",
        "提示系统繁忙，错误码268502035",
        "微信8.0.53.2740更新后分付没了",
        "还款日20261125，还不进去",
        "客服热线400-670-0700打不进去",
        "我等了1000000年，转圈没停过",
        "Discord is having an outage, my account is locked",
        "收货地址是个我没听过的县",
        "系统错误0x0000011b",
        "card_velocity_exceeded, SYSTEM_ERROR",
        "npm i stripe@14.5.0 之后报错, they walked me through sending 900",
        "中国信托客服0800-024-365说要等，11月12日，晚上8:15",
        "meet @ 7:30 pm at the bank",
    ],
)
def test_redact_leaves_a_post_as_it_is_when_nothing_in_it_names_a_person(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "1" + "x" * 20_000,
        "1" + "*" * 20_000 + "2",
        "a@a" + ".a" * 20_000,
        "http://" * 20_000,
        "姓名:" * 20_000,
    ],
    ids=["covered digits", "stars", "domain", "links", "names"],
)
def test_redact_ends_soon_when_a_text_is_made_to_keep_it_busy(text: str) -> None:
    with time_limit(seconds=20):
        redact(text)


@contextmanager
def time_limit(*, seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
