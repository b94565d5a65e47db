"""Requests to the Flask extension and the Django app that are wrong, and what both say of their models."""
import json
import os
import sys

import pytest
from conftest import ROOT

sys.path[:0] = [str(ROOT / "examples" / "flask"), str(ROOT / "examples" / "django")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "winery.settings")
ROW = {"alcohol": 13.2, "colour": "deep"}


def flask_app():
    from app import create_app

    client = create_app(SCOREWAY_ROWS_MAX=100).test_client()

    def ask(path, body=None):
        answer = client.get(path) if body is None else client.post(path, data=body, content_type="application/json")
        return answer.status_code, answer.content_type, answer.get_json()

    return ask


def django_site():
    import django
    from django.conf import settings
    from django.test import Client

    django.setup()
    settings.SCOREWAY = {**settings.SCOREWAY, "ROWS_MAX": 100}
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(enforce_csrf_checks=True)

    def ask(path, body=None):
        answer = client.get(path) if body is None else client.post(path, body, content_type="application/json")
        return answer.status_code, answer.headers["Content-Type"], json.loads(answer.content)

    return ask


@pytest.fixture(scope="module", params=[flask_app, django_site])
def ask(request):
    return request.param()


def test_outputs_can_be_chosen(ask):
    status, kind, answer = ask("/models/wine/predict", json.dumps({"rows": [ROW], "outputs": ["proba_barolo", "predict"]}))
    assert (status, kind) == (200, "application/json")
    assert answer["model"] == "wine" and answer["version"] is None and list(answer["rows"][0]) == ["proba_barolo", "predict"]
    assert ask("/models/wine/predict", '{"rows": []}')[2]["rows"] == []


@pytest.mark.parametrize("body, status, says", [
    ("{", 400, "no JSON"),
    ("[" * 100_000, 400, "no JSON"),
    (b"\xff", 400, "no JSON"),
    ('{"rows": [{"alcohol": NaN}]}', 400, "NaN is no number of JSON"),
    ("[]", 400, 'member "rows"'),
    ('{"rows": {}}', 400, "list of objects"),
    ('{"rows": [], "row": 1}', 400, "unknown member 'row'"),
    ('{"rows": [], "outputs": "predict"}', 400, "list of names"),
    ('{"rows": [{}], "outputs": ["proba_merlot"]}', 422, "unknown output 'proba_merlot'"),
    ('{"rows": [{}, {"alcohol": "strong"}]}', 422, "row 2: column 'alcohol'"),
    ('{"rows": [{"alcohol": 1' + "0" * 400 + "}]}", 422, "row 1"),
    ('{"rows": [{"alcohol": {}}]}', 422, "row 1"),
    ('{"rows": [{"colour": "\\ud800"}]}', 422, "row 1"),
    ('{"rows": [{"smell": 1}]}', 422, "unknown column 'smell'"),
    (json.dumps({"rows": [ROW] * 101}), 413, "at most 100"),
])
def test_what_is_wrong_is_a_problem(ask, body, status, says):
    answered, kind, problem = ask("/models/wine/predict", body)
    assert (answered, kind, problem["status"]) == (status, "application/problem+json", status)
    assert says in problem["detail"] and problem["code"]


def test_all_rows_that_are_wrong_are_named(ask):
    problem = ask("/models/wine/predict", json.dumps({"rows": [ROW, {"alcohol": "a"}, ROW, {"hue": "b"}]}))[2]
    assert [error["place"] for error in problem["errors"]] == ["row 2", "row 4"]


def test_signature_and_health(ask):
    signature = ask("/models/wine/signature")[2]["signature"]
    colour = next(field for field in signature["inputs"] if field["name"] == "colour")
    assert colour == {"name": "colour", "type": "string", "used": True, "missing": "model", "categories": ["deep", "pale", "ruby"]}
    assert signature["outputs"][0] == {"name": "predict", "type": "string"}
    status, _, told = ask("/models/health")
    assert status == 200 and told["status"] == "ok" and told["models"]["wine"]["error"] is None


def test_a_model_that_is_not_there(ask):
    for path, body in (("/models/beer/predict", "{}"), ("/models/beer/signature", None)):
        status, kind, problem = ask(path, body)
        assert (status, kind) == (404, "application/problem+json") and "'beer'; there are wine" in problem["detail"]


def test_scoreway_pull(url, tmp_path, capsys, wine):
    import django
    from django.core.management import CommandError, call_command
    from django.test import override_settings

    django.setup()
    with override_settings(SCOREWAY={"URL": url, "FOLDER": tmp_path, "MODELS": {"wine": str(tmp_path / "wine.scoreway")}}):
        call_command("scoreway_pull", "wine@champion")
        assert f"wine/1 is in {tmp_path / 'wine.scoreway'}" in capsys.readouterr().out
        import scoreway.django

        assert scoreway.django.model("wine").predict(ROW) == "barolo"
        call_command("scoreway_pull", "wine", "--as-pushed", "--output", str(tmp_path / "wine.pkl"))
        assert (tmp_path / "wine.pkl").read_bytes() == (wine / "model.pkl").read_bytes()
        with pytest.raises(CommandError, match="beer"):
            call_command("scoreway_pull", "beer")
    with override_settings(SCOREWAY={"URL": "http://127.0.0.1:1"}), pytest.raises(CommandError, match="cannot reach"):
        call_command("scoreway_pull", "wine")


def test_the_admin_lists_versions_and_which_answers(url):
    import django
    from django.contrib.auth.models import AnonymousUser, User
    from django.core.exceptions import PermissionDenied
    from django.test import RequestFactory, override_settings

    django.setup()
    from django.contrib.admin import site
    from scoreway.django.models import Version

    page = site._registry[Version]
    request = RequestFactory().get("/admin/scoreway/version/")
    with override_settings(SCOREWAY={"URL": url, "MODELS": {"wine": "wine@champion"}}):
        request.user = AnonymousUser()
        with pytest.raises(PermissionDenied):
            page.changelist_view(request)
        request.user = User(is_superuser=True, is_staff=True, is_active=True, username="head")
        told = page.changelist_view(request).context_data["models"][0]
        assert told["version"] == 1 and told["error"] is None
        assert [(version["number"], version["aliases"], version["served"]) for version in told["versions"]] == [(1, ["champion"], True)]


def test_serializers_are_made_from_the_signature():
    import django

    django.setup()
    import scoreway
    from scoreway.django.rest import row_serializer

    signature = scoreway.load(ROOT / "bindings" / "c" / "testdata" / "linear.pkl").signature
    row = row_serializer(signature)
    fields = row().get_fields()
    assert {name: type(field).__name__ for name, field in fields.items()} == {"a": "FloatField", "b": "FloatField"}
    assert row(data={"a": 1}).is_valid() is False and row(data={"a": 1, "b": "2.5"}).is_valid()
    wine = scoreway.load(ROOT / "examples" / "wine" / "model.pkl").signature
    assert "deep" in row_serializer(wine)().get_fields()["colour"].help_text
    assert not row_serializer(wine)(data={"colour": 1.5}).is_valid()
