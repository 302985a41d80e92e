"""Programs: the bodies of Statuspage's webhooks, signed as Standard Webhooks are (standardwebhooks.com)."""

import base64
import hmac
import secrets
from datetime import datetime

from statuspage.public.read.values import Snapshot
from statuspage.public.render import api_v2
from statuspage.subscribers.hooks.posts import HookPost, HookTarget, json_post
from statuspage.subscribers.letters import Item, message_name

PREFIX = "whsec_"
Body = dict[str, object]


def new_secret() -> str:
    """A secret to sign by, as Standard Webhooks write it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def webhook_post(item: Item, snapshot: Snapshot, target: HookTarget, *, key: str, now: datetime) -> HookPost:
    """One piece of news as a program reads it; its id is the same however often it is sent."""
    made = json_post(target.url, body_of(item, snapshot))
    name = f"msg_{message_name(item.key, key)}"
    return HookPost(
        url=made.url, body=made.body, headers={**made.headers, **signed(name, made.body, target.secret, now)}
    )


def signed(name: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers by which a receiver knows that it is from us, new, and not changed."""
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mark = hmac.digest(key, f"{name}.{at}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(mark).decode('ascii')}",
    }


def body_of(item: Item, snapshot: Snapshot) -> Body:
    """Statuspage's body: the page, and the incident (planned work is one, too) or the component's update."""
    status = api_v2.body("status.json", snapshot)
    page = {**_mapping(status["page"])}
    told = _mapping(status["status"])
    head: Body = {
        "meta": {"documentation": f"{snapshot.site.url}/about/#api", "x_kind": item.kind.value},
        "page": {
            **page,
            "status_indicator": told["indicator"],
            "status_description": told["description"],
        },
    }
    what, _, name = item.subject.partition("/")
    return {**head, **_about(what, name, item, snapshot)}


def _about(what: str, name: str, item: Item, snapshot: Snapshot) -> Body:
    if what == "component":
        return _component_update(name, item, snapshot)
    listed = {"incident": "incidents.json", "maintenance": "scheduled-maintenances.json"}
    if what in listed:
        found = [row for row in _rows(api_v2.body(listed[what], snapshot)) if row["id"] == name]
        if found:
            return {"incident": found[0]}
    news: Body = {
        "title": item.title.in_("en"),
        "body": item.body.in_("en"),
        "created_at": api_v2.stamp(item.at),
        "about": item.subject,
    }
    return {"x_news": news}


def _rows(body: Body) -> list[Body]:
    """What a body of the API lists."""
    return next((value for value in body.values() if isinstance(value, list)), [])


def _component_update(slug: str, item: Item, snapshot: Snapshot) -> Body:
    old, _, new = item.body.en.partition(" ")
    rows = _rows(api_v2.body("components.json", snapshot))
    component = next((row for row in rows if row.get("x_slug") == slug and not row["group"]), None)
    update = {
        "id": message_name(item.key, ""),
        "component_id": component["id"] if component else slug,
        "old_status": old,
        "new_status": new,
        "created_at": api_v2.stamp(item.at),
    }
    return {"component_update": update, "component": component}


def trial_body(snapshot: Snapshot) -> Body:
    """What a new receiver is sent, to see whether it answers."""
    page = api_v2.body("status.json", snapshot)["page"]
    return {"meta": {"x_kind": "test"}, "page": page}


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
