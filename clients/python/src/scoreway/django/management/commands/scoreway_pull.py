"""manage.py scoreway_pull wine@champion: a version of the server as a file of the site."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ....errors import ScorewayError
from ....model import load
from ....reference import parse_reference
from ...served import client, setting


class Command(BaseCommand):
    help = ("Fetches a version of a model from the server of the settings, reads it, and writes it in Scoreway's own format. "
            "Processes that answer with the file take the new one by themselves.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="wine, wine@champion or wine/3")
        parser.add_argument("--output", help="the file; by default the model's name in the folder of the settings")
        parser.add_argument("--as-pushed", action="store_true", help="write the file that was pushed, byte for byte")

    def handle(self, *, reference: str, output: "str | None", as_pushed: bool, **options: Any) -> None:
        try:
            server = client()
            name = parse_reference(reference).name
            version = server.version(reference)
            target = Path(output) if output else _folder() / (name + ("" if as_pushed else ".scoreway"))
            target.parent.mkdir(parents=True, exist_ok=True)
            if as_pushed:
                server.pull(str(version), str(target))
            else:
                _replace(target, load(str(version), server=server).save())
        except (ScorewayError, OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{version} is in {target}")


def _folder() -> Path:
    folder = setting("FOLDER")
    return Path(folder) if folder else Path(settings.BASE_DIR) / "models"


def _replace(target: Path, content: bytes) -> None:
    """Whole or not at all, for those who read it meanwhile."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
