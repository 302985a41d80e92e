"""Translations: nothing missing, nothing fuzzy, nothing stale."""

from io import StringIO

from babel.messages.catalog import Catalog
from django.core.management import call_command

from statuspage.management.commands.messages import LOCALE, faults


def test_every_text_is_in_chinese_when_checked() -> None:
    out = StringIO()

    call_command("messages", "--check", stdout=out)

    assert "all in Chinese and English" in out.getvalue()


def test_faults_name_what_is_missing_fuzzy_and_unused_when_catalogs_differ() -> None:
    template, stored = Catalog(), Catalog(locale=LOCALE)
    for text in ("new", "doubtful", "fine"):
        template.add(text)
    stored.add("doubtful", "可疑", flags={"fuzzy"})
    stored.add("fine", "好")
    stored.add("gone", "已删")

    found = faults(template, stored)

    assert found == ["missing: 'new'", "fuzzy: 'doubtful'", "no longer used: 'gone'"]
