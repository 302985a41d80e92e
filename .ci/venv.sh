#!/bin/sh
# Makes the virtual environment $VENV where it is missing and installs a hashed lock into it: venv.sh LOCK STAMP
set -eu

lock=$1
stamp=$2
venv=${VENV:-.venv}

fail() {
    echo "fogbreak: $*" >&2
    exit 1
}

recent_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null 2>&1 || fail "PYTHON=$PYTHON is not a command; name a Python 3.11 or newer."
        recent_enough "$PYTHON" || fail "PYTHON=$PYTHON is $("$PYTHON" --version 2>&1), but Python 3.11 or newer is needed; name another, as in: make demo PYTHON=python3.12"
        echo "$PYTHON"
        return
    fi
    for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if recent_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer was not found; install it, or name it, as in: make demo PYTHON=/path/to/python3.12"
}

[ -w "$(dirname "$venv")" ] || fail "the folder $(cd "$(dirname "$venv")" && pwd) cannot be written to; copy the project to one that can, or use others: make demo VENV=/tmp/fogbreak-venv VAR_DIR=/tmp/fogbreak-var"

if ! recent_enough "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "$python cannot make a virtual environment; on Debian and Ubuntu install python3-venv, then run this again."
fi

echo "Installing $lock into $venv (the first time takes a minute)"
"$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" \
    || fail "installing $lock failed (see above); check the network or your pip settings, then run this again."
touch "$stamp"
