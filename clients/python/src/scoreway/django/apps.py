from django.apps import AppConfig


class ScorewayConfig(AppConfig):
    name = "scoreway.django"
    label = "scoreway"
    verbose_name = "Scoreway"
    default_auto_field = "django.db.models.BigAutoField"
