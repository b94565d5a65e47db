/*
 * The models that a backend holds: one copy of each, found by the reference a query names it with.
 *
 * What a reference means is looked up in the extension's tables and remembered until one of them changes (any backend's
 * change: the tables' triggers send cache invalidations). Models stay until scoreway.cache_size asks for their room.
 * They live outside PostgreSQL's memory contexts, as the engine makes them; scoreway.loaded() tells their sizes.
 *
 * Models of the files that scoreway.preload names are read once, before the server's processes are forked, and lie in
 * memory once for all of them: an artifact of the tables with the same bytes is answered by that copy, which always
 * stays.
 */
#ifndef SCOREWAY_POSTGRES_MODELS_H
#define SCOREWAY_POSTGRES_MODELS_H

#include "bindings/c/scoreway.h"

typedef struct Model {
  uint8 digest[32];
  sw_model* model;
  sw_session* session;
  int label;   /* the output that is the prediction */
  uint64 rows; /* scored */
  uint64 last_use;
  bool is_shared; /* among all processes of the server */
  struct Model* next;
} Model;

/* Defines the settings, watches the tables and, in the server's first process, reads what is to be shared; called once.
 */
extern void InitModels(void);

/* Changes whenever what references mean, or the pointers that FindModel gave, may no longer hold. */
extern uint64 ModelsGeneration(void);

/* The model of "name", "name@alias" or "name/3"; an ERROR if there is none. Valid while ModelsGeneration stays the
 * same. */
extern Model* FindModel(const char* reference);
/* The same of a version by its number. */
extern Model* FindVersion(const char* name, int32 version);
/* The first of all models, linked by next. */
extern Model* LoadedModels(void);

/* A model of an artifact, which the caller frees; an ERROR if it cannot be read. */
extern sw_model* LoadArtifact(const void* artifact, size_t size, Jsonb* options);

/* Reports the error, and frees it; does not return. */
extern void ReportError(sw_error* error) pg_attribute_noreturn();

#endif
