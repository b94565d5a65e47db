/*
 * The models of a connection: in the tables scoreway_models and scoreway_aliases of its main database, and those that
 * were used, one copy each, in memory until the connection closes.
 */
#ifndef SCOREWAY_SQLITE_MODELS_H
#define SCOREWAY_SQLITE_MODELS_H

#include <sqlite3ext.h>

#include "bindings/c/scoreway.h"

typedef struct Model {
  sqlite3_int64 id; /* of its row */
  sw_model* model;
  sw_session* session;
  size_t label; /* the output that is the prediction */
  struct Model* next;
} Model;

/* No statement is kept: one would keep the connection from closing. */
typedef struct Models {
  sqlite3* db;
  Model* loaded;
} Models;

extern Models* NewModels(sqlite3* db);
extern void FreeModels(void* models);

/* All below answer with what is wrong, as the error of the function that is being run, and then return NULL or 0. */

/* The model that the function's first argument names, looked up once a statement: "name" (its alias champion, else the
 * newest version), "name@alias" or "name/3". */
extern Model* FindModel(Models* models, sqlite3_context* context, const char* reference);
/* Keeps an artifact as the next version of the name, whose number it gives. */
extern int ImportModel(Models* models, sqlite3_context* context, const char* name, const void* artifact, int size);
extern int SetAlias(Models* models, sqlite3_context* context, const char* name, const char* alias, int version);
/* A prepared statement, which the caller finalizes. */
extern sqlite3_stmt* Prepare(Models* models, sqlite3_context* context, const char* sql);

extern void ReportError(sqlite3_context* context, sw_error* error);

#endif
