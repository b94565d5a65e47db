#include "answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

static int IsText(sw_type type) { return type == SW_STRING || type == SW_LIST; }

void AnswerOutput(sqlite3_context* context, const Model* model, size_t output) {
  const sw_type type = sw_model_output_type(model->model, output);
  if (sw_row_is_missing(model->session, output)) {
    sqlite3_result_null(context);
  } else if (IsText(type)) {
    size_t size = 0;
    const char* text = sw_row_text(model->session, output, &size);
    sqlite3_result_text64(context, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (type == SW_INT64) {
    sqlite3_result_int64(context, sw_row_int64(model->session, output));
  } else if (type == SW_BOOL) {
    sqlite3_result_int(context, sw_row_number(model->session, output) != 0);
  } else {
    sqlite3_result_double(context, sw_row_number(model->session, output));
  }
}

static void AppendText(sqlite3_str* json, const char* text, size_t size) {
  sqlite3_str_appendchar(json, 1, '"');
  for (size_t i = 0; i < size; ++i) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\') {
      sqlite3_str_appendchar(json, 1, '\\');
      sqlite3_str_appendchar(json, 1, (char)c);
    } else if (c < 0x20) {
      sqlite3_str_appendf(json, "\\u%04x", c);
    } else {
      sqlite3_str_appendchar(json, 1, (char)c);
    }
  }
  sqlite3_str_appendchar(json, 1, '"');
}

/* The fewest digits that read back as the same number; the infinities, which JSON lacks, are texts as at the other
 * doors. */
static void AppendNumber(sqlite3_str* json, double number) {
  char text[40];
  if (isinf(number)) {
    sqlite3_str_appendall(json, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  }
  for (int digits = 15; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  sqlite3_str_appendall(json, text);
  if (strpbrk(text, ".e") == NULL) sqlite3_str_appendall(json, ".0");
}

void AnswerJson(sqlite3_context* context, const Model* model) {
  sqlite3_str* json = sqlite3_str_new(sqlite3_context_db_handle(context));
  const size_t outputs = sw_model_output_count(model->model);
  for (size_t i = 0; i < outputs; ++i) {
    const char* name = sw_model_output_name(model->model, i);
    const sw_type type = sw_model_output_type(model->model, i);
    sqlite3_str_appendchar(json, 1, i == 0 ? '{' : ',');
    AppendText(json, name, strlen(name));
    sqlite3_str_appendchar(json, 1, ':');
    if (sw_row_is_missing(model->session, i)) {
      sqlite3_str_appendall(json, "null");
    } else if (IsText(type)) {
      size_t size = 0;
      const char* text = sw_row_text(model->session, i, &size);
      AppendText(json, text, size);
    } else if (type == SW_INT64) {
      sqlite3_str_appendf(json, "%lld", (long long)sw_row_int64(model->session, i));
    } else if (type == SW_BOOL) {
      sqlite3_str_appendall(json, sw_row_number(model->session, i) != 0 ? "true" : "false");
    } else {
      AppendNumber(json, sw_row_number(model->session, i));
    }
  }
  sqlite3_str_appendall(json, outputs == 0 ? "{}" : "}");
  if (sqlite3_str_errcode(json) == SQLITE_OK) {
    sqlite3_result_text(context, sqlite3_str_finish(json), -1, sqlite3_free);
  } else {
    sqlite3_free(sqlite3_str_finish(json));
    sqlite3_result_error_nomem(context);
  }
}
