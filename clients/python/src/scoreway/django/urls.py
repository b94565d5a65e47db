"""POST <model>/predict, GET <model>/signature, GET health."""
from django.urls import path

from . import views

app_name = "scoreway"
urlpatterns = [
    path("health", views.health, name="health"),
    path("<str:name>/predict", views.predict, name="predict"),
    path("<str:name>/signature", views.signature, name="signature"),
]
