"""What strangers may do to the front, and what it answers meanwhile."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
import pytest

from statuspage.public.serve.limits import BODY_BYTES, Limits
from statuspage.public.serve.requests import WebReply, WebRequest
from tests.support.fronts import PAGE, front, front_on, rest, said, small_snapshot

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
FORM = b"POST /report/ HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n"
CHUNKED = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
STEADY = Limits()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_snapshot(tmp_path)


@contextmanager
def callers(port: int, number: int, *sent: bytes) -> Iterator[list[socket.socket]]:
    """So many connections, each of which has sent this and waits."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            caller = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            for part in sent:
                caller.sendall(part)
            opened.append(caller)
        yield opened


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(FORM, id="the head of a form and no body"),
        pytest.param(FORM.replace(b"report", b"only-me"), id="the head of a question and no body"),
        pytest.param(b"POST /admin/login/ HTTP/1.1\r\nHost: here\r\nContent-Le", id="half a head"),
        pytest.param(b"", id="nothing"),
        pytest.param(
            b"POST /api/v1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", id="chunk"
        ),
        pytest.param(GET * 10, id="many questions whose answers are not read"),
    ],
)
def test_page_and_forms_are_answered_when_strangers_hold_connections(folder: Path, sent: bytes) -> None:
    with front(folder) as port, callers(port, 64, sent):
        began = time.monotonic()

        page, form = said(port, LAST), said(port, FORM + b"0123456789")

        assert page.endswith(PAGE)
        assert form.endswith(b"POST /report/  127.0.0.1 10")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: he", b"408", id="half a head"),
        pytest.param(FORM + b"0123", b"408", id="half a body"),
        pytest.param(b"", b"", id="nothing"),
        pytest.param(GET.replace(b"GET", b"HEAD"), b"200", id="no second question"),
    ],
)
def test_connection_is_closed_when_its_time_is_over(folder: Path, sent: bytes, status: bytes) -> None:
    hasty = replace(STEADY, head_s=0.2, body_s=0.2, idle_s=0.2)

    with front(folder, limits=hasty) as port:
        answer = said(port, sent)

    assert answer[9:12] == status
    if status == b"408":
        assert "请求没有及时发完".encode() in answer
        assert b"did not arrive in time" in answer


def test_dripping_does_not_move_the_deadline_when_bytes_keep_coming(folder: Path) -> None:
    with front(folder, limits=replace(STEADY, head_s=0.5)) as port, callers(port, 1) as (caller,):
        began = time.monotonic()
        dripping = threading.Thread(target=_drip, args=(caller,), daemon=True)
        dripping.start()
        answer = rest(caller)

        assert answer.startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < 6


def _drip(caller: socket.socket) -> None:
    with suppress(OSError):
        for byte in b"GET /only-me/ HTTP/1.1\r\nHost: here\r\nX-Long: " + b"x" * 100:
            caller.sendall(bytes([byte]))
            time.sleep(0.05)


def test_connection_goes_when_its_answers_are_not_read(tmp_path: Path) -> None:
    # More than the sockets of both ends take in.
    large = small_snapshot(tmp_path, page=b"." * 8_000_000)

    with front(large, limits=replace(STEADY, reading_s=0.3)) as port, callers(port, 1, GET * 3) as (caller,):
        time.sleep(2)
        got = len(rest(caller))

    assert got < 24_000_000


def test_connection_goes_when_more_is_asked_behind_the_last_question(tmp_path: Path) -> None:
    old = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    large = small_snapshot(tmp_path, page=b"." * 24_000_000)
    hasty = replace(STEADY, head_s=0.3, reading_s=0.3)

    with front(large, limits=hasty) as port, callers(port, 1, old + old[:9]) as (caller,):
        time.sleep(2)
        got = len(rest(caller))

    assert got < 24_000_000


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(FORM.replace(b"10", b"1000000000"), b"413", id="a gigabyte announced"),
        pytest.param(
            FORM.replace(b"Content-Length: 10", b"Transfer-Encoding: chunked")
            + b"8000\r\n" + b"x" * 0x8000 + b"\r\n" + b"8001\r\n" + b"x" * 0x8001 + b"\r\n",
            b"413",
            id="too many chunks",
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 40_000, b"431", id="a head without end"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 17_000 + b"\r\n", b"431", id="headers without end"
        ),
        pytest.param(
            CHUNKED + b"\r\n1\r\nx\r\n0\r\n" + b"X: y\r\n" * 90_000, b"431", id="trailers without end"
        ),
        pytest.param(
            CHUNKED + b"\r\n1\r\nx\r\n0\r\nX: " + b"y" * 600_000, b"431", id="one trailer without end"
        ),
        pytest.param(CHUNKED + b"\r\n1;" + b"x" * 600_000, b"431", id="an extension without end"),
        pytest.param(b"\x16\x03\x01 this is TLS", b"400", id="no HTTP"),
        pytest.param(GET * 40, b"400", id="more questions at once than browsers ask"),
        pytest.param(
            FORM.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"), b"400", id="two lengths"
        ),
        pytest.param(b"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", b"400", id="no path"),
    ],
)  # fmt: skip
def test_request_is_refused_when_it_is_more_than_may_be(folder: Path, sent: bytes, status: bytes) -> None:
    with front(folder) as port:
        answers = said(port, sent).split(b"HTTP/1.1 ")

    assert answers[-1][:3] == status
    assert b"Connection: close" in answers[-1]


SMUGGLED = b"GET /admin/ HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n", id="chunked and a length"),
        pytest.param(FORM.replace(b"\r\n\r\n", b"\r\nContent-Length: 11\r\n\r\n"), id="two lengths"),
        pytest.param(FORM.replace(b"10", b"+10"), id="a length with a sign"),
        pytest.param(FORM.replace(b"10", b"0x10"), id="a length that is no number"),
        pytest.param(FORM.replace(b"10", b"10, 10"), id="a list of lengths"),
        pytest.param(CHUNKED.replace(b"chunked", b"chunked, identity") + b"\r\n", id="chunked but not last"),
        pytest.param(CHUNKED.replace(b"chunked", b"xchunked") + b"\r\n0\r\n\r\n", id="another coding"),
        pytest.param(
            CHUNKED.replace(b"Encoding:", b"Encoding :") + b"\r\n0\r\n\r\n", id="space before colon"
        ),
        pytest.param(CHUNKED + b"\r\n-1\r\n\r\n", id="a chunk below nothing"),
        pytest.param(CHUNKED + b"\r\nfffffffffffffffff\r\n", id="a chunk larger than numbers are"),
        pytest.param(GET.replace(b"Host: here", b"Host: here\r\n X: folded"), id="a folded header"),
        pytest.param(GET.replace(b"Host: here", b"Ho\0st: here"), id="a null in a name"),
        pytest.param(GET.replace(b"GET / ", b"GET /\0 "), id="a null in the path"),
        pytest.param(GET.replace(b"Host: here\r\n", b"Host: here\n"), id="a line without its return"),
        pytest.param(GET.replace(b"1.1", b"1.9"), id="a version that there is not"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
    ],
)
def test_nothing_behind_it_is_answered_when_a_request_can_be_read_in_two_ways(
    folder: Path, sent: bytes
) -> None:
    with front(folder) as port:
        answers = said(port, sent + SMUGGLED).split(b"HTTP/1.1 ")[1:]

    assert [answer[:3] for answer in answers] == [b"400"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param(b"/a/%2e%2e/b", b"/a/../b ", id="dots that are written as codes"),
        pytest.param(b"/%2e%2e/%2e%2e/etc/passwd", b"/../../etc/passwd ", id="dots that lead out"),
        pytest.param(b"/x%00y", b"/x\0y ", id="a null"),
        pytest.param(b"http://here/x?y", b"/x y", id="an absolute target"),
        pytest.param(b"//x/y", b"//x/y ", id="two slashes"),
    ],
)
def test_target_reaches_no_file_when_it_is_odd(folder: Path, target: bytes, told: bytes) -> None:
    with front(folder) as port:
        answer = said(port, b"GET " + target + b" HTTP/1.1\r\nHost: h\r\n\r\n")

    assert answer.endswith(b"GET " + told + b" 127.0.0.1 0")


def test_old_client_is_answered_and_let_go_when_it_speaks_http_1_0(folder: Path) -> None:
    with front(folder) as port:
        answer = said(port, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    assert b"Connection: close" in answer
    assert answer.endswith(PAGE)


def test_reader_is_told_to_come_back_when_a_published_file_is_missing(folder: Path) -> None:
    (folder / "one" / "index.html").unlink()

    with front(folder) as port:
        assert said(port, LAST).startswith(b"HTTP/1.1 503")


def test_form_is_answered_when_the_front_is_told_to_end_meanwhile(folder: Path) -> None:
    begun = threading.Event()

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        begun.set()
        time.sleep(0.5)
        start_response("200 OK", [])
        return [b"still answered"]

    with ExitStack() as stack:
        with front(folder, application=slow) as port:
            (caller,) = stack.enter_context(callers(port, 1, FORM + b"0123456789"))
            begun.wait(5)

        assert rest(caller).endswith(b"still answered")


def test_body_may_be_larger_when_staff_send_it(folder: Path) -> None:
    size = 2 * BODY_BYTES
    head = f"POST /admin/x HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode()

    with front(folder) as port:
        assert said(port, head, b"x" * size).endswith(b"POST /admin/x  127.0.0.1 %d" % size)


def test_slowest_leaves_when_there_are_too_many_connections(folder: Path) -> None:
    with (
        front(folder, limits=replace(STEADY, connections=8, of_one=8)) as port,
        callers(port, 8, b"GET") as (first, *others),
    ):
        page = said(port, LAST)

        assert page.endswith(PAGE)
        assert rest(first) == b""
        others[-1].sendall(LAST[3:])
        assert rest(others[-1]).endswith(PAGE)


def test_slowest_leaves_when_bodies_take_too_much_memory(folder: Path) -> None:
    head = FORM.replace(b"10", b"60000")
    with (
        front(folder, limits=replace(STEADY, bodies_bytes=100_000)) as port,
        callers(port, 3, head, b"x" * 50_000) as (first, _, last),
    ):
        assert rest(first) == b""
        last.sendall(b"x" * 10_000)
        assert rest(last).endswith(b" 60000")


def test_forms_are_told_to_come_back_when_all_workers_are_busy(folder: Path) -> None:
    done = threading.Event()

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        done.wait(10)
        start_response("200 OK", [])
        return [b"at last"]

    one_waits = replace(STEADY, queue=1, queue_s=20)
    with (
        front(folder, application=slow, limits=one_waits) as port,
        callers(port, 3, FORM + b"0123456789") as waiting,
    ):
        time.sleep(0.3)
        refused, page = said(port, FORM + b"0123456789"), said(port, LAST)
        done.set()
        answered = [rest(caller) for caller in waiting]

    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    assert "太忙".encode() in refused
    assert b"Too busy" in refused
    assert page.endswith(PAGE)
    assert [answer.endswith(b"at last") for answer in answered] == [True] * 3


def test_forms_are_told_so_when_no_answer_comes_in_time(folder: Path) -> None:
    def hangs(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        time.sleep(1)
        return []

    with front(folder, application=hangs, limits=replace(STEADY, answer_s=0.2)) as port:
        assert said(port, FORM + b"0123456789").startswith(b"HTTP/1.1 504")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET /only-me/ HTTP/1.1\r\nHost: h\r\n\r\n", b"200", id="asked once more"),
        pytest.param(FORM + b"0123456789", b"503", id="what changes something is not"),
    ],
)
def test_question_is_asked_again_when_a_worker_is_lost_over_it(
    folder: Path, sent: bytes, status: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as workers, socket.create_server(("127.0.0.1", 0)) as listener:
        workers.bind(str(folder / "workers"))
        workers.listen()
        threading.Thread(target=_lose_the_first, args=(workers,), daemon=True).start()
        with front_on(listener, folder, folder / "workers", limits=STEADY) as port:
            assert said(port, sent)[9:12] == status


def _lose_the_first(workers: socket.socket) -> None:
    for turn in range(2):
        asked, _ = workers.accept()
        with asked:
            msgspec.msgpack.decode(asked.makefile("rb").read(), type=WebRequest)
            if turn:
                asked.sendall(msgspec.msgpack.encode(WebReply(status=200, headers=(), body=b"")))


def test_front_says_busy_when_there_is_no_worker(folder: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        front_on(listener, folder, folder / "nobody", limits=STEADY) as port,
    ):
        assert said(port, FORM + b"0123456789").startswith(b"HTTP/1.1 503")


def test_questions_are_answered_in_their_order_when_they_come_together(folder: Path) -> None:
    with front(folder) as port:
        answers = said(port, GET, GET.replace(b"/ H", b"/x?y=1 H"))

    page, other = answers.split(b"HTTP/1.1 ")[1:]
    assert page.endswith(PAGE)
    assert other.endswith(b"GET /x y=1 127.0.0.1 0")
    assert b"Connection: close" in other


def test_application_sees_no_header_that_could_pass_for_another_when_one_is_sent(folder: Path) -> None:
    forged = b"GET /x HTTP/1.1\r\nHost: h\r\nX_Forwarded_For: 1.2.3.4\r\nX-Real: 5\r\n\r\n"

    with front(folder) as port:
        answer = said(port, forged)

    assert b"X-Names: HTTP_HOST,HTTP_X_REAL\r\n" in answer


def test_application_sees_no_trailer_when_one_could_pass_for_a_header_of_a_proxy(folder: Path) -> None:
    forged = CHUNKED + b"\r\n1\r\nx\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n"

    with front(folder) as port:
        answer = said(port, forged)

    assert b"X-Names: HTTP_HOST\r\n" in answer
    assert answer.endswith(b"POST /x  127.0.0.1 1")


def test_body_is_left_out_when_only_the_head_is_asked_for(folder: Path) -> None:
    with front(folder) as port:
        published = said(port, LAST.replace(b"GET", b"HEAD"))
        other = said(port, b"HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n")

    assert b"Content-Length: %d\r\n" % len(PAGE) in published
    assert published.endswith(b"\r\n\r\n")
    assert b"Content-Length: 20" in other
    assert other.endswith(b"\r\n\r\n")


def test_front_lets_go_on_when_the_client_waits_to_be_told(folder: Path) -> None:
    asking = FORM.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")

    with front(folder) as port, callers(port, 1, asking) as (caller,):
        assert caller.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        caller.sendall(b"0123456789")
        assert rest(caller).endswith(b" 10")


def test_application_that_fails_is_answered_for_when_it_raises(folder: Path) -> None:
    def fails(environ: WSGIEnvironment, start_response: Callable[..., object]) -> list[bytes]:
        raise ValueError("on purpose")

    with front(folder, application=fails) as port:
        assert said(port, FORM + b"0123456789").startswith(b"HTTP/1.1 500")
        assert said(port, LAST).endswith(PAGE)
