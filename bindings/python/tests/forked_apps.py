"""The apps that test_gunicorn.py runs: the models of $MODELS by the extension for Flask or the app for Django, and of each answer the
worker that gave it."""
import json
import os

MODELS = json.loads(os.environ["MODELS"])
REFRESH_SECONDS = 0.05


def with_worker(app):
    def answer(environ, start):
        return app(environ, lambda status, headers, *rest: start(status, [*headers, ("X-Worker", str(os.getpid()))], *rest))

    return answer


def flask_app():
    from flask import Flask
    from scoreway.flask import Scoreway

    app = Flask(__name__)
    app.config.update(SCOREWAY_MODELS=MODELS, SCOREWAY_REFRESH_SECONDS=REFRESH_SECONDS)
    app.register_blueprint(Scoreway(app).blueprint())
    return with_worker(app.wsgi_app)


def django_site():
    from django.conf import settings

    settings.configure(INSTALLED_APPS=["scoreway.django"], ROOT_URLCONF="scoreway.django.urls", ALLOWED_HOSTS=["*"], SECRET_KEY="of a test",
                       SCOREWAY={"MODELS": MODELS, "REFRESH_SECONDS": REFRESH_SECONDS})
    import scoreway.django
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    scoreway.django.load()
    return with_worker(application)
