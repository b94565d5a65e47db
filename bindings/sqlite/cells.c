#include "cells.h"

#include <math.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

/* SQLite has no NaN and few types: a truth is a number, an infinity one too. */
static sw_code SetValue(sw_session* session, size_t input, sqlite3_value* value, sw_error** error) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return sw_row_set_int64(session, input, sqlite3_value_int64(value), error);
    case SQLITE_FLOAT: return sw_row_set_number(session, input, sqlite3_value_double(value), error);
    case SQLITE_NULL: return sw_row_set_missing(session, input, error);
    default: {
      const char* text = (const char*)sqlite3_value_text(value);
      return sw_row_set_text(session, input, text == NULL ? "" : text, (size_t)sqlite3_value_bytes(value), error);
    }
  }
}

/* A cell of JSON, as json_each tells its type. */
static sw_code SetJson(const Model* model, size_t input, const char* type, sqlite3_value* value, sw_error** error) {
  const sw_type wanted = sw_model_input_type(model->model, input);
  const int is_float = wanted == SW_FLOAT32 || wanted == SW_FLOAT64;
  if (strcmp(type, "true") == 0 || strcmp(type, "false") == 0)
    return sw_row_set_bool(model->session, input, *type == 't', error);
  if (strcmp(type, "text") == 0 && is_float) {
    const char* text = (const char*)sqlite3_value_text(value);
    if (strcmp(text, "NaN") == 0) return sw_row_set_number(model->session, input, NAN, error);
    if (strcmp(text, "Infinity") == 0) return sw_row_set_number(model->session, input, INFINITY, error);
    if (strcmp(text, "-Infinity") == 0) return sw_row_set_number(model->session, input, -INFINITY, error);
  }
  return SetValue(model->session, input, value, error);
}

static int Fail(sqlite3_context* context, Model* model, sw_error* error) {
  ReportError(context, error);
  sw_row_clear(model->session);
  return 0;
}

static int Unknown(sqlite3_context* context, Model* model, const char* name) {
  char* text = sqlite3_mprintf("unknown column '%s'", name);
  sqlite3_result_error(context, text, -1);
  sqlite3_free(text);
  sw_row_clear(model->session);
  return 0;
}

static int SetObject(Models* models, Model* model, sqlite3_context* context, sqlite3_value* object) {
  sqlite3_stmt* each;
  sw_error* error = NULL;
  const char* begin = (const char*)sqlite3_value_text(object);
  int step, fine = 1;
  if (begin == NULL || begin[strspn(begin, " \t\r\n")] != '{') {
    sqlite3_result_error(context, "the cells of a row are a JSON object, or names and values in turn", -1);
    return 0;
  }
  each = Prepare(models, context, "SELECT key, type, value FROM json_each(?1)");
  if (each == NULL) return 0;
  sqlite3_bind_value(each, 1, object);
  while (fine && (step = sqlite3_step(each)) == SQLITE_ROW) {
    const char* name = (const char*)sqlite3_column_text(each, 0);
    const size_t input = sw_model_find_input(model->model, name);
    if (input == (size_t)-1) {
      fine = Unknown(context, model, name);
    } else if (SetJson(model, input, (const char*)sqlite3_column_text(each, 1), sqlite3_column_value(each, 2),
                       &error) != SW_OK) {
      fine = Fail(context, model, error);
    }
  }
  if (fine && step != SQLITE_DONE) {
    sqlite3_result_error(context, sqlite3_errmsg(models->db), -1);
    sw_row_clear(model->session);
    fine = 0;
  }
  sqlite3_finalize(each);
  return fine;
}

int SetCells(Models* models, Model* model, sqlite3_context* context, int count, sqlite3_value** values) {
  sw_error* error = NULL;
  if (count == 1) return SetObject(models, model, context, values[0]);
  if (count % 2 != 0) {
    sqlite3_result_error(context, "the cells of a row are a JSON object, or names and values in turn", -1);
    return 0;
  }
  for (int i = 0; i < count; i += 2) {
    const char* name = (const char*)sqlite3_value_text(values[i]);
    const size_t input = name == NULL ? (size_t)-1 : sw_model_find_input(model->model, name);
    if (input == (size_t)-1) return Unknown(context, model, name == NULL ? "" : name);
    if (SetValue(model->session, input, values[i + 1], &error) != SW_OK) return Fail(context, model, error);
  }
  return 1;
}
