/*
 * scoreway.h: read a saved model and score rows with it, inside any program. C99, C++ too.
 *
 *     sw_model *model = NULL;
 *     sw_session *session = NULL;
 *     sw_error *error = NULL;
 *     if (sw_model_load_path("wine.pkl", NULL, &model, &error) != SW_OK ||
 *         sw_session_new(model, &session, &error) != SW_OK) {
 *       fprintf(stderr, "%s\n", sw_error_text(error));
 *       ...
 *     }
 *     sw_row_set_number(session, 0, 13.2, &error);
 *     sw_row_set_text(session, 6, "deep", 4, &error);
 *     sw_row_predict(session, &error);
 *     double label = sw_row_number(session, 0);
 *
 * Objects. A model is what was read of an artifact, ready to answer; it never changes. A session is the working memory
 * of one thread for one model. An error says what went wrong. All three are opaque, and freed by the caller with the
 * function named for them; freeing NULL does nothing. A session keeps its model alive, so that the two may be freed in
 * any order.
 *
 * Threads. There is no global state: every function may be called by many threads at once for different objects. A
 * model may be used by any number of threads at the same time; a session and an error by one at a time.
 *
 * Errors. A function that can fail returns a sw_code and takes an sw_error **: on failure *error becomes a new error,
 * to be freed by sw_error_free, if the pointer is not NULL; what it held before is overwritten. On success it is left
 * alone. No C++ exception leaves a function, running out of memory is SW_RESOURCE_EXHAUSTED, and no bytes or cells,
 * however hostile, end the process. What cannot be right by the caller's own doing (NULL for an object, an index out of
 * range) is SW_INVALID_ARGUMENT where a code is returned and answered by NULL, 0 or NaN elsewhere.
 *
 * Missing cells are what they are at every door of Scoreway. A cell that was not given (absent) is missing if
 * sw_model_input_may_be_missing says so, else an error that names the column; a cell given as missing (null), and a
 * NaN, means what the model makes of it, and is an error naming the column where it has no rule; a text that the model
 * never saw is what the model makes of unknown categories. Never a silent zero.
 *
 * The ABI. Functions, codes and types only come to be added, and structs of options begin with their size, so that a
 * program built against an older header runs with a newer library of the same SW_ABI_VERSION (the number in the
 * library's soname).
 */
#ifndef SCOREWAY_H
#define SCOREWAY_H

#include <stddef.h>
#include <stdint.h>

#if defined(SCOREWAY_BUILDING) && defined(__GNUC__)
#define SW_API __attribute__((visibility("default")))
#else
#define SW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define SW_ABI_VERSION 1

/* The SW_ABI_VERSION that the library was built with, and its version, "0.1.0". */
SW_API uint32_t sw_abi_version(void);
SW_API const char* sw_version(void);

/* ---- errors ---------------------------------------------------------------------------------------------------- */

typedef int32_t sw_code;
enum {
  SW_OK = 0,
  SW_INVALID_ARGUMENT = 1,   /* the caller's input is wrong: a cell, a column, a name */
  SW_NOT_FOUND = 2,          /* no such file */
  SW_UNSUPPORTED = 5,        /* a sound model, but beyond what is read; the message lists what and where */
  SW_CORRUPT = 6,            /* the bytes are damaged, or not of the format that they claim */
  SW_RESOURCE_EXHAUSTED = 7, /* a limit (size, depth, count) or the memory */
  SW_PERMISSION_DENIED = 10, /* the artifact asks to run code, or the file may not be read */
  SW_INTERNAL = 11           /* a fault of ours */
};

typedef struct sw_error sw_error;

SW_API sw_code sw_error_code(const sw_error* error);
/* One sentence; where in the input it happened ("row 3, column 'age'"), maybe empty; and "place: message". Texts end
 * with a NUL and live as long as the error. Of NULL they are empty. */
SW_API const char* sw_error_message(const sw_error* error);
SW_API const char* sw_error_place(const sw_error* error);
SW_API const char* sw_error_text(const sw_error* error);
SW_API void sw_error_free(sw_error* error);
/* "INVALID_ARGUMENT" and so on, as the wire and the command line have them. */
SW_API const char* sw_code_name(sw_code code);

/* ---- models ---------------------------------------------------------------------------------------------------- */

typedef struct sw_model sw_model;

typedef struct sw_load_options {
  size_t struct_size;          /* sizeof(sw_load_options) */
  uint64_t unpacked_bytes_max; /* what a compressed artifact may unpack to; 0: 512 MiB */
  const char* feature_map;     /* the text of the feature map of an XGBoost model; NULL: none */
  uint32_t recommend;          /* of a recommender: so many of the best items for a user; 0: the rating */
  const char* const* outputs;  /* the outputs wanted, by name and in this order; NULL: all */
  size_t output_count;
} sw_load_options;

/* Reads a model of any format that Scoreway knows from the bytes that somebody saved; they are not needed afterwards.
 * Nothing of them is executed. options may be NULL. Of the engines there is the native one: a model that needs another
 * is SW_UNSUPPORTED. */
SW_API sw_code sw_model_load(const void* bytes, size_t size, const sw_load_options* options, sw_model** model,
                             sw_error** error);
/* The same of a file, or of a folder as Spark saves it. Beside a model of XGBoost its feature map is read too
 * ("model.fmap" of "model.json") unless the options bring one. */
SW_API sw_code sw_model_load_path(const char* path, const sw_load_options* options, sw_model** model, sw_error** error);
SW_API void sw_model_free(sw_model* model);

/* The model in Scoreway's own format, which sw_model_load reads fastest and every later version reads. *bytes is freed
 * by sw_bytes_free. */
SW_API sw_code sw_model_save(const sw_model* model, void** bytes, size_t* size, sw_error** error);
SW_API void sw_bytes_free(void* bytes);

/* ---- signatures. Texts end with a NUL and live as long as the model ---------------------------------------------- */

typedef int32_t sw_type;
enum {
  SW_FLOAT32 = 0,
  SW_FLOAT64 = 1,
  SW_INT64 = 2,
  SW_BOOL = 3,
  SW_STRING = 4,
  SW_LIST = 5 /* a list of texts or numbers; its cells are texts: JSON arrays */
};
/* "float32" and so on. */
SW_API const char* sw_type_name(sw_type type);

SW_API size_t sw_model_input_count(const sw_model* model);
SW_API const char* sw_model_input_name(const sw_model* model, size_t input);
SW_API sw_type sw_model_input_type(const sw_model* model, size_t input);
/* 1: the model treats a missing cell. 0: it is an error. */
SW_API int sw_model_input_may_be_missing(const sw_model* model, size_t input);
/* 0: the input is taken and ignored. */
SW_API int sw_model_input_used(const sw_model* model, size_t input);
/* The categories of an input, as texts, where the model knows them. */
SW_API size_t sw_model_input_category_count(const sw_model* model, size_t input);
SW_API const char* sw_model_input_category(const sw_model* model, size_t input, size_t category);
/* The input of that name, or (size_t)-1. */
SW_API size_t sw_model_find_input(const sw_model* model, const char* name);
/* 0: the model knows its inputs by position, and their names (x0, x1, ...) are ours. */
SW_API int sw_model_inputs_named(const sw_model* model);

SW_API size_t sw_model_output_count(const sw_model* model);
SW_API const char* sw_model_output_name(const sw_model* model, size_t output);
SW_API sw_type sw_model_output_type(const sw_model* model, size_t output);
SW_API size_t sw_model_find_output(const sw_model* model, const char* name);

/* Where the model came from: "sklearn-pickle"; "scikit-learn"; "1.7.2"; "Pipeline(StandardScaler, LogisticRegression)".
 */
SW_API const char* sw_model_format(const sw_model* model);
SW_API const char* sw_model_library(const sw_model* model);
SW_API const char* sw_model_library_version(const sw_model* model);
SW_API const char* sw_model_estimator(const sw_model* model);
/* Bytes of memory that the model's parameters and structures take. */
SW_API size_t sw_model_bytes(const sw_model* model);

/* ---- sessions -------------------------------------------------------------------------------------------------- */

typedef struct sw_session sw_session;

SW_API sw_code sw_session_new(const sw_model* model, sw_session** session, sw_error** error);
SW_API void sw_session_free(sw_session* session);

/* ---- one row. Set cells in any order, predict, read the answer. After the first rows nothing is allocated ----------
 */

/* A cell by the index of its input; setting again replaces. SW_INVALID_ARGUMENT if the value does not suit the column:
 * a number that is not whole for SW_INT64, neither 0 nor 1 for SW_BOOL, too large for SW_FLOAT32, for text (whole
 * numbers and truths become the texts "41", "True"); text for numbers; text that is not UTF-8. */
SW_API sw_code sw_row_set_number(sw_session* session, size_t input, double value, sw_error** error);
SW_API sw_code sw_row_set_int64(sw_session* session, size_t input, int64_t value, sw_error** error);
SW_API sw_code sw_row_set_bool(sw_session* session, size_t input, int value, sw_error** error);
SW_API sw_code sw_row_set_text(sw_session* session, size_t input, const char* text, size_t size, sw_error** error);
SW_API sw_code sw_row_set_missing(sw_session* session, size_t input, sw_error** error);
/* Forgets the cells that were set. */
SW_API void sw_row_clear(sw_session* session);

/* Scores the row and forgets its cells, whether it succeeds or not. */
SW_API sw_code sw_row_predict(sw_session* session, sw_error** error);

/* The answer to the last row that was predicted; valid until the next call of the session that predicts. */
SW_API int sw_row_is_missing(const sw_session* session, size_t output);
/* NaN if it is missing or a text. */
SW_API double sw_row_number(const sw_session* session, size_t output);
/* An output of SW_INT64 without the way through double; 0 if it is missing or of another type. */
SW_API int64_t sw_row_int64(const sw_session* session, size_t output);
/* The text and its size; NULL if it is missing or a number. Not ended by a NUL. */
SW_API const char* sw_row_text(const sw_session* session, size_t output, size_t* size);

/* ---- tables: Arrow's C data interface -----------------------------------------------------------------------------
 */

/* As https://arrow.apache.org/docs/format/CDataInterface.html has them, under its own guards. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif

/* Scores a table: a struct array, whose children are columns, bound to the inputs by name; where the model does not
 * know its inputs by name (sw_model_inputs_named) and there are as many columns as inputs of other names, by position.
 * Columns that the model has no input for are ignored.
 *
 * Columns may be of integers, float16, float32, float64, bool, utf8, large_utf8 or utf8_view, nulls, or a dictionary of
 * these; others are SW_UNSUPPORTED. Columns of float64, float32 and int64 that are the input's own type and have no
 * nulls are read where they lie, others are copied. The table is only borrowed: the caller releases it as ever.
 *
 * The answer is a struct array, a child for each output, with a schema of its own; both are the caller's, to be
 * released by their release. It stays valid when session and model are gone. */
SW_API sw_code sw_session_predict_arrow(sw_session* session, const struct ArrowSchema* schema,
                                        const struct ArrowArray* table, struct ArrowSchema* answer_schema,
                                        struct ArrowArray* answer, sw_error** error);
/* The same for all tables of a stream, as one answer. The stream is read to its end, and released by the caller. */
SW_API sw_code sw_session_predict_stream(sw_session* session, struct ArrowArrayStream* stream,
                                         struct ArrowSchema* answer_schema, struct ArrowArray* answer,
                                         sw_error** error);

#ifdef __cplusplus
}
#endif

#endif
