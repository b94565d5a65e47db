/*
 * scoreway for SQLite: saved models in a database's own tables, and functions that score with them.
 *
 *   scoreway_import(name, artifact [, alias])    keeps a model (a blob, or the path of a file) as the next version: its
 * number scoreway_set_alias(name, alias, version) scoreway_predict(model, cells...)            all outputs as a JSON
 * object scoreway_label(model, cells...)              the prediction scoreway_output(model, output, cells...)     one
 * output: the probability of a class scoreway_version()
 *
 * A model is 'wine' (its alias champion, or else the newest version), 'wine@alias' or 'wine/3'. Cells are one JSON
 * object, or names and values in turn: scoreway_label('wine', 'alcohol', alcohol, 'colour', colour).
 */
#include <sqlite3ext.h>
#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "cells.h"
#include "models.h"

SQLITE_EXTENSION_INIT1

static Models* ModelsOf(sqlite3_context* context) { return sqlite3_user_data(context); }

/* The model with its answer to the cells of the arguments from `first` on; NULL with the error set. */
static Model* Score(sqlite3_context* context, int count, sqlite3_value** values, int first) {
  Models* models = ModelsOf(context);
  const char* reference = count > 0 ? (const char*)sqlite3_value_text(values[0]) : NULL;
  sw_error* error = NULL;
  Model* model;
  if (reference == NULL || count <= first) {
    sqlite3_result_error(context, "a model and the cells of a row are wanted", -1);
    return NULL;
  }
  model = FindModel(models, context, reference);
  if (model == NULL || !SetCells(models, model, context, count - first, values + first)) return NULL;
  if (sw_row_predict(model->session, &error) == SW_OK) return model;
  ReportError(context, error);
  return NULL;
}

static void Predict(sqlite3_context* context, int count, sqlite3_value** values) {
  const Model* model = Score(context, count, values, 1);
  if (model != NULL) AnswerJson(context, model);
}

static void Label(sqlite3_context* context, int count, sqlite3_value** values) {
  const Model* model = Score(context, count, values, 1);
  if (model != NULL) AnswerOutput(context, model, model->label);
}

static void Output(sqlite3_context* context, int count, sqlite3_value** values) {
  const char* name = count > 1 ? (const char*)sqlite3_value_text(values[1]) : NULL;
  const Model* model = Score(context, count, values, 2);
  size_t output;
  if (model == NULL) return;
  output = name == NULL ? (size_t)-1 : sw_model_find_output(model->model, name);
  if (output != (size_t)-1) {
    AnswerOutput(context, model, output);
  } else {
    char* text = sqlite3_mprintf("the model has no output '%s'", name == NULL ? "" : name);
    sqlite3_result_error(context, text, -1);
    sqlite3_free(text);
  }
}

/* The bytes of a file, to be freed by sqlite3_free; NULL with the error set. */
static void* ReadFile(sqlite3_context* context, const char* path, int* size) {
  FILE* file = fopen(path, "rb");
  long length = -1;
  void* bytes = NULL;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length >= 0 && length <= 1000000000) bytes = sqlite3_malloc64((sqlite3_uint64)length + 1);
  if (bytes != NULL && (fseek(file, 0, SEEK_SET) != 0 || fread(bytes, 1, (size_t)length, file) != (size_t)length)) {
    sqlite3_free(bytes);
    bytes = NULL;
  }
  if (file != NULL) fclose(file);
  if (bytes == NULL) {
    char* text = sqlite3_mprintf("%s: cannot be read", path);
    sqlite3_result_error(context, text, -1);
    sqlite3_free(text);
  }
  *size = (int)length;
  return bytes;
}

static void Import(sqlite3_context* context, int count, sqlite3_value** values) {
  Models* models = ModelsOf(context);
  const char* name = count >= 2 ? (const char*)sqlite3_value_text(values[0]) : NULL;
  const char* alias = count >= 3 ? (const char*)sqlite3_value_text(values[2]) : NULL;
  const int is_blob = count >= 2 && sqlite3_value_type(values[1]) == SQLITE_BLOB;
  const char* path = count >= 2 && !is_blob ? (const char*)sqlite3_value_text(values[1]) : NULL;
  void* read = NULL;
  int size, version;
  if (name == NULL || (path == NULL && !is_blob)) {
    sqlite3_result_error(context, "a name and a model (a blob or a path) are wanted", -1);
    return;
  }
  if (!is_blob && (read = ReadFile(context, path, &size)) == NULL) return;
  if (is_blob) size = sqlite3_value_bytes(values[1]);
  version = ImportModel(models, context, name, is_blob ? sqlite3_value_blob(values[1]) : read, size);
  sqlite3_free(read);
  if (version == 0 || (alias != NULL && SetAlias(models, context, name, alias, version) == 0)) return;
  sqlite3_result_int(context, version);
}

static void MoveAlias(sqlite3_context* context, int count, sqlite3_value** values) {
  const char *name = (const char*)sqlite3_value_text(values[0]), *alias = (const char*)sqlite3_value_text(values[1]);
  (void)count;
  if (name == NULL || alias == NULL) {
    sqlite3_result_error(context, "a name, an alias and a version are wanted", -1);
  } else if (SetAlias(ModelsOf(context), context, name, alias, sqlite3_value_int(values[2])) != 0) {
    sqlite3_result_null(context);
  }
}

static void Version(sqlite3_context* context, int count, sqlite3_value** values) {
  (void)count, (void)values;
  sqlite3_result_text(context, sw_version(), -1, SQLITE_TRANSIENT);
}

int sqlite3_scoreway_init(sqlite3* db, char** error, const sqlite3_api_routines* api);
int sqlite3_scoreway_init(sqlite3* db, char** error, const sqlite3_api_routines* api) {
  static const struct {
    const char* name;
    int arguments;
    int flags;
    void (*function)(sqlite3_context*, int, sqlite3_value**);
  } functions[] = {
      {"scoreway_predict", -1, 0, Predict},
      {"scoreway_label", -1, 0, Label},
      {"scoreway_output", -1, 0, Output},
      {"scoreway_import", -1, SQLITE_DIRECTONLY, Import},
      {"scoreway_set_alias", 3, SQLITE_DIRECTONLY, MoveAlias},
  };
  Models* models;
  int result;
  (void)error;
  SQLITE_EXTENSION_INIT2(api);
  models = NewModels(db);
  if (models == NULL) return SQLITE_NOMEM;
  /* The models belong to the function that is made last and goes when the connection closes. */
  for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
    result = sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments, SQLITE_UTF8 | functions[i].flags,
                                        models, functions[i].function, NULL, NULL, NULL);
    if (result != SQLITE_OK) {
      FreeModels(models);
      return result;
    }
  }
  return sqlite3_create_function_v2(db, "scoreway_version", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, models, Version,
                                    NULL, NULL, FreeModels);
}
