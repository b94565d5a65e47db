#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "cells.h"

static const size_t kNoInput = (size_t)-1;

static void SetText(Cell* cell, char* text, size_t size) {
  cell->kind = CELL_TEXT;
  cell->text = pg_server_to_any(text, (int)size, PG_UTF8);
  cell->size = cell->text == text ? size : strlen(cell->text);
}

static void SetNumber(Cell* cell, double number) {
  cell->kind = CELL_NUMBER;
  cell->number = number;
}

static double NumericAsDouble(Numeric number) {
  return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(number)));
}

static bool FitsInt64(Numeric number, int64* integer) {
  char* text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
  char* end;
  if (strpbrk(text, ".eEN") != NULL || strlen(text) > 18) return false;
  *integer = strtoll(text, &end, 10);
  return *end == '\0';
}

/* A numeric for an input of numbers is a number, for one of text the text that it is written as. */
static void SetNumeric(Cell* cell, Numeric number, bool wants_text) {
  int64 integer;
  if (wants_text) {
    char* text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
    SetText(cell, text, strlen(text));
  } else if (FitsInt64(number, &integer)) {
    cell->kind = CELL_INTEGER;
    cell->integer = integer;
  } else {
    SetNumber(cell, NumericAsDouble(number));
  }
}

static void SetInteger(Cell* cell, int64 integer) {
  cell->kind = CELL_INTEGER;
  cell->integer = integer;
}

/* ---- rows ----------------------------------------------------------------------------------------------------------
 */

RowMap* MapRow(const Model* model, HeapTupleHeader row) {
  RowMap* map = palloc(sizeof *map);
  TupleDesc tuple;
  size_t attributes;
  int i;
  map->type = HeapTupleHeaderGetTypeId(row);
  map->typmod = HeapTupleHeaderGetTypMod(row);
  tuple = lookup_rowtype_tupdesc(map->type, map->typmod);
  map->tuple = CreateTupleDescCopy(tuple);
  ReleaseTupleDesc(tuple);
  attributes = (size_t)Max(map->tuple->natts, 1);
  map->inputs = palloc(sizeof(size_t) * attributes);
  map->types = palloc(sizeof(Oid) * attributes);
  map->values = palloc(sizeof(Datum) * attributes);
  map->nulls = palloc(sizeof(bool) * attributes);
  for (i = 0; i < map->tuple->natts; ++i) {
    Form_pg_attribute attribute = TupleDescAttr(map->tuple, i);
    char* name = pg_server_to_any(NameStr(attribute->attname), (int)strlen(NameStr(attribute->attname)), PG_UTF8);
    map->inputs[i] = attribute->attisdropped ? kNoInput : sw_model_find_input(model->model, name);
    map->types[i] = attribute->attisdropped ? InvalidOid : getBaseType(attribute->atttypid);
  }
  return map;
}

static void SetDatum(Cell* cell, Oid type, Datum value) {
  switch (type) {
    case FLOAT8OID: SetNumber(cell, DatumGetFloat8(value)); return;
    case FLOAT4OID: SetNumber(cell, (double)DatumGetFloat4(value)); return;
    case INT2OID: SetInteger(cell, DatumGetInt16(value)); return;
    case INT4OID: SetInteger(cell, DatumGetInt32(value)); return;
    case INT8OID: SetInteger(cell, DatumGetInt64(value)); return;
    case BOOLOID:
      cell->kind = CELL_BOOL;
      cell->integer = DatumGetBool(value);
      return;
    case NUMERICOID: SetNumeric(cell, DatumGetNumeric(value), false); return;
    case TEXTOID:
    case VARCHAROID: {
      text* written = DatumGetTextPP(value);
      SetText(cell, VARDATA_ANY(written), VARSIZE_ANY_EXHDR(written));
      return;
    }
    default: {
      /* Enumerations, character(n), dates, json: as they are written. */
      Oid output;
      bool is_varlena;
      char* written;
      getTypeOutputInfo(type, &output, &is_varlena);
      written = OidOutputFunctionCall(output, value);
      SetText(cell, written, strlen(written));
    }
  }
}

void CellsOfRow(const RowMap* map, HeapTupleHeader row, Cell* cells) {
  HeapTupleData tuple;
  int i;
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_tableOid = InvalidOid;
  tuple.t_data = row;
  heap_deform_tuple(&tuple, map->tuple, map->values, map->nulls);
  for (i = 0; i < map->tuple->natts; ++i) {
    if (map->inputs[i] == kNoInput) continue;
    if (map->nulls[i]) {
      cells[map->inputs[i]].kind = CELL_MISSING;
    } else {
      SetDatum(&cells[map->inputs[i]], map->types[i], map->values[i]);
    }
  }
}

/* ---- jsonb ---------------------------------------------------------------------------------------------------------
 */

static void SetJsonCell(Cell* cell, const JsonbValue* value, sw_type type, const char* name) {
  const bool is_float = type == SW_FLOAT32 || type == SW_FLOAT64;
  switch (value->type) {
    case jbvNull: cell->kind = CELL_MISSING; return;
    case jbvBool:
      cell->kind = CELL_BOOL;
      cell->integer = value->val.boolean;
      return;
    case jbvNumeric: SetNumeric(cell, value->val.numeric, type == SW_STRING); return;
    case jbvString: {
      char* text = pnstrdup(value->val.string.val, value->val.string.len);
      /* What JSON cannot say of numbers, as the HTTP interface takes it. */
      if (is_float && strcmp(text, "NaN") == 0) {
        SetNumber(cell, get_float8_nan());
      } else if (is_float && strcmp(text, "Infinity") == 0) {
        SetNumber(cell, get_float8_infinity());
      } else if (is_float && strcmp(text, "-Infinity") == 0) {
        SetNumber(cell, -get_float8_infinity());
      } else if (type == SW_INT64 && strcmp(text, "NaN") == 0) {
        cell->kind = CELL_MISSING;
      } else {
        SetText(cell, text, strlen(text));
      }
      return;
    }
    case jbvBinary:
      if (type == SW_LIST && JsonContainerIsArray(value->val.binary.data)) {
        char* text = JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
        SetText(cell, text, strlen(text));
        return;
      }
      break;
    default: break;
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("column '%s': an array or object is no %s", name, sw_type_name(type))));
}

void CellsOfJson(const Model* model, Jsonb* row, Cell* cells) {
  JsonbIterator* iterator;
  JsonbIteratorToken token;
  JsonbValue value;
  char* name = NULL;
  if (!JB_ROOT_IS_OBJECT(row)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the cells of a row are a JSON object")));
  }
  iterator = JsonbIteratorInit(&row->root);
  JsonbIteratorNext(&iterator, &value, true);
  while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE) {
    if (token == WJB_KEY) {
      name = pnstrdup(value.val.string.val, value.val.string.len);
    } else if (token == WJB_VALUE) {
      const size_t input = sw_model_find_input(model->model, pg_server_to_any(name, (int)strlen(name), PG_UTF8));
      if (input == kNoInput) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown column '%s'", name)));
      }
      SetJsonCell(&cells[input], &value, sw_model_input_type(model->model, input), name);
    }
  }
}

/* ---- arrays --------------------------------------------------------------------------------------------------------
 */

void CellsOfArray(const Model* model, ArrayType* row, Cell* cells) {
  const size_t inputs = sw_model_input_count(model->model);
  Datum* values;
  bool* nulls;
  int count, i;
  deconstruct_array(row, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, &nulls, &count);
  if ((size_t)count != inputs) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%d values in a row by position, wanted %zu", count, inputs)));
  }
  for (i = 0; i < count; ++i) {
    if (nulls[i]) {
      cells[i].kind = CELL_MISSING;
    } else {
      SetNumber(&cells[i], DatumGetFloat8(values[i]));
    }
  }
}

/* ---- scoring -------------------------------------------------------------------------------------------------------
 */

static sw_code SetCell(sw_session* session, size_t input, const Cell* cell, sw_error** error) {
  switch (cell->kind) {
    case CELL_MISSING: return sw_row_set_missing(session, input, error);
    case CELL_NUMBER: return sw_row_set_number(session, input, cell->number, error);
    case CELL_INTEGER: return sw_row_set_int64(session, input, cell->integer, error);
    case CELL_BOOL: return sw_row_set_bool(session, input, cell->integer != 0, error);
    case CELL_TEXT: return sw_row_set_text(session, input, cell->text, cell->size, error);
    default: return SW_OK;
  }
}

void Score(Model* model, const Cell* cells, size_t count) {
  sw_error* error = NULL;
  sw_code code = SW_OK;
  size_t i;
  for (i = 0; i < count && code == SW_OK; ++i) code = SetCell(model->session, i, &cells[i], &error);
  if (code == SW_OK) {
    code = sw_row_predict(model->session, &error);
  } else {
    sw_row_clear(model->session);
  }
  if (code != SW_OK) ReportError(error);
  ++model->rows;
}

/* ---- answers -------------------------------------------------------------------------------------------------------
 */

static JsonbValue* PushText(JsonbParseState** state, JsonbIteratorToken token, const char* text) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = pg_any_to_server(text, (int)strlen(text), PG_UTF8);
  value.val.string.len = (int)strlen(value.val.string.val);
  return pushJsonbValue(state, token, &value);
}

static JsonbValue* PushValue(JsonbParseState** state, JsonbIteratorToken token, JsonbValue value) {
  return pushJsonbValue(state, token, &value);
}

/* All digits of a double; the infinities, which JSON lacks, are texts as at the other doors. */
static void PushNumber(JsonbParseState** state, JsonbIteratorToken token, double number) {
  JsonbValue value;
  if (isinf(number)) {
    PushText(state, token, number > 0 ? "Infinity" : "-Infinity");
    return;
  }
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(float8out_internal(number)),
                                                          ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  PushValue(state, token, value);
}

static void PushOutput(JsonbParseState** state, const Model* model, size_t output) {
  const sw_type type = sw_model_output_type(model->model, output);
  JsonbValue value;
  if (sw_row_is_missing(model->session, output)) {
    value.type = jbvNull;
    PushValue(state, WJB_VALUE, value);
  } else if (type == SW_STRING || type == SW_LIST) {
    bool is_null;
    PushText(state, WJB_VALUE, TextDatumGetCString(OutputAsText(model, output, &is_null)));
  } else if (type == SW_BOOL) {
    value.type = jbvBool;
    value.val.boolean = sw_row_number(model->session, output) != 0;
    PushValue(state, WJB_VALUE, value);
  } else if (type == SW_INT64) {
    value.type = jbvNumeric;
    value.val.numeric = int64_to_numeric(sw_row_int64(model->session, output));
    PushValue(state, WJB_VALUE, value);
  } else {
    PushNumber(state, WJB_VALUE, sw_row_number(model->session, output));
  }
}

Datum AnswerAsJson(const Model* model) {
  const size_t outputs = sw_model_output_count(model->model);
  JsonbParseState* state = NULL;
  size_t i;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
  for (i = 0; i < outputs; ++i) {
    PushText(&state, WJB_KEY, sw_model_output_name(model->model, i));
    PushOutput(&state, model, i);
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

Datum OutputAsText(const Model* model, size_t output, bool* is_null) {
  size_t size = 0;
  const char* written = sw_row_text(model->session, output, &size);
  *is_null = sw_row_is_missing(model->session, output);
  if (*is_null) return (Datum)0;
  if (written != NULL) {
    char* copy = pnstrdup(written, size);
    return CStringGetTextDatum(pg_any_to_server(copy, (int)strlen(copy), PG_UTF8));
  }
  switch (sw_model_output_type(model->model, output)) {
    case SW_INT64: return CStringGetTextDatum(psprintf(INT64_FORMAT, sw_row_int64(model->session, output)));
    case SW_BOOL: return CStringGetTextDatum(sw_row_number(model->session, output) != 0 ? "true" : "false");
    default: return CStringGetTextDatum(float8out_internal(sw_row_number(model->session, output)));
  }
}

double OutputAsNumber(const Model* model, size_t output, bool* is_null) {
  const sw_type type = sw_model_output_type(model->model, output);
  if (type == SW_STRING || type == SW_LIST) {
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH),
             errmsg("the output '%s' of the model is a text, not a number", sw_model_output_name(model->model, output)),
             errhint("Use scoreway.predict_label.")));
  }
  *is_null = sw_row_is_missing(model->session, output);
  return *is_null ? 0 : sw_row_number(model->session, output);
}

/* ---- descriptions --------------------------------------------------------------------------------------------------
 */

static void PushField(JsonbParseState** state, const char* key, const char* text) {
  PushText(state, WJB_KEY, key);
  PushText(state, WJB_VALUE, text);
}

static void PushFlag(JsonbParseState** state, const char* key, bool flag) {
  JsonbValue value;
  PushText(state, WJB_KEY, key);
  value.type = jbvBool;
  value.val.boolean = flag;
  PushValue(state, WJB_VALUE, value);
}

Datum DescriptionOf(const sw_model* model) {
  JsonbParseState* state = NULL;
  JsonbValue bytes;
  size_t i;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
  PushField(&state, "format", sw_model_format(model));
  PushField(&state, "library", sw_model_library(model));
  PushField(&state, "library_version", sw_model_library_version(model));
  PushField(&state, "estimator", sw_model_estimator(model));
  PushText(&state, WJB_KEY, "bytes");
  bytes.type = jbvNumeric;
  bytes.val.numeric = int64_to_numeric((int64)sw_model_bytes(model));
  PushValue(&state, WJB_VALUE, bytes);
  PushText(&state, WJB_KEY, "inputs");
  pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
  for (i = 0; i < sw_model_input_count(model); ++i) {
    pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
    PushField(&state, "name", sw_model_input_name(model, i));
    PushField(&state, "type", sw_type_name(sw_model_input_type(model, i)));
    PushFlag(&state, "may_be_missing", sw_model_input_may_be_missing(model, i) != 0);
    pushJsonbValue(&state, WJB_END_OBJECT, NULL);
  }
  pushJsonbValue(&state, WJB_END_ARRAY, NULL);
  PushText(&state, WJB_KEY, "outputs");
  pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
  for (i = 0; i < sw_model_output_count(model); ++i) {
    pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
    PushField(&state, "name", sw_model_output_name(model, i));
    PushField(&state, "type", sw_type_name(sw_model_output_type(model, i)));
    pushJsonbValue(&state, WJB_END_OBJECT, NULL);
  }
  pushJsonbValue(&state, WJB_END_ARRAY, NULL);
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}
