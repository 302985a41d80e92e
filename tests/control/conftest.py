"""A site where all is well, and who may look at it or decide."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from statuspage import clock
from statuspage.monitoring.models import CheckResult, Dispatch, Probe, Progress
from tests.support.public_rows import World, make_results, make_world

LogsIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    """Files that were not collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def calm(db: None) -> World:
    """Everything was just handed out, concluded and published, from vantages that have controls."""
    world = make_world(now=clock.now(), days=1)
    make_results(world)
    for vantage in world.vantages.values():
        first = Probe.objects.filter(vantage=vantage).first()
        assert first is not None
        Probe.objects.create(
            slug=f"control.{vantage.slug}", vantage=vantage, endpoint=first.endpoint, operation="get"
        )
        Dispatch.objects.create(vantage=vantage, dispatched_until=world.now, swept_until=world.now)
    Progress.objects.update(published_at=world.now)
    CheckResult.objects.update(at=world.now - timedelta(seconds=9))
    return world


@pytest.fixture
def log_in() -> LogsIn:
    """Lets somebody in who has these permissions; by default all of them, speaking English."""

    def enter(*permissions: str, language: str = "en") -> Client:
        user = User.objects.create(
            username=f"user{User.objects.count()}", is_staff=True, is_superuser=not permissions
        )
        for permission in permissions:
            app, codename = permission.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client = Client(headers={"accept-language": language})
        client.force_login(user)
        return client

    return enter
