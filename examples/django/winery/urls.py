from django.contrib import admin
from django.urls import include, path
from scoreway.django.rest import PredictView

urlpatterns = [
    path("models/", include("scoreway.django.urls")),
    path("rest/wine", PredictView.as_view(name="wine")),
    path("admin/", admin.site.urls),
]
