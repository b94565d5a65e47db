"""The models of the settings, one set a process; made anew when a test changes the settings."""
from __future__ import annotations

import threading
from typing import Any, Mapping, Optional

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from ..client import Client
from ..live import LiveModels

_lock = threading.Lock()
_models: Optional[LiveModels] = None


def setting(key: str, default: Any = None) -> Any:
    told: Mapping[str, Any] = getattr(settings, "SCOREWAY", {})
    return told.get(key, default)


def client() -> Client:
    """The server of the settings."""
    return Client(setting("URL"), setting("API_KEY"))


def served_models() -> LiveModels:
    global _models
    if _models is None:
        with _lock:
            if _models is None:
                _models = LiveModels(setting("MODELS", {}), server=setting("URL"), api_key=setting("API_KEY"),
                                     refresh_seconds=setting("REFRESH_SECONDS", 2.0))
    return _models


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    global _models
    if setting == "SCOREWAY":
        _models = None
