#include "postgres.h"

#include <sys/stat.h>

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/resowner.h"
#include "utils/varlena.h"

#include "models.h"

/* What a reference was found to mean, in `generation`. */
typedef struct Meaning {
  char* reference;
  uint64 generation;
  Model* model;
} Meaning;

enum { MEANINGS = 64 };

static Meaning meanings[MEANINGS];
static int next_meaning = 0;
static Model* models = NULL;
static uint64 generation = 1;
static uint64 uses = 0;
static Oid models_table = InvalidOid, aliases_table = InvalidOid;
static int cache_size_kb;
static char* preload = NULL;

static void TablesChanged(Datum argument, Oid relation) {
  if (relation == InvalidOid || relation == models_table || relation == aliases_table) ++generation;
}

uint64 ModelsGeneration(void) { return generation; }

Model* LoadedModels(void) { return models; }

static int SqlState(sw_code code) {
  switch (code) {
    case SW_INVALID_ARGUMENT: return ERRCODE_INVALID_PARAMETER_VALUE;
    case SW_NOT_FOUND: return ERRCODE_UNDEFINED_OBJECT;
    case SW_UNSUPPORTED: return ERRCODE_FEATURE_NOT_SUPPORTED;
    case SW_CORRUPT: return ERRCODE_DATA_CORRUPTED;
    case SW_RESOURCE_EXHAUSTED: return ERRCODE_OUT_OF_MEMORY;
    case SW_PERMISSION_DENIED: return ERRCODE_INSUFFICIENT_PRIVILEGE;
    default: return ERRCODE_INTERNAL_ERROR;
  }
}

void ReportError(sw_error* error) {
  const int state = SqlState(sw_error_code(error));
  char* text = pg_any_to_server(sw_error_text(error), strlen(sw_error_text(error)), PG_UTF8);
  text = pstrdup(text); /* the error's own memory goes before the jump */
  sw_error_free(error);
  ereport(ERROR, (errcode(state), errmsg("%s", text)));
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

static char* TextOption(Jsonb* options, const char* key) {
  JsonbValue name, *value;
  name.type = jbvString;
  name.val.string.val = unconstify(char*, key);
  name.val.string.len = (int)strlen(key);
  value = findJsonbValueFromContainer(&options->root, JB_FOBJECT, &name);
  if (value == NULL || value->type == jbvNull) return NULL;
  if (value->type == jbvString) return pnstrdup(value->val.string.val, value->val.string.len);
  if (value->type == jbvNumeric)
    return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the option \"%s\" is neither a text nor a number", key)));
}

sw_model* LoadArtifact(const void* artifact, size_t size, Jsonb* options) {
  sw_load_options load = {0};
  sw_model* model = NULL;
  sw_error* error = NULL;
  char* recommend;
  if (!JB_ROOT_IS_OBJECT(options)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the options of a model are a JSON object")));
  }
  load.struct_size = sizeof load;
  load.feature_map = TextOption(options, "feature_map");
  recommend = TextOption(options, "recommend");
  if (recommend != NULL) load.recommend = (uint32)pg_strtoint32(recommend);
  CHECK_FOR_INTERRUPTS();
  if (sw_model_load(artifact, size, &load, &model, &error) != SW_OK) ReportError(error);
  return model;
}

/* The prediction comes first or is called so; else the first output. */
static int LabelOf(const sw_model* model) {
  static const char* const names[] = {"predict", "prediction"};
  int i;
  for (i = 0; i < (int)lengthof(names); ++i) {
    const size_t found = sw_model_find_output(model, names[i]);
    if (found != (size_t)-1) return (int)found;
  }
  return 0;
}

static void FreeModel(Model* model) {
  sw_session_free(model->session);
  sw_model_free(model->model);
  pfree(model);
}

/* Makes room for models of so many bytes, the one given left alone. */
static void MakeRoom(const Model* kept) {
  for (;;) {
    Model **oldest = NULL, **link;
    uint64 bytes = 0;
    Model* gone;
    for (link = &models; *link != NULL; link = &(*link)->next) {
      if ((*link)->is_shared) continue;
      bytes += sw_model_bytes((*link)->model);
      if (*link != kept && (oldest == NULL || (*link)->last_use < (*oldest)->last_use)) oldest = link;
    }
    if (oldest == NULL || bytes <= (uint64)cache_size_kb * 1024) return;
    gone = *oldest;
    *oldest = gone->next;
    FreeModel(gone);
    ++generation;
  }
}

/* The loaded model among those that are held; NULL, and *error where the engine says why, if it cannot be. */
static Model* AddModel(const uint8* digest, sw_model* loaded, sw_error** error) {
  sw_session* session = NULL;
  Model* model = MemoryContextAllocExtended(TopMemoryContext, sizeof *model, MCXT_ALLOC_ZERO | MCXT_ALLOC_NO_OOM);
  if (model == NULL || sw_session_new(loaded, &session, error) != SW_OK) {
    sw_model_free(loaded);
    if (model != NULL) pfree(model);
    return NULL;
  }
  memcpy(model->digest, digest, sizeof model->digest);
  model->model = loaded;
  model->session = session;
  model->label = LabelOf(loaded);
  model->next = models;
  models = model;
  return model;
}

static Model* KeepModel(const uint8* digest, sw_model* loaded) {
  sw_error* error = NULL;
  Model* model = AddModel(digest, loaded, &error);
  if (model == NULL && error != NULL) ReportError(error);
  if (model == NULL) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  MakeRoom(model);
  return model;
}

/* ---- sharing ---------------------------------------------------------------------------------------------------- */

/* NULL, errno set, if the file cannot be read. */
static char* ReadArtifact(const char* path, size_t* size) {
  struct stat about;
  char* bytes = NULL;
  FILE* file = AllocateFile(path, PG_BINARY_R);
  if (file == NULL) return NULL;
  if (fstat(fileno(file), &about) == 0) {
    *size = (size_t)about.st_size;
    errno = ENOMEM;
    bytes = palloc_extended(*size + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
    if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
      errno = EIO;
      pfree(bytes);
      bytes = NULL;
    }
  }
  FreeFile(file);
  return bytes;
}

/* That of the artifact's version in the tables, without options. */
static bool DigestOf(const char* artifact, size_t size, uint8* digest) {
  pg_cryptohash_ctx* context = pg_cryptohash_create(PG_SHA256);
  const bool done = context != NULL && pg_cryptohash_init(context) == 0 &&
                    pg_cryptohash_update(context, (const uint8*)artifact, size) == 0 &&
                    pg_cryptohash_update(context, (const uint8*)"{}", 2) == 0 &&
                    pg_cryptohash_final(context, digest, PG_SHA256_DIGEST_LENGTH) == 0;
  pg_cryptohash_free(context);
  return done;
}

/* What cannot be read is a warning: each process that asks for the model will read it for itself. */
static void ShareFile(const char* path) {
  sw_load_options options = {0};
  sw_model* loaded = NULL;
  sw_error* error = NULL;
  Model* model = NULL;
  uint8 digest[PG_SHA256_DIGEST_LENGTH];
  size_t size = 0;
  char* bytes = ReadArtifact(path, &size);
  if (bytes == NULL) {
    ereport(WARNING, (errcode_for_file_access(), errmsg("scoreway cannot preload \"%s\": %m", path)));
    return;
  }
  options.struct_size = sizeof options;
  if (DigestOf(bytes, size, digest) && sw_model_load(bytes, size, &options, &loaded, &error) == SW_OK) {
    model = AddModel(digest, loaded, &error);
  }
  pfree(bytes);
  if (model == NULL) {
    ereport(WARNING, (errmsg("scoreway cannot preload \"%s\": %s", path,
                             error != NULL ? sw_error_text(error) : "out of memory")));
    sw_error_free(error);
    return;
  }
  model->is_shared = true;
  ereport(LOG, (errmsg("scoreway shares \"%s\", %llu bytes", path, (unsigned long long)sw_model_bytes(loaded))));
}

static void ShareFiles(void) {
  /* The digests' resources want an owner, and the server's first process has none. */
  ResourceOwner before = CurrentResourceOwner, owner = ResourceOwnerCreate(before, "scoreway.preload");
  List* paths = NIL;
  ListCell* cell;
  char* list = pstrdup(preload);
  CurrentResourceOwner = owner;
  if (!SplitDirectoriesString(list, ',', &paths)) {
    ereport(WARNING, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("scoreway.preload is no list of paths")));
  }
  foreach (cell, paths) ShareFile(lfirst(cell));
  list_free_deep(paths);
  pfree(list);
  CurrentResourceOwner = before;
  ResourceOwnerDelete(owner);
}

void InitModels(void) {
  DefineCustomIntVariable("scoreway.cache_size", "Memory for the models that a backend keeps.",
                          "Models that were used longest ago leave first; the one in use stays, however large.",
                          &cache_size_kb, 512 * 1024, 0, MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB, NULL, NULL, NULL);
  if (process_shared_preload_libraries_in_progress) {
    DefineCustomStringVariable("scoreway.preload", "Files of models that all processes of the server share.",
                               "Each is the artifact of a version in scoreway.models, byte for byte.", &preload, "",
                               PGC_POSTMASTER, GUC_LIST_INPUT | GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
    ShareFiles();
  }
  MarkGUCPrefixReserved("scoreway");
  CacheRegisterRelcacheCallback(TablesChanged, (Datum)0);
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

static Model* LoadedModel(const uint8* digest) {
  Model* model;
  for (model = models; model != NULL; model = model->next) {
    if (memcmp(model->digest, digest, sizeof model->digest) == 0) return model;
  }
  return NULL;
}

/* The extension's schema, which is fixed by its control file. */
static void FindTables(void) {
  const Oid schema = get_namespace_oid("scoreway", false);
  models_table = get_relname_relid("models", schema);
  aliases_table = get_relname_relid("aliases", schema);
}

static Datum ColumnOf(int column, bool* is_null) {
  return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, is_null);
}

static Model* LoadVersion(const char* name, int32 version, const uint8* digest) {
  Oid types[] = {TEXTOID, INT4OID};
  Datum values[2];
  bool is_null;
  bytea* artifact;
  sw_model* loaded;
  values[0] = CStringGetTextDatum(name);
  values[1] = Int32GetDatum(version);
  if (SPI_execute_with_args("SELECT artifact, options FROM scoreway.models WHERE name OPERATOR(pg_catalog.=) $1 AND "
                            "version OPERATOR(pg_catalog.=) $2",
                            2, types, values, NULL, true, 1) != SPI_OK_SELECT ||
      SPI_processed != 1) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("the model \"%s/%d\" has gone", name, version)));
  }
  artifact = DatumGetByteaPP(ColumnOf(1, &is_null));
  loaded = LoadArtifact(VARDATA_ANY(artifact), VARSIZE_ANY_EXHDR(artifact), DatumGetJsonbP(ColumnOf(2, &is_null)));
  return KeepModel(digest, loaded);
}

/* Runs a query that gives (version, digest) of the model wanted; NULL if there is none. */
static Model* FindByQuery(const char* query, int count, Oid* types, Datum* values, const char* name) {
  Model* model = NULL;
  FindTables();
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
  if (SPI_execute_with_args(query, count, types, values, NULL, true, 1) != SPI_OK_SELECT)
    elog(ERROR, "the query for a model failed");
  if (SPI_processed == 1) {
    bool is_null;
    uint8 digest[32];
    const int32 version = DatumGetInt32(ColumnOf(1, &is_null));
    bytea* stored = DatumGetByteaPP(ColumnOf(2, &is_null));
    if (VARSIZE_ANY_EXHDR(stored) != sizeof digest) elog(ERROR, "the digest of a model has a wrong size");
    memcpy(digest, VARDATA_ANY(stored), sizeof digest);
    model = LoadedModel(digest);
    if (model == NULL) model = LoadVersion(name, version, digest);
  }
  SPI_finish();
  if (model != NULL) model->last_use = ++uses;
  return model;
}

Model* FindVersion(const char* name, int32 version) {
  Oid types[] = {TEXTOID, INT4OID};
  Datum values[2];
  Model* model;
  values[0] = CStringGetTextDatum(name);
  values[1] = Int32GetDatum(version);
  model = FindByQuery(
      "SELECT version, digest FROM scoreway.models WHERE name OPERATOR(pg_catalog.=) $1 AND "
      "version OPERATOR(pg_catalog.=) $2",
      2, types, values, name);
  if (model != NULL) return model;
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no model \"%s/%d\"", name, version)));
}

static Model* FindAlias(const char* name, const char* alias) {
  Oid types[] = {TEXTOID, TEXTOID};
  Datum values[2];
  values[0] = CStringGetTextDatum(name);
  values[1] = CStringGetTextDatum(alias);
  return FindByQuery(
      "SELECT m.version, m.digest FROM scoreway.aliases a, scoreway.models m WHERE "
      "a.name OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) $2 AND "
      "m.name OPERATOR(pg_catalog.=) a.name AND m.version OPERATOR(pg_catalog.=) a.version",
      2, types, values, name);
}

static Model* FindNewest(const char* name) {
  Oid types[] = {TEXTOID};
  Datum values[1];
  values[0] = CStringGetTextDatum(name);
  return FindByQuery(
      "SELECT version, digest FROM scoreway.models WHERE name OPERATOR(pg_catalog.=) $1 ORDER BY version DESC LIMIT 1",
      1, types, values, name);
}

static Model* Resolve(const char* reference) {
  char* name = pstrdup(reference);
  char* separator = strpbrk(name, "@/");
  Model* model;
  if (separator == NULL) {
    model = FindAlias(name, "champion");
    if (model == NULL) model = FindNewest(name);
  } else {
    const bool is_alias = *separator == '@';
    *separator = '\0';
    if (!is_alias) return FindVersion(name, pg_strtoint32(separator + 1));
    model = FindAlias(name, separator + 1);
  }
  if (model != NULL) return model;
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no model \"%s\"", reference),
                  errhint("A model is 'name', 'name@alias' or 'name/3'; SELECT * FROM scoreway.models shows them.")));
}

Model* FindModel(const char* reference) {
  Meaning* meaning;
  Model* model;
  char* kept;
  int i;
  for (i = 0; i < MEANINGS; ++i) {
    meaning = &meanings[i];
    if (meaning->reference == NULL || meaning->generation != generation || strcmp(meaning->reference, reference) != 0)
      continue;
    meaning->model->last_use = ++uses;
    return meaning->model;
  }
  model = Resolve(reference);
  kept = MemoryContextStrdup(TopMemoryContext, reference);
  meaning = &meanings[next_meaning];
  next_meaning = (next_meaning + 1) % MEANINGS;
  if (meaning->reference != NULL) pfree(meaning->reference);
  meaning->reference = kept;
  meaning->generation = generation;
  meaning->model = model;
  return model;
}
