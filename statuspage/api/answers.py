"""The API's frame: errors in one form, tags and dates for conditional requests, who may keep an answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import http_date, parse_http_date_safe
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.security import HttpBearer

from statuspage import clock
from statuspage.api.models import ApiToken, Scope
from statuspage.api.tokens import find_token, may_write
from statuspage.outside.models import Sender
from statuspage.outside.posted import SignalRefusal
from statuspage.outside.receiving import note_refused

KEPT = "public, max-age=5, stale-while-revalidate=10, stale-if-error=86400"

EXPLAINED_BY = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}, 503: {"Retry-After": "5"}}
# A body that cannot be read.
UNREAD = frozenset({400, 422})


class FieldProblem(Schema):
    """One thing that is wrong with a request, and where."""

    where: str
    message: str


class Problem(Schema):
    """Why a request was not carried out."""

    title: str
    detail: str
    faults: list[FieldProblem] = []


class ConflictError(Exception):
    """What is asked contradicts itself, or what is there."""


class SiteAPI(NinjaAPI):
    """Answers carry an ETag and a Last-Modified; readers of any origin are welcome."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method != "GET" or response.status_code != 200 or "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store"
            return response
        response.headers.setdefault("Cache-Control", KEPT)
        # Made just now, where nothing says since when.
        response.headers.setdefault("Last-Modified", http_date())
        patch_vary_headers(response, ["Authorization"])
        set_response_etag(response)
        modified = response.headers.get("Last-Modified")
        answer = get_conditional_response(
            request,
            etag=response.headers.get("ETag"),
            last_modified=parse_http_date_safe(modified) if modified else None,
            response=response,
        )
        if answer is response or answer is None:
            return response
        return HttpResponse(
            status=answer.status_code, headers={**_kept(response.headers), **_kept(answer.headers)}
        )

    def on_exception(self, request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
        """Every error that is not our own in one form."""
        told = _problem_of(exc) if isinstance(exc, Exception) else None
        sender = getattr(request, "auth", None)
        if told is not None and told[0] in UNREAD and isinstance(sender, Sender):
            note_refused(sender, SignalRefusal.FORM)
        if told is None:
            return super().on_exception(request, exc)
        status, problem = told
        response = self.create_response(request, problem.model_dump(), status=status)
        for name, value in EXPLAINED_BY.get(status, {}).items():
            response.headers[name] = value
        return response

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name, which is unique here and reads well in generated clients."""
        name: str = operation.view_func.__name__
        return name

    def get_openapi_schema(self, *args: Any, **options: Any) -> OpenAPISchema:
        """The description; a parameter that may be left out has no null, which a query cannot say."""
        schema = super().get_openapi_schema(*args, **options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _without_null(parameter["schema"])
        return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    forms = [_without_null(form) for form in schema.get("anyOf", ()) if form != {"type": "null"}]
    if len(forms) != 1:
        return schema
    return {**forms[0], **{name: value for name, value in schema.items() if name != "anyOf"}}


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.lower().startswith("content-")}


def modified(response: HttpResponse, at: datetime | None) -> None:
    """Say since when the answer is as it is."""
    if at is not None:
        response.headers["Last-Modified"] = http_date(int(at.timestamp()))


class Bearer(HttpBearer):
    """``Authorization: Bearer fb_…``: a token made in the admin, with the scope that is needed."""

    openapi_description = "A token made in the admin, with the scope that the operation names."

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = find_token(token, now=clock.known())
        if found is not None and not may_write(found, self.scope):
            raise HttpError(403, f"This token, or who made it, may not write {self.scope.value}.")
        return found


def _problem_of(error: Exception) -> tuple[int, Problem] | None:
    """The status and words for an error that is the reader's or the database's; None for our own."""
    match error:
        case ValidationError():
            faults = [
                FieldProblem(where=".".join(map(str, one["loc"])), message=one["msg"]) for one in error.errors
            ]
            detail = f"{faults[0].where}: {faults[0].message}" if faults else ""
            return 422, Problem(title="invalid", detail=detail, faults=faults)
        case Http404():
            return 404, Problem(title="not found", detail=str(error) or "There is no such thing.")
        case AuthenticationError():
            text = "A valid token is needed: Authorization: Bearer fb_…"
            return 401, Problem(title="not authorised", detail=text)
        case HttpError():
            return error.status_code, Problem(title="refused", detail=str(error))
        case ConflictError():
            return 409, Problem(title="conflict", detail=str(error))
        case OperationalError() | InterfaceError():
            text = "The database does not answer; /api/v2/summary.json still does."
            return 503, Problem(title="unavailable", detail=text)
        case _:
            return None
