"""For Django REST framework: serializers and views that are made from a model's signature.

    path("wine", PredictView.as_view(name="wine"))

A row's serializer checks types and asks for what the model cannot do without; what a null means, and an unknown category, is the model's to
say. Errors are the framework's own, by row and field.
"""
from __future__ import annotations

from typing import Any, Dict, Type

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .. import web
from ..signature import Input, Signature
from .served import served_models, setting

_INT64_MAX = 2**63 - 1


class _Text(serializers.CharField):
    """A number that is not whole has more than one text."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, float):
            self.fail("invalid")
        return str(super().to_internal_value(data))


def _field(field: Input) -> serializers.Field:
    told: Dict[str, Any] = {"required": not field.may_be_missing, "allow_null": True}
    if field.categories:
        told["help_text"] = "One of " + ", ".join(field.categories[:20]) + (", ..." if len(field.categories) > 20 else "")
    if field.type == "int64":
        return serializers.IntegerField(min_value=-_INT64_MAX - 1, max_value=_INT64_MAX, **told)
    if field.type == "bool":
        return serializers.BooleanField(**told)
    if field.type == "list":
        return serializers.ListField(**told)
    if field.type == "string":
        return _Text(allow_blank=True, trim_whitespace=False, **told)
    return serializers.FloatField(**told)


class RowSerializer(serializers.Serializer):
    """A row of the model whose `signature` a subclass has."""

    signature: Signature

    def get_fields(self) -> Dict[str, serializers.Field]:
        return {field.name: _field(field) for field in self.signature.inputs}

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["The model has no such input."] for name in unknown})
        return super().to_internal_value(data)


def row_serializer(signature: Signature) -> Type[RowSerializer]:
    """The class of the serializer of a row."""
    return type("Row", (RowSerializer,), {"signature": signature})


class PredictView(APIView):
    """Answers POST {"rows": [...]} with the predictions of the model `name`."""

    name = ""

    def post(self, request: Request) -> Response:
        models = served_models()
        if self.name not in models:
            raise NotFound(f"there is no model '{self.name}'")
        loaded = models[self.name].loaded
        rows = request.data.get("rows") if isinstance(request.data, dict) else None
        if not isinstance(rows, list):
            raise serializers.ValidationError({"rows": ["A list of rows is required."]})
        rows_max = setting("ROWS_MAX", 10_000)
        if len(rows) > rows_max:
            raise serializers.ValidationError({"rows": [f"At most {rows_max} rows are answered at once."]})
        checked = row_serializer(loaded.model.signature)(data=rows, many=True)
        if not checked.is_valid():
            raise serializers.ValidationError({"rows": checked.errors})
        try:
            return Response(web.answer(self.name, loaded, checked.validated_data))
        except web.Problem as wrong:
            raise serializers.ValidationError({"rows": [error["detail"] for error in wrong.reply.body["errors"]]}) from None
