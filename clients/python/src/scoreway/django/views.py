"""Views of the site's models; they need no session, and no token against forged requests, as they change nothing."""
from __future__ import annotations

from typing import Any, Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from .. import web
from .served import served_models, setting


@csrf_exempt
@require_POST
def predict(request: HttpRequest, name: str) -> HttpResponse:
    return _response(web.predict(served_models(), name, request.body, setting("ROWS_MAX", 10_000)))


@require_safe
def signature(request: HttpRequest, name: str) -> HttpResponse:
    return _response(web.describe(served_models(), name))


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return _response(web.health(served_models()))


def predict_view(name: str) -> Callable[..., Any]:
    """A view of one model, to be decorated and routed as any other."""

    @csrf_exempt
    @require_POST
    def predict_one(request: HttpRequest) -> HttpResponse:
        return predict(request, name)

    return predict_one


def _response(reply: web.Reply) -> HttpResponse:
    return HttpResponse(reply.text, status=reply.status, content_type=reply.content_type)
