import random
from pathlib import Path

import pytest

from probes.listening.reading.corpus import CorpusError, read_corpus, read_labelled, unfolded


def test_unfolded_gives_different_posts_when_a_line_has_choices() -> None:
    posts = unfolded("[分付|微信]又[崩|挂]了", random.Random(1))

    assert len(posts) == len(set(posts)) == 4
    assert set(posts) <= {"分付又崩了", "分付又挂了", "微信又崩了", "微信又挂了"}


def test_read_corpus_gives_the_same_posts_when_read_again() -> None:
    assert read_corpus() == read_corpus()


def test_read_labelled_names_the_line_when_it_is_no_labelled_post(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "a", "text": "x", "label": "sad", "product": "none"}')

    with pytest.raises(CorpusError, match=r"labels\.jsonl:1: .*sad"):
        read_labelled(path)
