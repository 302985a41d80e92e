"""What is wrong with a page, an address, a catalog or keys, in Chinese beside the English of who read it.

Those who read them know one language, for their words go into logs, too: each is known again by its text.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Sentence

_GUESS = Sentence("{problem}；是不是 {meant}？", "{problem}; did you mean {meant}?")
_PLACED = Sentence("{place}：{problem}", "{place}: {problem}")
# Of several that fit the first is taken.
_KNOWN = (
    # Pages of posts, and how they are had.
    Sentence("第 {n} 条：{problem}", "item {n}: {problem}"),
    Sentence("第 {n} 页：{problem}", "page {n}: {problem}"),
    Sentence("没有文字", "no text"),
    Sentence("时间 {time} 看不懂", "time {time} not understood"),
    Sentence("空白页面", "an empty page"),
    Sentence("没有元素符合 {place}", "no element matches {place}"),
    Sentence("订阅源里没有条目", "no entry in the feed"),
    Sentence("{n} 条内容一条也没看懂：{problem}", "nothing of {n} items was understood: {problem}"),
    Sentence("超过 {n} 条：只读了最前面的", "more than {n} items: only the first were read"),
    Sentence("得到的是网页，不是 JSON", "a web page instead of JSON"),
    Sentence("得到的是网页，不是订阅源", "a web page instead of a feed"),
    Sentence("得到的是登录页，不是内容", "a login page instead of posts"),
    Sentence("声明了实体的文档类型，不是订阅源", "a document type that declares entities instead of a feed"),
    Sentence("不是 JSON：{fault}", "no JSON: {fault}"),
    Sentence("{place} 处没有列表", "no list at {place}"),
    Sentence("不是订阅源：{fault}", "no feed: {fault}"),
    Sentence("跳过了订阅源之前的文字：{text}", "text before the feed was passed over: {text}"),
    Sentence("XML 有损坏，读到哪里算哪里：{fault}", "broken XML, read as far as it goes: {fault}"),
    Sentence("选择器有误：{fault}", "a selector is wrong: {fault}"),
    Sentence("无法解析：{fault}", "cannot be parsed: {fault}"),
    Sentence("一个元素的属性超过 {n} 个", "an element of more than {n} attributes"),
    Sentence("同时打开的元素超过 {n} 个", "more than {n} elements open at once"),
    Sentence("{n} 秒内没有读完", "was not read within {n} s"),
    Sentence("占用处理器超过 {n} 秒", "takes more than {n} s of the processor"),
    Sentence("读不了：读取的进程因它而崩溃", "cannot be read: whoever read it broke down of it"),
    Sentence("读不了：{fault}", "could not be read: {fault}"),
    Sentence("不是网址：{fault}", "not an address: {fault}"),
    Sentence("重定向超过 {n} 次", "more than {n} redirects"),
    Sentence("{site} 的 robots.txt 不允许", "robots.txt of {site} forbids it"),
    Sentence("robots.txt 返回 {status}", "robots.txt answered {status}"),
    Sentence("超过 {n} 秒", "took longer than {n} s"),
    Sentence("超过 {n} 字节", "more than {n} bytes"),
    Sentence("重定向到 {place}", "redirects to {place}"),
    Sentence("从 https 重定向到 http", "redirects from https to http"),
    Sentence("返回 HTTP {status}", "HTTP {status}"),
    # Catalog files.
    Sentence("不是 TOML：{fault}", "not TOML: {fault}"),
    Sentence("缺少：中英文要么都写，要么都不写", "missing: give both or none"),
    Sentence("缺少", "missing"),
    Sentence("缺少 {name}", "{name} is missing"),
    Sentence("不能为空", "must not be empty"),
    Sentence("同一项出现了两次", "names something twice"),
    Sentence("这个标识已被占用", "the slug is taken by another one"),
    Sentence("一个也没有：那就什么都显示不了", "there is none: nothing would be shown"),
    Sentence("应为文字列表，却是 {value}", "expected a list of texts, got {value}"),
    Sentence("应为数字，却是 {value}", "expected a number, got {value}"),
    Sentence("应为表，却是 {value}", "expected a table, got {value}"),
    Sentence("应为文字，却是 {value}", "expected a text, got {value}"),
    Sentence("应为 true 或 false，却是 {value}", "expected true or false, got {value}"),
    Sentence("应写成 {form} 这样的表", "expected tables written as {form}"),
    Sentence("超过 {n} 个字符", "longer than {n} characters"),
    Sentence("最大为 {most}，却是 {value}", "must be at most {most}, got {value}"),
    Sentence("至少为 {least}，却是 {value}", "must be at least {least}, got {value}"),
    Sentence("必须大于 0，却是 {value}", "must be more than 0, got {value}"),
    Sentence("环境变量 {name} 没有设置", "the environment variable {name} is not set"),
    Sentence("没有叫 {name} 的 {kind}", "there is no {kind} {name}"),
    Sentence("不认识这个键", "unknown key"),
    Sentence("不认识这个表", "unknown table"),
    Sentence("不认识 {name}", "{name} is unknown"),
    Sentence("{name} 不是时区，例如 {example}", "{name} is no time zone such as {example}"),
    Sentence("{pattern}：只能填 {parts}", "{pattern}: only {parts} can be filled in"),
    Sentence(
        "{name} 不是标识：最多 150 个小写字母、数字、点和连字符",
        "{name} is no slug of at most 150 lower-case letters, digits, dots and hyphens",
    ),
    Sentence(
        "{name} 不是标识：用小写字母、数字和单个连字符",
        "{name} is no slug: use lower-case letters, digits and single hyphens",
    ),
    Sentence("{name} 不在 {names} 之中", "{name} is none of {names}"),
    Sentence("{place} 不是“主机:端口”", "{place} is no host:port"),
    Sentence("{place} 不是主机", "{place} is no host"),
    Sentence("{place} 不是 http 或 https 地址：{fault}", "{place} is no http or https address: {fault}"),
    Sentence("{place} 不是 http 或 https 地址", "{place} is no http or https address"),
    Sentence("地址 {place} 里有用户名或密码", "a user name or password stands in the address {place}"),
    Sentence(
        "{name} 引用了环境变量 {variable}：这里只能引用以 {prefix} 开头的",
        "{name} names the environment variable {variable}: only variables that begin with {prefix} can be"
        " named here",
    ),
    Sentence(
        "{name} 是密钥，不能写在这里：请写 {reference} 并设置这个变量",
        "{name} is a secret, which must not stand here: write {reference} and set that variable",
    ),
    Sentence(
        "{name}：它的{field}是 {before}，不能变成 {after}；新的含义要用新的标识",
        "{name}: its {field} is {before} and cannot become {after}; a new meaning needs a new slug",
    ),
    # Keys and numbers of ours.
    Sentence("{name} 需要环境变量 {variable}", "{name} needs the environment variable {variable}"),
    Sentence("需要环境变量 {variable}", "needs the environment variable {variable}"),
    Sentence("引用了环境变量 {variable}：{rule}", "names the environment variable {variable}: {rule}"),
    Sentence("{name} 里没有 RSA 密钥", "{name} holds no RSA key"),
    Sentence("平台证书里没有 RSA 密钥", "the platform's certificate has no RSA key"),
    Sentence("{name} 里没有可用的 PEM {wanted}：{problem}", "{name} holds no usable PEM {wanted}: {problem}"),
    Sentence("私钥", "private key"),
    Sentence("公钥", "public key"),
    Sentence("证书", "certificate"),
    Sentence("{file} 是空的", "{file} is empty"),
    Sentence(
        "{file} 有密码：请存为没有密码的密钥", "{file} is locked by a password: store the key without one"
    ),
    Sentence(
        "{file} 已损坏，或者是别的东西，叫作 {label}",
        "{file} holds a damaged or another thing, called {label}",
    ),
    Sentence(
        "{file} 是二进制文件（DER 或 PKCS #12）：请转换为 PEM",
        "{file} is binary (DER or PKCS #12): convert it to PEM",
    ),
    Sentence("{file} 不是 PEM 文件", "{file} is no PEM file"),
    Sentence("没有存放密钥的目录（SECRETS_DIR）", "there is no folder of secrets (SECRETS_DIR)"),
    Sentence("{file} 不是路径", "{file} is no path"),
    Sentence(
        "{file} 在存放密钥的目录（SECRETS_DIR）{folder} 之外",
        "{file} lies outside {folder}, the folder of secrets (SECRETS_DIR)",
    ),
    Sentence("{file} 不是文件", "{file} is no file"),
    Sentence("{file} 超过 {n} 字节", "{file} is larger than {n} bytes"),
    Sentence("{fault}（在 {folder} 中）", "{fault} (in {folder})"),
    Sentence("apiv3_key 必须有 32 个字符，而不是 {n} 个", "apiv3_key must have 32 characters, not {n}"),
    Sentence("mac_key 必须是十六进制数字", "mac_key must be hexadecimal digits"),
    Sentence("mac_key 至少要有 32 个十六进制数字", "mac_key must have 32 hexadecimal digits or more"),
    Sentence(
        "请填写 alipay_public_key_file 或 alipay_certificate_file，以便验签",
        "give alipay_public_key_file or alipay_certificate_file to check answers",
    ),
    Sentence(
        "没有可用来验签的东西：请填写 platform_public_key_file 和 platform_public_key_id，"
        "或 platform_certificate_file，或 apiv3_key",
        "nothing to verify answers by: give platform_public_key_file with platform_public_key_id,"
        " platform_certificate_file or apiv3_key",
    ),
)
_INNER = ("problem", "wanted")


def problem(text: str) -> Bilingual:
    """A problem in both languages; as it is in both where nobody knows it."""
    return _known(text) or _placed(text) or Bilingual(text, text)


def _placed(text: str) -> Bilingual | None:
    """A problem behind the place of it, such as ``catalog:7: probes[2].endpoint: …``."""
    for split in re.finditer(": ", text):
        known = _known(text[split.end() :])
        if known is not None:
            return _PLACED.say(place=text[: split.start()], problem=known)
    return None


def _known(text: str) -> Bilingual | None:
    guess = re.fullmatch(r"(.+); did you mean (.+)\?", text, re.DOTALL)
    if guess is not None:
        return _GUESS.say(problem=problem(guess[1]), meant=guess[2])
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            inner = {name: problem(parts[name]) for name in _INNER if name in parts}
            return sentence.say(**parts | inner)
    return None


@cache
def _patterns() -> tuple[tuple[Sentence, re.Pattern[str]], ...]:
    return tuple((sentence, re.compile("".join(_parts(sentence.en)), re.DOTALL)) for sentence in _KNOWN)


def _parts(template: str) -> Iterator[str]:
    for literal, name, _, _ in Formatter().parse(template):
        yield re.escape(literal)
        if name:
            # A name has no place before it, or what stands behind the place would be missed.
            yield rf"(?P<{name}>(?:(?!: ).)+?)" if name == "name" else rf"(?P<{name}>.+?)"
