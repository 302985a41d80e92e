"""What the server says where it does not answer what was asked: to people, in both languages at once.

Who asks and in which language is not looked at: some of it is said before the request has been read.
"""

from collections.abc import Mapping
from http import HTTPStatus

from probes.vocabulary.bilingual import Bilingual

NOTHING_PUBLISHED = Bilingual(
    "页面尚未发布，请稍后再来。", "Nothing is published yet; please come back in a moment."
)
ONLY_READ = Bilingual("这里只能读取。", "Only GET and HEAD.")
REFUSALS: Mapping[HTTPStatus, Bilingual] = {
    HTTPStatus.BAD_REQUEST: Bilingual("无法理解这个请求。", "This request cannot be understood."),
    HTTPStatus.REQUEST_TIMEOUT: Bilingual(
        "请求没有及时发完，请再试一次。", "The request did not arrive in time; please try again."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Bilingual(
        "发送的内容太大。", "What was sent is larger than is accepted here."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Bilingual("请求头太大。", "The request's head is too large."),
    HTTPStatus.SERVICE_UNAVAILABLE: Bilingual(
        "现在太忙，暂时无法回答；状态页本身照常可看。请稍后再试。",
        "Too busy to answer just now; the status page itself stays up. Please try again in a moment.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Bilingual(
        "这里出了错，已经记录下来；状态页本身照常可看。",
        "Something went wrong here, and it is noted; the status page itself stays up.",
    ),
    HTTPStatus.GATEWAY_TIMEOUT: Bilingual(
        "没有及时得到回答；状态页本身照常可看。请稍后再试。",
        "No answer came in time; the status page itself stays up. Please try again in a moment.",
    ),
}
# Without the database; what is published needs none.
DATABASE_AWAY = Bilingual(
    "数据库暂时无法访问，现在无法回答；状态页本身照常可看。请稍后再试。",
    "The database cannot be reached, so there is no answer just now; the status page itself stays up. "
    "Please try again in a moment.",
)


def both(text: Bilingual) -> str:
    """The text in both languages, a line each."""
    return f"{text.zh}\n{text.en}\n"
