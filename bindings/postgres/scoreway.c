/*
 * scoreway for PostgreSQL: the functions of scoreway--1.0.sql and what follows it. The engine is reached by
 * bindings/c/scoreway.h alone, whose functions neither throw nor call back, so that an ERROR's jump crosses frames of C
 * only.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "cells.h"

PG_MODULE_MAGIC;

void _PG_init(void);
void _PG_init(void) {
  if (sw_abi_version() != SW_ABI_VERSION)
    elog(ERROR, "the Scoreway library has ABI %u, not %d", sw_abi_version(), SW_ABI_VERSION);
  InitModels();
}

/* What a place in a query knows from one row to the next. */
typedef struct CallSite {
  uint64 generation;
  char* reference;
  Model* model;
  RowMap* map;
  char* output; /* of predict_output */
  size_t output_place;
  Cell* cells;
  size_t cell_count;
} CallSite;

static CallSite* CallSiteOf(FunctionCallInfo fcinfo) {
  if (fcinfo->flinfo->fn_extra == NULL)
    fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
  return fcinfo->flinfo->fn_extra;
}

/* What was found for another model, or before the tables changed, is forgotten. */
static void Bind(CallSite* site, Model* model, char* reference, MemoryContext kept) {
  MemoryContext before = MemoryContextSwitchTo(kept);
  const size_t inputs = sw_model_input_count(model->model);
  site->model = model;
  site->map = NULL;
  site->output = NULL;
  if (site->cells == NULL || site->cell_count != inputs) {
    if (site->cells != NULL) pfree(site->cells);
    site->cells = palloc(sizeof(Cell) * Max(inputs, 1));
    site->cell_count = inputs;
  }
  if (site->reference != reference) {
    if (site->reference != NULL) pfree(site->reference);
    site->reference = pstrdup(reference);
  }
  site->generation = ModelsGeneration();
  MemoryContextSwitchTo(before);
}

static void BindReference(CallSite* site, text* given, MemoryContext kept) {
  const size_t size = VARSIZE_ANY_EXHDR(given);
  char* reference;
  if (site->generation == ModelsGeneration() && site->reference != NULL && strlen(site->reference) == size &&
      memcmp(site->reference, VARDATA_ANY(given), size) == 0) {
    return;
  }
  reference = text_to_cstring(given);
  Bind(site, FindModel(reference), reference, kept);
}

static void BindVersion(CallSite* site, text* name, int32 version, MemoryContext kept) {
  char* reference = psprintf("%s/%d", text_to_cstring(name), version);
  if (site->generation == ModelsGeneration() && site->reference != NULL && strcmp(site->reference, reference) == 0)
    return;
  Bind(site, FindModel(reference), reference, kept);
}

static void ReadCells(FunctionCallInfo fcinfo, CallSite* site, int argument) {
  const Oid type = get_fn_expr_argtype(fcinfo->flinfo, argument);
  memset(site->cells, 0, sizeof(Cell) * site->cell_count);
  if (type == JSONBOID) {
    CellsOfJson(site->model, PG_GETARG_JSONB_P(argument), site->cells);
  } else if (type == FLOAT8ARRAYOID) {
    CellsOfArray(site->model, PG_GETARG_ARRAYTYPE_P(argument), site->cells);
  } else {
    HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(argument);
    if (site->map == NULL || site->map->type != HeapTupleHeaderGetTypeId(row) ||
        site->map->typmod != HeapTupleHeaderGetTypMod(row)) {
      MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
      site->map = MapRow(site->model, row);
      MemoryContextSwitchTo(before);
    }
    CellsOfRow(site->map, row, site->cells);
  }
}

/* Scores the cells of the argument with the model that site is bound to. Reading cells may run functions of users,
 * which may score, too: what they leave in the session is over before ours begins, and a model that went meanwhile is
 * found again. */
static Model* ScoreCells(FunctionCallInfo fcinfo, CallSite* site, int argument) {
  CHECK_FOR_INTERRUPTS();
  ReadCells(fcinfo, site, argument);
  if (site->generation != ModelsGeneration()) {
    char* reference = site->reference;
    Bind(site, FindModel(reference), reference, fcinfo->flinfo->fn_mcxt);
    ReadCells(fcinfo, site, argument);
  }
  Score(site->model, site->cells, site->cell_count);
  return site->model;
}

/* NULL, if an argument is, else the model with its answer. */
static Model* ScoreByReference(FunctionCallInfo fcinfo) {
  CallSite* site = CallSiteOf(fcinfo);
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) return NULL;
  BindReference(site, PG_GETARG_TEXT_PP(0), fcinfo->flinfo->fn_mcxt);
  return ScoreCells(fcinfo, site, 1);
}

PG_FUNCTION_INFO_V1(scoreway_predict);
Datum scoreway_predict(PG_FUNCTION_ARGS) {
  const Model* model = ScoreByReference(fcinfo);
  if (model == NULL) PG_RETURN_NULL();
  return AnswerAsJson(model);
}

PG_FUNCTION_INFO_V1(scoreway_predict_label);
Datum scoreway_predict_label(PG_FUNCTION_ARGS) {
  const Model* model = ScoreByReference(fcinfo);
  bool is_null = true;
  const Datum label = model == NULL ? (Datum)0 : OutputAsText(model, (size_t)model->label, &is_null);
  if (is_null) PG_RETURN_NULL();
  return label;
}

PG_FUNCTION_INFO_V1(scoreway_predict_number);
Datum scoreway_predict_number(PG_FUNCTION_ARGS) {
  const Model* model = ScoreByReference(fcinfo);
  bool is_null = true;
  const double number = model == NULL ? 0 : OutputAsNumber(model, (size_t)model->label, &is_null);
  if (is_null) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(number);
}

static size_t OutputPlace(CallSite* site, text* given, MemoryContext kept) {
  char* name = text_to_cstring(given);
  if (site->output != NULL && strcmp(site->output, name) == 0) return site->output_place;
  site->output_place = sw_model_find_output(site->model->model, pg_server_to_any(name, (int)strlen(name), PG_UTF8));
  if (site->output_place == (size_t)-1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the model has no output '%s'", name),
                    errhint("scoreway.predict shows them all.")));
  }
  site->output = MemoryContextStrdup(kept, name);
  return site->output_place;
}

PG_FUNCTION_INFO_V1(scoreway_predict_output);
Datum scoreway_predict_output(PG_FUNCTION_ARGS) {
  const Model* model;
  bool is_null = true;
  double number = 0;
  if (PG_ARGISNULL(2)) PG_RETURN_NULL();
  model = ScoreByReference(fcinfo);
  if (model != NULL) {
    number =
        OutputAsNumber(model, OutputPlace(CallSiteOf(fcinfo), PG_GETARG_TEXT_PP(2), fcinfo->flinfo->fn_mcxt), &is_null);
  }
  if (is_null) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(number);
}

PG_FUNCTION_INFO_V1(scoreway_predict_version);
Datum scoreway_predict_version(PG_FUNCTION_ARGS) {
  CallSite* site = CallSiteOf(fcinfo);
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2)) PG_RETURN_NULL();
  BindVersion(site, PG_GETARG_TEXT_PP(0), PG_GETARG_INT32(1), fcinfo->flinfo->fn_mcxt);
  return AnswerAsJson(ScoreCells(fcinfo, site, 2));
}

PG_FUNCTION_INFO_V1(scoreway_describe);
Datum scoreway_describe(PG_FUNCTION_ARGS) {
  bytea* artifact = PG_GETARG_BYTEA_PP(0);
  sw_model* model = LoadArtifact(VARDATA_ANY(artifact), VARSIZE_ANY_EXHDR(artifact), PG_GETARG_JSONB_P(1));
  Datum description = (Datum)0;
  PG_TRY();
  { description = DescriptionOf(model); }
  PG_FINALLY();
  { sw_model_free(model); }
  PG_END_TRY();
  return description;
}

PG_FUNCTION_INFO_V1(scoreway_changed);
Datum scoreway_changed(PG_FUNCTION_ARGS) {
  if (!CALLED_AS_TRIGGER(fcinfo)) elog(ERROR, "scoreway.changed is for triggers");
  CacheInvalidateRelcache(((TriggerData*)fcinfo->context)->tg_relation);
  return PointerGetDatum(NULL); /* what a trigger gives that changes nothing */
}

PG_FUNCTION_INFO_V1(scoreway_loaded);
Datum scoreway_loaded(PG_FUNCTION_ARGS) {
  ReturnSetInfo* result = (ReturnSetInfo*)fcinfo->resultinfo;
  const Model* model;
  InitMaterializedSRF(fcinfo, 0);
  for (model = LoadedModels(); model != NULL; model = model->next) {
    bytea* digest = palloc(VARHDRSZ + sizeof model->digest);
    Datum values[4]; /* the last since 1.1 */
    bool nulls[4] = {false, false, false, false};
    SET_VARSIZE(digest, VARHDRSZ + sizeof model->digest);
    memcpy(VARDATA(digest), model->digest, sizeof model->digest);
    values[0] = PointerGetDatum(digest);
    values[1] = Int64GetDatum((int64)sw_model_bytes(model->model));
    values[2] = Int64GetDatum((int64)model->rows);
    values[3] = BoolGetDatum(model->is_shared);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  return (Datum)0;
}
