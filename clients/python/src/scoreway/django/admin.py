"""A page of the admin that lists the versions of the site's models, and which of them answers in this process."""
from __future__ import annotations

from itertools import islice
from typing import Any, Dict, List, Optional

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse

from ..errors import ScorewayError
from ..live import LiveModel
from .models import Version
from .served import served_models

_VERSIONS_MAX = 100


@admin.register(Version)
class VersionAdmin(admin.ModelAdmin):
    def changelist_view(self, request: HttpRequest, extra_context: Optional[Dict[str, Any]] = None) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        models = served_models()
        context = {**self.admin_site.each_context(request), "title": "Model versions", "opts": self.opts,
                   "models": [_told_of(name, models[name]) for name in models], **(extra_context or {})}
        return TemplateResponse(request, "admin/scoreway/versions.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _told_of(name: str, live: LiveModel) -> Dict[str, Any]:
    model, version = live.loaded
    told: Dict[str, Any] = {"name": name, "source": live.source, "version": version, "estimator": model.estimator, "library": model.library,
                            "library_version": model.library_version, "error": live.error, "versions": []}
    try:
        told["versions"] = _versions(live)
    except ScorewayError as error:
        told["error"] = str(error)
    return told


def _versions(live: LiveModel) -> List[Dict[str, Any]]:
    """The newest; none of a file."""
    if live.client is None or live.name is None:
        return []
    aliases = live.client.aliases(live.name)
    return [{"number": version.number, "served": version.number == live.loaded.version, "info": version.info,
             "aliases": sorted(alias for alias, number in aliases.items() if number == version.number)}
            for version in islice(live.client.versions(live.name), _VERSIONS_MAX)]
