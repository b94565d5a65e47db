#include "models.h"

#include <stdlib.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

Models* NewModels(sqlite3* db) {
  Models* models = sqlite3_malloc(sizeof *models);
  if (models == NULL) return NULL;
  memset(models, 0, sizeof *models);
  models->db = db;
  return models;
}

void FreeModels(void* given) {
  Models* models = given;
  while (models->loaded != NULL) {
    Model* model = models->loaded;
    models->loaded = model->next;
    sw_session_free(model->session);
    sw_model_free(model->model);
    sqlite3_free(model);
  }
  sqlite3_free(models);
}

void ReportError(sqlite3_context* context, sw_error* error) {
  if (sw_error_code(error) == SW_RESOURCE_EXHAUSTED && strcmp(sw_error_text(error), "out of memory") == 0) {
    sqlite3_result_error_nomem(context);
  } else {
    sqlite3_result_error(context, sw_error_text(error), -1);
  }
  sw_error_free(error);
}

static void ReportDatabase(Models* models, sqlite3_context* context) {
  sqlite3_result_error(context, sqlite3_errmsg(models->db), -1);
}

sqlite3_stmt* Prepare(Models* models, sqlite3_context* context, const char* sql) {
  sqlite3_stmt* statement = NULL;
  if (sqlite3_prepare_v2(models->db, sql, -1, &statement, NULL) != SQLITE_OK) ReportDatabase(models, context);
  return statement;
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

static size_t LabelOf(const sw_model* model) {
  static const char* const names[] = {"predict", "prediction"};
  for (int i = 0; i < 2; ++i) {
    const size_t found = sw_model_find_output(model, names[i]);
    if (found != (size_t)-1) return found;
  }
  return 0;
}

static Model* Load(Models* models, sqlite3_context* context, sqlite3_int64 id) {
  sqlite3_stmt* query = Prepare(models, context, "SELECT artifact FROM main.scoreway_models WHERE id = ?1");
  sw_model* loaded = NULL;
  sw_session* session = NULL;
  sw_error* error = NULL;
  Model* model;
  if (query == NULL) return NULL;
  sqlite3_bind_int64(query, 1, id);
  if (sqlite3_step(query) != SQLITE_ROW) {
    ReportDatabase(models, context);
    sqlite3_finalize(query);
    return NULL;
  }
  sw_model_load(sqlite3_column_blob(query, 0), (size_t)sqlite3_column_bytes(query, 0), NULL, &loaded, &error);
  sqlite3_finalize(query);
  if (loaded == NULL || sw_session_new(loaded, &session, &error) != SW_OK) {
    sw_model_free(loaded);
    ReportError(context, error);
    return NULL;
  }
  model = sqlite3_malloc(sizeof *model);
  if (model == NULL) {
    sw_session_free(session);
    sw_model_free(loaded);
    sqlite3_result_error_nomem(context);
    return NULL;
  }
  *model = (Model){id, loaded, session, LabelOf(loaded), models->loaded};
  models->loaded = model;
  return model;
}

/* The id that a query finds, which is finalized; -1 if there is none, -2 if it failed. */
static sqlite3_int64 Found(Models* models, sqlite3_context* context, sqlite3_stmt* query) {
  sqlite3_int64 id = -1;
  const int step = sqlite3_step(query);
  if (step == SQLITE_ROW) {
    id = sqlite3_column_int64(query, 0);
  } else if (step != SQLITE_DONE) {
    ReportDatabase(models, context);
    id = -2;
  }
  sqlite3_finalize(query);
  return id;
}

static sqlite3_int64 FindAlias(Models* models, sqlite3_context* context, const char* name, int size,
                               const char* alias) {
  sqlite3_stmt* query =
      Prepare(models, context,
              "SELECT m.id FROM main.scoreway_aliases a JOIN main.scoreway_models m USING (name, version) "
              "WHERE a.name = ?1 AND a.alias = ?2");
  if (query == NULL) return -2;
  sqlite3_bind_text(query, 1, name, size, SQLITE_TRANSIENT);
  sqlite3_bind_text(query, 2, alias, -1, SQLITE_TRANSIENT);
  return Found(models, context, query);
}

static sqlite3_int64 FindVersion(Models* models, sqlite3_context* context, const char* name, int size, int version) {
  sqlite3_stmt* query =
      version != 0 ? Prepare(models, context, "SELECT id FROM main.scoreway_models WHERE name = ?1 AND version = ?2")
                   : Prepare(models, context,
                             "SELECT id FROM main.scoreway_models WHERE name = ?1 ORDER BY version DESC LIMIT 1");
  if (query == NULL) return -2;
  sqlite3_bind_text(query, 1, name, size, SQLITE_TRANSIENT);
  if (version != 0) sqlite3_bind_int(query, 2, version);
  return Found(models, context, query);
}

static Model* Resolve(Models* models, sqlite3_context* context, const char* reference) {
  const char* separator = strpbrk(reference, "@/");
  const int size = separator == NULL ? (int)strlen(reference) : (int)(separator - reference);
  sqlite3_int64 id;
  if (separator != NULL && *separator == '/') {
    const int version = atoi(separator + 1);
    id = version > 0 ? FindVersion(models, context, reference, size, version) : -1;
  } else {
    id = FindAlias(models, context, reference, size, separator == NULL ? "champion" : separator + 1);
    if (id == -1 && separator == NULL) id = FindVersion(models, context, reference, size, 0);
  }
  if (id == -1) {
    char* text = sqlite3_mprintf("there is no model '%s'", reference);
    sqlite3_result_error(context, text, -1);
    sqlite3_free(text);
  }
  if (id < 0) return NULL;
  for (Model* model = models->loaded; model != NULL; model = model->next) {
    if (model->id == id) return model;
  }
  return Load(models, context, id);
}

Model* FindModel(Models* models, sqlite3_context* context, const char* reference) {
  Model* model = sqlite3_get_auxdata(context, 0);
  if (model != NULL) return model;
  model = Resolve(models, context, reference);
  if (model != NULL) sqlite3_set_auxdata(context, 0, model, NULL);
  return model;
}

/* ---- keeping ---------------------------------------------------------------------------------------------------- */

/* id is never used again, so that it names what is in memory. */
static const char kTables[] =
    "CREATE TABLE IF NOT EXISTS main.scoreway_models (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, "
    "version INTEGER NOT "
    "NULL, artifact BLOB NOT NULL, format TEXT NOT NULL, estimator TEXT NOT NULL, created TEXT NOT NULL DEFAULT "
    "CURRENT_TIMESTAMP, "
    "UNIQUE (name, version));"
    "CREATE TABLE IF NOT EXISTS main.scoreway_aliases (name TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT "
    "NULL, PRIMARY KEY "
    "(name, alias), FOREIGN KEY (name, version) REFERENCES scoreway_models (name, version)) WITHOUT ROWID;";

/* Runs the statement with the texts, the number and the blob, whichever it has places for; what it returns, or 0. */
static int Run(Models* models, sqlite3_context* context, sqlite3_stmt* statement) {
  int result = 1;
  int step = sqlite3_step(statement);
  if (step == SQLITE_ROW) {
    result = sqlite3_column_int(statement, 0);
    step = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  if (step == SQLITE_DONE) return result;
  ReportDatabase(models, context);
  return 0;
}

int ImportModel(Models* models, sqlite3_context* context, const char* name, const void* artifact, int size) {
  sqlite3_stmt* insert = NULL;
  sw_model* model = NULL;
  sw_error* error = NULL;
  if (*name == '\0' || strpbrk(name, "@/") != NULL) {
    sqlite3_result_error(context, "the name of a model has no '@' and no '/'", -1);
    return 0;
  }
  if (sw_model_load(artifact, (size_t)size, NULL, &model, &error) != SW_OK) {
    ReportError(context, error);
    return 0;
  }
  if (sqlite3_exec(models->db, kTables, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(
          models->db,
          "INSERT INTO main.scoreway_models (name, version, artifact, format, estimator) SELECT ?1, 1 + "
          "coalesce(max(version), 0), ?2, ?3, ?4 FROM main.scoreway_models WHERE name = ?1 RETURNING version",
          -1, &insert, NULL) != SQLITE_OK) {
    ReportDatabase(models, context);
    sw_model_free(model);
    return 0;
  }
  sqlite3_bind_text(insert, 1, name, -1, SQLITE_TRANSIENT);
  sqlite3_bind_blob(insert, 2, artifact, size, SQLITE_STATIC);
  sqlite3_bind_text(insert, 3, sw_model_format(model), -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(insert, 4, sw_model_estimator(model), -1, SQLITE_TRANSIENT);
  sw_model_free(model);
  return Run(models, context, insert);
}

int SetAlias(Models* models, sqlite3_context* context, const char* name, const char* alias, int version) {
  sqlite3_stmt* upsert = NULL;
  if (FindVersion(models, context, name, (int)strlen(name), version) < 0) {
    sqlite3_result_error(context, "there is no such version", -1);
    return 0;
  }
  if (sqlite3_prepare_v2(models->db,
                         "INSERT INTO main.scoreway_aliases VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET version = ?3",
                         -1, &upsert, NULL) != SQLITE_OK) {
    ReportDatabase(models, context);
    return 0;
  }
  sqlite3_bind_text(upsert, 1, name, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(upsert, 2, alias, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int(upsert, 3, version);
  return Run(models, context, upsert);
}
