import os

import scoreway.django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "winery.settings")
application = get_wsgi_application()
scoreway.django.load()
