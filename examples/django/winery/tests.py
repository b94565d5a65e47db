"""The example by Django's own test client, beside scikit-learn's answers."""
import csv
import json

from django.conf import settings
from django.contrib.auth.models import User
from django.test import TestCase

WINE = settings.BASE_DIR.parent / "wine"


def wines():
    rows = [json.loads(line) for line in (WINE / "rows.jsonl").read_text().splitlines()]
    with open(WINE / "expected.csv", newline="") as file:
        return rows, list(csv.DictReader(file))


class Wine(TestCase):
    def test_rows_get_the_librarys_answers(self):
        rows, expected = wines()
        for url in ("/models/wine/predict", "/rest/wine"):
            answer = self.client.post(url, {"rows": rows}, content_type="application/json")
            self.assertEqual(answer.status_code, 200, answer.content)
            for given, wanted in zip(answer.json()["rows"], expected, strict=True):
                self.assertEqual(given["predict"], wanted["predict"])
                self.assertAlmostEqual(given["proba_barolo"], float(wanted["proba_barolo"]), delta=1e-12)

    def test_the_serializer_names_row_and_field(self):
        answer = self.client.post("/rest/wine", {"rows": [{"alcohol": 13}, {"alcohol": "strong", "smell": 1}]}, content_type="application/json")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(answer.json()["rows"], {"1": {"smell": ["The model has no such input."]}})
        answer = self.client.post("/rest/wine", {"rows": [{"alcohol": "strong"}]}, content_type="application/json")
        self.assertEqual(answer.json()["rows"], {"0": {"alcohol": ["A valid number is required."]}})

    def test_the_admin_shows_what_answers(self):
        self.assertEqual(self.client.get("/admin/scoreway/version/").status_code, 302)
        self.client.force_login(User.objects.create_superuser("head"))
        page = self.client.get("/admin/scoreway/version/")
        self.assertContains(page, "RandomForestClassifier")
        self.assertContains(self.client.get("/admin/"), "Model versions")
