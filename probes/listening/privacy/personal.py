"""Where personal data stands in a folded text (see ``redaction``): the spans to cut, a function per kind.

Repetitions that a hostile text could make meet again and again are bounded: time grows as the text does.
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

Spans = Iterator[tuple[int, int]]

# Numbers

_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf"
_GAP = rf"(?:[\s.\-_·~,/{_EMOJI}]{{0,3}}|(?>\s?[*xX]{{2,12}}(?:\s?[*xX]{{2,6}}){{0,3}}\s?))"
_DIGITS = re.compile(
    rf"(?<![\d.])(?<!0x)(?:\b[A-Z](?=[12]\d{{8}}(?!\d)))?\+?\(?\d(?:{_GAP}[()]?\d){{6,}}(?:{_GAP}[xX](?![A-Za-z]))?"
)
_NO_NUMBER = re.compile(
    r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?(?![\d,])|(?<![\d.])\d{1,6}\.\d{2}(?!\s?[\d.\-])|"
    r"(?<![\d\s\-])(?:19|20)\d\d\s?[-~]\s?(?:19|20)\d\d(?!\s?[\d\-])|"  # years
    r"(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)|(?<!\d)[1-9]\d?0{5,}(?!\d)|"  # day, sum
    r"(?<![\d+])\d{1,2}\.\d{1,3}\.\d{1,3}(?:\.\d{1,5})?(?![\d.])|"  # version
    r"(?<!\d)(?:[48]00|0800)[- ]\d{3}[- ]?\d{3,4}(?!\d)|"  # hotline
    r"\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[\sT]+\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[-~]\s?\d{1,2}:\d{2})?"
)
_OF_AN_ERROR = re.compile(
    r"(?:错误|錯誤|异常|異常|返回|报错|報錯|状态|代)[码碼]|code|err(?:or)?\b", re.IGNORECASE
)
_COUNTED = frozenset("人元块塊圆万萬")  # after a number of up to eight digits: an amount
_SPELT_NUMBER = re.compile(r"\d(?:[\s\-.]?\d){7,}")
_IN_WORDS = re.compile(
    r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[\s,\-]{0,3}){7,}",
    re.IGNORECASE,
)
_PART_OF_NUMBER = re.compile(
    r"(?:[尾末后後前][四六4六]?[位码碼号號数數]{1,2}|\bending(?: in| with)?|last (?:four|4)(?: digits)?)"
    r"(?:\s?(?:是|为|為|:|are|is))?\s*(?P<cut>\d(?:\s?\d){2,5}[xX]?)"
    r"|(?:验证码|驗證碼|校验码|(?:verification|security|sms) code|\botp)\D{0,4}(?P<code>\d{4,8})(?!\d)",
    re.IGNORECASE,
)
_INTERNET = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_VERSION = re.compile(
    r"(?:\bv|ver(?:sion)?|版本?|微信|支付宝|wechat|alipay|ios|android)\D{0,2}$", re.IGNORECASE
)
_INTERNET_V6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}:?[0-9a-fA-F]{1,4}(?![\w:])")


def numbers(text: str) -> Spans:
    """Numbers of seven digits and more, and shorter ones that are called a part or a code.

    Dates, times, sums of money, versions, hotlines and error codes are left; a shorter number is cut where it
    is said to be a part of such a number or a code sent by message.
    """
    for match in _INTERNET.finditer(text):
        if all(int(part) < 256 for part in match.group().split(".")) and not _VERSION.search(
            text[: match.start()]
        ):
            yield match.span()
    for match in _DIGITS.finditer(text):
        yield from _long_parts(match)
    for match in _PART_OF_NUMBER.finditer(text):
        yield match.span("cut" if match["cut"] else "code")


def network_addresses(text: str) -> Spans:
    """Internet addresses of the sixth version."""
    return (match.span() for match in _INTERNET_V6.finditer(text))


def spelt_numbers(text: str) -> Spans:
    """Numbers of eight digits and more in a text whose Chinese numerals were made digits."""
    return (match.span() for match in _SPELT_NUMBER.finditer(text))


def _long_parts(match: re.Match[str]) -> Spans:
    """The parts of a run of digits that are no date or time and long enough to name a person."""
    text, start = match.group(), match.start()
    if text.isdigit() and len(text) <= 10:
        if len(text) <= 8 and match.string[match.end() :][:1] in _COUNTED:
            return
        if _OF_AN_ERROR.search(match.string[max(0, start - 8) : start]):
            return
    last = 0
    for clock in chain(_NO_NUMBER.finditer(text), [None]):
        left, right = last, clock.start() if clock else len(text)
        if sum(sign.isdigit() for sign in text[left:right]) >= 7 or "*" in text[left:right]:
            yield start + left, start + right
        last = clock.end() if clock else right


# Places

_STREET = re.compile(
    r"[\u4e00-\u9fff]{2,24}?(?:路|街|道|巷|弄|段|村|里|园|苑|组|區|区)[\u4e00-\u9fff]{0,4}?\d{1,5}\s?(?:号|號|弄|巷|栋|棟|幢|楼|樓|组|組|座)"
    r"(?:[\u4e00-\u9fff]{0,6}[A-Z]?\d{1,5}(?:-\d{1,4})?(?:号|號|弄|巷|栋|棟|幢|楼|樓|单元|室|门|座|层|層)?[A-Z]?(?:室)?){0,4}"
)
_ROAD = re.compile(
    r"\b\d{1,5}[A-Z]? (?:[A-Z][a-z]+ ){1,3}"
    r"(?:Rd|Road|St|Street|Ave|Avenue|Close|Lane|Ln|Dr|Drive|Blvd|Way|Court|Ct|Place|Pl|Terrace|Sq)\b"
    r"\.?(?:,? (?:Apt|Unit|Flat|#)\.? ?\w{1,5})?(?:,? [A-Z][a-z]+)?(?:,? [A-Z]{1,2}\w{0,2} \w{3,5})?"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼新]\s?[A-Z][·\s]?(?=[A-Z]?\s?\d)[A-Z\d](?:\s?[A-Z\d]){4,5}(?![A-Za-z\d])"
    r"|(?:车牌|車牌|架车|架車|plate)(?:号|號|number)?\s?[:是]?\s?(?P<cut>[A-Z]{1,3}[\s\-·]?\d{2,4}(?:[A-Z]{1,2})?)"
)


def places(text: str) -> Spans:
    """Street addresses with a number, and number plates."""
    for pattern in (_STREET, _ROAD):
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span("cut" if match["cut"] else 0) for match in _PLATE.finditer(text))


# Names

# Surnames that seldom begin another word; a name that no sign announces is known by them alone.
_SURNAMES = (
    "王李张張刘劉陈陳杨楊赵趙吴吳徐孙孫朱胡郭林梁宋郑鄭谢謝韩韓唐冯馮董萧蕭曹袁邓鄧傅沈彭吕呂苏蘇卢盧蒋蔡贾丁魏薛阎"
    "潘杜戴钟鍾汪姜范姚谭譚廖邹熊陆陸郝崔邱秦顾侯邵孟黄黃何叶葉罗羅马馬"
)
_NAME = (
    r"(?:(?:司马|欧阳|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯)[\u4e00-\u9fff]{1,2}"
    rf"|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
)
_AFTER_NAME = r"(?=[\s,.，、;:!?！？()（）\-]|的[卡号钱账微手]|电话|電話|手机|$)"
# Every choice begins with a character of its own: so sre passes most of a text by at one look.
_HOLDER = (
    r"姓名|真实姓名|名字(?<!商户名字)|户名(?<!商户名)|戶名(?<!商戶名)|昵称|暱稱|用户名|用戶名|网名|账号名?|帐号名?|賬號|帳號|账户名|帳戶名"
    r"|收款人|付款人|开户人|持卡人|联系人|聯絡人|住址|地址|本人叫"
)
_KIN = "|".join(whose + who for whose in "老我他她" for who in "公婆爸妈哥姐弟妹")
_ANNOUNCED = re.compile(
    rf"(?:{_HOLDER})\s*(?:[:=]|(?<!址)[是为為])\s*[\"'“「『]?(?P<cut>[\u4e00-\u9fff·A-Za-z0-9_\-]{{2,20}}(?:\s[A-Z][a-z]+)?)"
)
_CALLED = re.compile(
    r"我叫(?!了|过|你|他|她|它|人|不|别|客服|外卖|个)\s?(?P<cut>[\u4e00-\u9fff·A-Za-z0-9_\-]{2,20})"
)
_OWN_NAME = re.compile(
    rf"(?:{_HOLDER}|真名|实名|身份证上写|本人|我是|{_KIN}|儿子|女儿)\s?(?P<cut>{_NAME}|[\u4e00-\u9fff]{{2,6}}·[\u4e00-\u9fff]{{2,6}}){_AFTER_NAME}"
)
_BESIDE_NUMBER = re.compile(rf"\d{{3}}\s?(?P<cut>{_NAME}){_AFTER_NAME}")
_COVERED = re.compile(rf"[{_SURNAMES}][*]{{1,2}}[\u4e00-\u9fff]?")
_LATIN_NAME = re.compile(
    r"(?i:\bname|cardholder|payee|contact)(?:(?:\s?[:=]|\s(?i:is)\b)\s?[\"']?(?P<said>[A-Za-z][\w\-]+(?:\s[A-Z][a-z]+){0,2})"
    r"|\s?-?\s?(?P<cut>[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}))"
)


def names(text: str) -> Spans:
    """Names that a word announces, such as that of an account's holder, and those half covered by stars."""
    for pattern in (_ANNOUNCED, _CALLED, _OWN_NAME, _BESIDE_NUMBER):
        yield from (match.span("cut") for match in pattern.finditer(text))
    if "*" in text:
        yield from (match.span() for match in _COVERED.finditer(text))


def latin_names(text: str) -> Spans:
    """English names that a word announces, and numbers of seven digits and more in English words."""
    yield from (match.span("said" if match["said"] else "cut") for match in _LATIN_NAME.finditer(text))
    yield from (match.span() for match in _IN_WORDS.finditer(text))


# Accounts

_EMAIL = re.compile(
    r"[A-Za-z0-9][\w.+\-]{0,63}\s?(?:@|\(at\)|\[at\]|\{at\}|#at#|#(?=[\w\-]+\.[a-z]{2,4}\b)|艾特)\s?[A-Za-z0-9][\w\-]{0,63}"
    r"(?:\s?(?:\.|\(dot\)|\[dot\]| dot |点)\s?[A-Za-z]{2,}){1,3}"
    r"|[A-Za-z0-9][\w.+\-]{0,63} at [A-Za-z0-9][\w\-]{0,63}"
    r"(?:(?: dot |\.)(?:com|cn|net|org|edu|gov|io|me|co|hk|tw|uk|de)){1,2}\b",
    re.IGNORECASE | re.ASCII,
)
_MENTION = re.compile(
    r"(?:(?<![A-Za-z0-9])@|@(?![\w\-]{1,40}\.\w)) ?"
    r"(?!\d{1,2}[:点]|我|你|他|她|官方|客服|微信|支付宝|腾讯|所有人|全体|一下|了|到)[\w\-·.]{1,30}"
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{3,}")
_NETWORK = (
    r"[微威薇徽]信?|[加+][vw微]?|v信|\bvx?|\bwx|\bwechat|\bweixin|\bqq|扣扣|企鹅|支付宝|小红书|抖音|微博|快手|b站|telegram|\btg|电报|\bline"
    r"|賴|(?<![型本代信])[号號]|whats\s?app|skype|signal|\binsta(?:gram)?|\big|twitter|discord|账号|帐号|賬號|帳號|账户|帳戶|用户名|用戶名|登录名|昵称|暱稱|网名"
    r"|\bid|(?:open|union)id|uid|user\s?name|\buser|login|handle|account|\bdm|私信|联系"
)
_HINT = re.compile(
    rf"(?:{_NETWORK})(?P<kind>\s?(?:账号|帐号|号|號|名|id|name))?"
    r"(?P<join>\s*(?:[:=]|是|为|為|叫|→|\bis\b)\s*[\"'“「『~]?|[\s~\u2600-\u27bf\U0001f000-\U0001faff]*)$",
    re.IGNORECASE | re.ASCII,  # a Chinese character ends a word
)
_LONGEST_HINT = 24
_JOINED = frozenset(":=是为為叫→号號~")
# What has an underscore and a digit, too: codes of errors seldom are spelt so.
_TECHNICAL = re.compile(r"(?:wxid|gh)_.+|o.{27}|(?=.*\d)(?=.*[a-z])[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]{2,}")
_AT = re.compile(r"[@#]|\bat\b|艾特", re.IGNORECASE | re.ASCII)
_PROFILE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|wa\.me|line\.me|m\.me|instagram\.com|facebook\.com|x\.com|twitter\.com"
    r"|weibo\.com|u\.wechat\.com|qm\.qq\.com|tiktok\.com|github\.com|linkedin\.com)/[^\s\u4e00-\u9fff，。）)]+",
    re.IGNORECASE,
)
_QUERY = re.compile(r"https?://[^\s?#\u4e00-\u9fff]{0,300}(?P<cut>[?#][^\s\u4e00-\u9fff]*)")
_KEY_IN_LINK = re.compile(r"(?<=/)(?=[\w\-]*\d)[\w\-]{12,}", re.ASCII)
_COMMON_WORDS = frozenset(
    (Path(__file__).parent / "data" / "no_account_names.txt").read_text(encoding="utf-8").split()
)


def mentions(text: str) -> Spans:
    """The names after ``@``."""
    return ((match.start() + 1, match.end()) for match in _MENTION.finditer(text))


def emails(text: str) -> Spans:
    """E-mail addresses, in disguise too."""
    if _AT.search(text):
        yield from (match.span() for match in _EMAIL.finditer(text))


def accounts(text: str) -> Spans:
    """Account names after the name of a network or another hint, and what can hardly be anything else."""
    return (match.span() for match in _WORD.finditer(text) if _is_account(match))


def _is_account(word: re.Match[str]) -> bool:
    name, text, start = word.group().strip(".-_"), word.string, word.start()
    odd = len(name) > 4 and any(sign.isdigit() or sign == "_" for sign in name)
    last = text[:start].rstrip(" \"'“「『")[-1:]
    joined = last in _JOINED or text[max(0, start - 4) : start].lower() == " is "
    if _TECHNICAL.fullmatch(name):
        return True
    if not (odd or joined) or len(name) < 4 or name.lower() in _COMMON_WORDS:
        return False
    hint = _HINT.search(text, max(0, start - _LONGEST_HINT), start)
    if hint is None:
        return False
    # "Discord is slow" names no account, "my handle is slow" does.
    return (
        odd
        or bool(hint["kind"])
        or hint["join"].strip().lower() != "is"
        or hint.group().lower().startswith(("handle", "user"))
    )


def links(text: str) -> Spans:
    """Links to profiles, and of other links what may stand for a person: the query, and keys in the path."""
    if "/" not in text:
        return
    yield from (match.span() for match in _PROFILE.finditer(text))
    yield from (match.span("cut") for match in _QUERY.finditer(text))
    yield from (match.span() for match in _KEY_IN_LINK.finditer(text))
