"""Fixtures of the API's tests: a small world, and tokens that may write."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from statuspage.api.models import Scope
from statuspage.api.tokens import make_token
from tests.support.public_rows import World, make_world
from tests.support.responses import Response

WRITTEN = ("incident", "maintenance", "announcement")


@pytest.fixture
def world(db: None) -> World:
    return make_world(now=datetime.now(tz=UTC), days=10)


@dataclass
class Program:
    """A client of the API with a token."""

    client: Client
    secret: str

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(f"/api/v1{path}", headers=headers)

    def send(self, method: str, path: str, body: Any) -> Response:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
        )


@pytest.fixture
def owner(db: None) -> User:
    """One of the staff who may write all that a token may."""
    user = User.objects.create_user("ops", is_staff=True)
    named = [f"{verb}_{what}" for verb in ("add", "change") for what in WRITTEN]
    user.user_permissions.set(Permission.objects.filter(codename__in=named))
    return user


@pytest.fixture
def program(world: World, owner: User, client: Client) -> Callable[..., Program]:
    """A program whose token has the scopes that are named; all of them without any."""

    def make(*scopes: Scope, **fields: Any) -> Program:
        _, secret = make_token(
            name="robot", scopes=list(scopes or Scope), owner=owner, now=datetime.now(tz=UTC), **fields
        )
        return Program(client=client, secret=secret)

    return make
