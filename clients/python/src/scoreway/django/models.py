"""No table: what the admin needs for a page of its own, and the permission `scoreway.view_version` to see it."""
from django.db import models


class Version(models.Model):
    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = "model version"
