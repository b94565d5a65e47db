#!/usr/bin/env python3
"""A Django site whose answers come from models in its own process.

    pip install build/release/lib/python/dist/scoreway-*.whl django djangorestframework gunicorn
    cd examples/django
    python manage.py migrate
    python manage.py runserver
    gunicorn --preload --workers 4 winery.wsgi                  # one copy of the models for all workers
    python manage.py test

    curl localhost:8000/models/wine/predict -d '{"rows": [{"alcohol": 13.2, "colour": "deep"}]}'

With SCOREWAY_WINE=wine@champion the model is that of the server of $SCOREWAY_URL, and follows its alias; or
`python manage.py scoreway_pull wine@champion` brings it as a file, and SCOREWAY_WINE=models/wine.scoreway.
"""
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "winery.settings")
    execute_from_command_line(sys.argv)
