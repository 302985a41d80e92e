"""All tables of the admin stand below the control room, each where one would look for it."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from statuspage.control.everything import MORE, by_purpose


@pytest.mark.django_db
def test_every_table_has_a_purpose(rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = User(username="boss", is_staff=True, is_superuser=True, is_active=True)

    purposes = by_purpose(admin.site.get_app_list(request))

    assert [table.name for purpose in purposes if purpose.name == str(MORE) for table in purpose.tables] == []
    assert sum(len(purpose.tables) for purpose in purposes) == len(admin.site._registry)


def test_tables_without_a_purpose_are_not_left_out() -> None:
    strange: dict[str, Any] = {"object_name": "Stray", "name": "strays", "admin_url": "/x/", "add_url": None}

    purposes = by_purpose([{"app_label": "somewhere", "models": [strange]}])

    assert [(purpose.name, [table.name for table in purpose.tables]) for purpose in purposes] == [
        (str(MORE), ["strays"])
    ]
