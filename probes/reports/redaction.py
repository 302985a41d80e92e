"""Cuts from a text what could name a person: numbers, addresses, account names and mentions."""

import re
from functools import lru_cache

CUT = "•••"

# Full-width and circled digits are folded one to one, so that positions in the folded text are those in
# the original.
_FOLD = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2010: 0x2D, 0x2011: 0x2D, 0x2013: 0x2D}
_FOLD |= {0x2014: 0x2D, 0x2212: 0x2D, 0xFF65: 0x2E, 0x3002: 0x2E, 0xA0: 0x20}
# What has no width, and the keycap around an emoji digit, parts a number no more than a space does.
_FOLD |= dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFE0F, 0x20E3, 0xFEFF), 0x20)
_FOLD |= {0x2460 + i: 0x31 + i for i in range(9)} | {0x24EA: 0x30, 0x2776: 0x31}
_FOLD |= {0xB2: 0x32, 0xB3: 0x33, 0xB9: 0x31}
_FOLD |= {0x1D7CE + i: 0x30 + i % 10 for i in range(50)}
_SPOKEN = {
    ord(sign): ord(digit)
    for signs, digit in zip(
        ("零〇○Oo", "一壹幺", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"),
        "0123456789",
        strict=True,
    )
    for sign in signs
    if sign not in "Oo"
}

_GAP = r"[\s.\-_·*~,/]{0,3}"
_DIGITS = re.compile(
    rf"(?<![\d.])(?:\b[A-Z](?=[12]\d{{8}}(?!\d)))?\+?\(?\d(?:{_GAP}[()]?\d){{6,}}(?:{_GAP}[xX](?![A-Za-z]))?"
)
_CLOCK = re.compile(  # or a sum of money with commas
    r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?(?![\d,])|(?<![\d.])\d{1,6}\.\d{2}(?!\s?[\d.\-])|"
    r"(?<![\d\s\-])(?:19|20)\d\d\s?[-~]\s?(?:19|20)\d\d(?!\s?[\d\-])|"  # years
    r"\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[\sT]+\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[-~]\s?\d{1,2}:\d{2})?"
)
_COUNTED = frozenset("人元块塊圆万萬")  # after a number of up to eight digits: an amount
_WORD = r"[A-Za-z0-9][A-Za-z0-9_.\-]*"
_EMAIL = re.compile(
    r"[A-Za-z0-9][\w.+\-]*\s?(?:@|\(at\)|\[at\]|\{at\}|#at#|艾特)\s?[A-Za-z0-9][\w\-]*"
    r"(?:\s?(?:\.|\(dot\)|\[dot\]| dot |点)\s?[A-Za-z]{2,}){1,3}"
    r"|[A-Za-z0-9][\w.+\-]* at [A-Za-z0-9][\w\-]*"
    r"(?:(?: dot |\.)(?:com|cn|net|org|edu|gov|io|me|co|hk|tw|uk|de)){1,2}\b",
    re.IGNORECASE | re.ASCII,
)
_LINK_NAME = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|wa\.me|line\.me|m\.me|instagram\.com|facebook\.com|x\.com|twitter\.com"
    r"|weibo\.com|u\.wechat\.com|qm\.qq\.com|tiktok\.com|github\.com|linkedin\.com)/[^\s\u4e00-\u9fff，。）)]+",
    re.IGNORECASE,
)
_LINK_QUERY = re.compile(r"(https?://[^\s?#\u4e00-\u9fff]*)[?#][^\s\u4e00-\u9fff]*")
_MENTION = re.compile(r"(?<![A-Za-z0-9])@[ ]?(?!我|你|他|她|官方|所有人|全体|一下|了|到)[\w\-·.]{1,30}")
_ACCOUNT = re.compile(
    r"(?P<head>(?:微信号?|威信|薇信|加[vVwW微]|[vV]信号?|\b[vV][xX]?\b|\bwx\b|\bwechat(?:\s?id)?\b|\bweixin\b|\bqq号?|扣扣|企鹅号?|支付宝"
    r"|小红书号?|抖音号?|微博|快手号?|b站|telegram|\btg\b|电报|\bline\b|whats\s?app|skype|signal|\binsta(?:gram)?\b|\big\b|twitter|discord"
    r"|账号|帐号|賬號|帳號|账户名?|帳戶|用户名|用戶名|登录名|昵称|暱稱|网名|\bid\b|openid|uid|user\s?name|\buser\b|login|handle|account(?:\s?(?:name|id))?|\bdm\b|私信|联系)"
    r"(?:\s?(?:账号|帐号|号|號|名|id))?)"
    rf"(?P<join>\s*(?:[:：=]|是|为|為|叫|→|\bis\b)\s*[\"'“「『]?|\s*)(?P<name>{_WORD})",
    re.IGNORECASE | re.ASCII,  # a Chinese character ends a word
)
_NAMED = re.compile(
    r"(?P<head>(?:真实)?姓名|(?<!商户)名字|(?<!商)户名|(?<!商)戶名|昵称|暱稱|用户名|用戶名|网名|账号名?|帐号名?|賬號|帳號|账户名|收款人|付款人|开户人|持卡人|联系人|聯絡人|住址|地址|本人叫"
    r"|我叫(?!了|过|你|他|她|它|人|不|别|客服|外卖|个)"
    r"|\bmy name is|\bname|cardholder|payee|contact)(?P<join>\s*(?:[:：=]|是|为|為)\s*[\"'“「『]?|\s?)"
    r"(?P<name>[\u4e00-\u9fff·A-Za-z0-9_\-]{2,20}(?:\s[A-Z][a-z]+)?)",
    re.IGNORECASE,
)
# Surnames that seldom begin another word; a name without "is called" before it is known by them alone.
_SURNAME = (
    "[王李张張刘劉陈陳杨楊赵趙吴吳徐孙孫朱胡郭林梁宋郑鄭谢謝韩韓唐冯馮董萧蕭曹袁邓鄧傅沈彭吕呂苏蘇卢盧蒋蔡贾丁魏薛阎"
    "潘杜戴钟鍾汪姜范姚谭譚廖邹熊陆陸郝崔邱秦顾侯邵孟]"
)
_UNSAID = re.compile(
    rf"(?:(?<!商)[户戶]名\s|姓名\s|本人|我是)(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}})(?=[\s,.，、;:!！]|$)"
)
_HANDLE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼新][A-Z][·\s]?(?=[A-Z]?\d)[A-Z\d]{5,6}(?![A-Za-z\d])|(?:wxid|gh)_[A-Za-z0-9_\-]+|\bo[A-Za-z0-9_\-]{27}\b"
)
_SERVICE = frozenset(
    [
        "pay",
        "wechat",
        "weixin",
        "app",
        "pro",
        "max",
        "plus",
        "iphone",
        "android",
        "ios",
        "wifi",
        "code",
        "id",
        "fenfu",
        "payment",
        "pin",
        "and",
        "the",
        "to",
        "is",
        "was",
        "not",
        "of",
        "my",
        "for",
        "on",
        "in",
        "it",
        "a",
        "me",
        "us",
        "now",
        "support",
        "page",
        "dm",
        "was",
        "has",
        "can",
        "will",
        "please",
        "link",
        "error",
        "from",
        "with",
        "this",
        "that",
        "or",
        "so",
        "if",
        "cash",
        "cod",
        "paypal",
        "alipay",
    ]
)
# What any of the patterns needs; most posts have none of it and are left as they are after one look.
_MAYBE = re.compile(
    r"[@＠#:：=]|\d(?:\D{0,3}\d){6}|[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖\d](?:[\s\-.]?[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖\d]){9}"
    r"|[①-⑨⓪❶²³¹]|[\U0001D7CE-\U0001D7FF]|艾特|(?i: at |\bdot\b|\bname\b)"
    r"|\.(?:me|com|cn)/|wxid|gh_|[号號叫是为為→]\W{0,2}[A-Za-z\d_]|[A-Za-z]\w*[\d_]|[\d_]\w*[A-Za-z]"
    r"|姓名|户名|戶名|昵称|暱稱|用户名|我叫|本人|我是|地址|住址|\u20E3|\bid\b"
)


@lru_cache(maxsize=4096)  # what is passed on word for word is cut once
def redact(text: str) -> str:
    """``text`` with personal data replaced by ``•••``; amounts, times, dates and error codes stay.

    Cut are telephone, identity-card, bank-card and other numbers of seven digits and more, e-mail
    addresses, mentions, account names and profile links, also where spaced, full-width or written in
    Chinese numerals.
    """
    if _MAYBE.search(text) is None:
        return text
    folded = text if text.isascii() else text.translate(_FOLD)
    spans = [*_personal(folded)]
    if not text.isascii():
        spoken = folded.translate(_SPOKEN)
        spans += [
            m.span()
            for m in re.finditer(r"\d(?:[\s\-.]?\d){9,}", spoken)
            if m.group() != folded[slice(*m.span())]
        ]
    return _without(text, spans)


def _personal(folded: str) -> list[tuple[int, int]]:
    spans = [m.span() for m in _HANDLE.finditer(folded)]
    at = "@" in folded
    if at or "艾特" in folded or "at" in folded.lower():
        spans += [m.span() for m in _EMAIL.finditer(folded)]
    if at:
        spans += [(m.start() + 1, m.end()) for m in _MENTION.finditer(folded)]
    if "/" in folded:
        spans += [m.span() for m in _LINK_NAME.finditer(folded)]
        spans += [(m.end(1), m.end()) for m in _LINK_QUERY.finditer(folded)]
    spans += [m.span("name") for m in _ACCOUNT.finditer(folded) if _names_account(m)]
    spans += [
        m.span("name")
        for m in _NAMED.finditer(folded)
        if m["join"].strip() or m["head"].endswith(("叫", "is"))
    ]
    spans += [m.span("name") for m in _UNSAID.finditer(folded)]
    spans += [span for m in _DIGITS.finditer(folded) for span in _numbers(m)]
    return spans


def _names_account(match: re.Match[str]) -> bool:
    name = match["name"].strip(".-_")
    if len(name) < 4 or name.lower() in _SERVICE:
        return False
    odd = any(sign.isdigit() or sign == "_" for sign in name)
    return bool(match["join"].strip()) or match["head"].endswith(("号", "號")) or (odd and len(name) >= 5)


def _numbers(match: re.Match[str]) -> list[tuple[int, int]]:
    """The parts of a run of digits that are neither a date nor a time, where they are long enough to name a
    person."""
    text, start = match.group(), match.start()
    if len(text) <= 8 and text.isdigit() and match.string[match.end() :][:1] in _COUNTED:
        return []
    pieces, last = [], 0
    for clock in _CLOCK.finditer(text):
        pieces.append((last, clock.start()))
        last = clock.end()
    pieces.append((last, len(text)))
    return [
        (start + left, start + right)
        for left, right in pieces
        if sum(sign.isdigit() for sign in text[left:right]) >= 7
    ]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    last = 0
    for start, end in sorted(spans):
        if end <= last:
            continue
        if start > last or not kept:
            kept.append(text[last:start])
            kept.append(CUT)
        elif kept[-1] != CUT:
            kept.append(CUT)
        last = end
    kept.append(text[last:])
    return "".join(kept)
