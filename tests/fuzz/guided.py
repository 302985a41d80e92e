"""`make fuzz-guided`: inputs for one parser of foreign bytes, led by what of the code they reach (Atheris).

Atheris has wheels for some Pythons on Linux alone, so it is no part of the development lock; `make fuzz` does
without guidance, everywhere, and measures time, too. What breaks a parser is written to ``var/fuzz``.
"""

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("it needs Atheris: pip install atheris")

with atheris.instrument_imports(include=["probes", "statuspage"]):
    from tests.fuzz.targets import TARGETS, Target

from tests.fuzz.mutating import LONGEST
from tests.fuzz.run import KEPT


def main() -> None:
    """Lead libFuzzer through one parser; it ends the process, with status 77 where one broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parser", choices=[target.name for target in TARGETS])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    target = next(target for target in TARGETS if target.name == arguments.parser)
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _write_corpus(target, Path(folder))
        options = (
            f"-runs={arguments.inputs}",
            f"-seed={arguments.seed}",
            f"-max_len={LONGEST}",
            "-timeout=5",
            f"-artifact_prefix={KEPT}/{target.name}-",
        )
        atheris.Setup([sys.argv[0], *options, folder], target.run)
        atheris.Fuzz()


def _write_corpus(target: Target, folder: Path) -> None:
    for number, data in enumerate(target.corpus):
        (folder / str(number)).write_bytes(data)


if __name__ == "__main__":
    main()
