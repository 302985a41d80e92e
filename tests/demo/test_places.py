"""What is in the demo's way is told in one sentence with a way out."""

import socket
import stat
from pathlib import Path

import pytest

from statuspage.demo.places import InTheWayError, ensure_free, free_ports, kept_secret, writable


def test_port_is_told_with_another_when_it_is_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(InTheWayError, match=rf"port {port} is busy; .*make demo PORT=\d+"):
            ensure_free("127.0.0.1", port)


def test_port_is_told_when_there_is_no_such_port() -> None:
    with pytest.raises(InTheWayError, match="there is no port 70000"):
        ensure_free("127.0.0.1", 70000)


def test_folder_is_told_with_a_way_out_when_it_cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")

    with pytest.raises(InTheWayError, match=r"cannot be written to .*make demo VAR_DIR="):
        writable(file / "var")


def test_free_ports_are_the_first_choice_when_all_of_those_are_free() -> None:
    first = free_ports(1)[0]

    assert free_ports(1, first_choice=first) == [first]


def test_free_ports_are_others_when_one_of_the_first_choice_is_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        found = free_ports(3, first_choice=port)

    assert port not in found
    assert len(set(found)) == 3


def test_secret_stays_the_same_and_private_when_it_is_asked_for_again(tmp_path: Path) -> None:
    file = tmp_path / "secret"

    first = kept_secret(file, bytes_of_chance=24)

    assert kept_secret(file, bytes_of_chance=24) == first
    assert len(first) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
