"""`/healthz` and `/readyz`, for load balancers and supervisors; nginx keeps them from everybody else."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from statuspage.health.readiness import Readiness
from statuspage.health.requirements import READINESS


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """That this process answers; it touches nothing, so that nobody restarts it because of others."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready_view(readiness: Readiness) -> Callable[[HttpRequest], HttpResponse]:
    """A view that answers 200 where all is well and else 503, with the reason of each as JSON."""

    @never_cache
    @require_safe
    def ready(request: HttpRequest) -> HttpResponse:
        found = readiness.wrong()
        is_ready = not any(found.values())
        return JsonResponse(
            {"ready": is_ready, "checks": {name: reason or "ok" for name, reason in found.items()}},
            status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    return ready


readyz = ready_view(READINESS)
