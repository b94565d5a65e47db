/*
 * scoreway._engine: the C interface (bindings/c/scoreway.h) for Python, in CPython's limited API of 3.9, so that one
 * build runs on every later CPython. What people see of it is in clients/python/src/scoreway/model.py; here are two
 * types:
 *
 *   Model   a sw_model, with sessions that are kept for its threads
 *   Answer  what a table was answered with, an Arrow array that numpy, pyarrow and polars look into where it lies
 *
 * Rows are scored holding the interpreter's lock unless the model turns out to be slow; tables always let it go.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "bindings/c/scoreway.h"

/* ---- errors: raised as the exceptions of scoreway.errors, by code ---------------------------------------------------
 */

static PyObject* make_error; /* scoreway.errors.error_of(code name, message) */
static PyObject* json_dumps; /* for cells of lists */

static PyObject* raise(sw_error* error) {
  PyObject* made = PyObject_CallFunction(make_error, "ss", sw_code_name(sw_error_code(error)), sw_error_text(error));
  sw_error_free(error);
  if (made != NULL) {
    PyErr_SetObject((PyObject*)Py_TYPE(made), made);
    Py_DECREF(made);
  }
  return NULL;
}

static PyObject* text_or_none(const char* text, size_t size) {
  if (text == NULL) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace");
}

/* ---- Answer ---------------------------------------------------------------------------------------------------------
 */

typedef struct {
  PyObject_HEAD struct ArrowSchema schema;
  struct ArrowArray array;
} Answer;

static PyObject* answer_type;

static void answer_dealloc(PyObject* self) {
  Answer* answer = (Answer*)self;
  PyTypeObject* type = Py_TYPE(self);
  if (answer->schema.release != NULL) answer->schema.release(&answer->schema);
  if (answer->array.release != NULL) answer->array.release(&answer->array);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(self);
  Py_DECREF(type);
}

static const struct ArrowArray* answer_column(PyObject* self, PyObject* index) {
  const Answer* answer = (Answer*)self;
  const Py_ssize_t i = PyNumber_AsSsize_t(index, PyExc_IndexError);
  if (i == -1 && PyErr_Occurred()) return NULL;
  if (answer->array.release == NULL) {
    PyErr_SetString(PyExc_ValueError, "the answer was handed on");
    return NULL;
  }
  if (i < 0 || i >= answer->array.n_children) {
    PyErr_SetString(PyExc_IndexError, "no such column");
    return NULL;
  }
  return answer->array.children[i];
}

static int is_valid(const struct ArrowArray* column, int64_t row) {
  const uint8_t* bits = column->buffers[0];
  return bits == NULL || (bits[row / 8] >> (row % 8)) & 1;
}

PyDoc_STRVAR(answer_numbers_doc,
             "numbers(i) -> (address, rows, nulls): where the numbers of column i lie while this lives");
static PyObject* answer_numbers(PyObject* self, PyObject* index) {
  const struct ArrowArray* column = answer_column(self, index);
  if (column == NULL) return NULL;
  return Py_BuildValue("KLL", (unsigned long long)(uintptr_t)column->buffers[1], (long long)column->length,
                       (long long)column->null_count);
}

PyDoc_STRVAR(answer_validity_doc, "validity(i) -> bytes: 1 for each cell of column i that is there");
static PyObject* answer_validity(PyObject* self, PyObject* index) {
  const struct ArrowArray* column = answer_column(self, index);
  if (column == NULL) return NULL;
  PyObject* bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)column->length);
  if (bytes == NULL) return NULL;
  char* to = PyBytes_AsString(bytes);
  for (int64_t row = 0; row < column->length; ++row) to[row] = (char)is_valid(column, row);
  return bytes;
}

PyDoc_STRVAR(answer_bools_doc, "bools(i) -> bytes: 0 or 1 for each cell of column i");
static PyObject* answer_bools(PyObject* self, PyObject* index) {
  const struct ArrowArray* column = answer_column(self, index);
  if (column == NULL) return NULL;
  PyObject* bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)column->length);
  if (bytes == NULL) return NULL;
  char* to = PyBytes_AsString(bytes);
  const uint8_t* bits = column->buffers[1];
  for (int64_t row = 0; row < column->length; ++row) to[row] = (char)((bits[row / 8] >> (row % 8)) & 1);
  return bytes;
}

PyDoc_STRVAR(answer_texts_doc, "texts(i) -> list: the cells of column i, None where missing");
static PyObject* answer_texts(PyObject* self, PyObject* index) {
  const struct ArrowArray* column = answer_column(self, index);
  if (column == NULL) return NULL;
  const int64_t* offsets = column->buffers[1];
  const char* bytes = column->buffers[2];
  PyObject* list = PyList_New((Py_ssize_t)column->length);
  PyObject* last = NULL; /* labels repeat: neighbours that are the same share their object */
  for (int64_t row = 0; list != NULL && row < column->length; ++row) {
    PyObject* cell;
    const size_t size = (size_t)(offsets[row + 1] - offsets[row]);
    if (!is_valid(column, row)) {
      cell = Py_None;
      Py_INCREF(cell);
    } else if (last != NULL && row > 0 && is_valid(column, row - 1) &&
               size == (size_t)(offsets[row] - offsets[row - 1]) &&
               memcmp(bytes + offsets[row], bytes + offsets[row - 1], size) == 0) {
      cell = last;
      Py_INCREF(cell);
    } else {
      cell = text_or_none(bytes + offsets[row], size);
      last = cell;
    }
    if (cell == NULL || PyList_SetItem(list, (Py_ssize_t)row, cell) < 0) Py_CLEAR(list);
  }
  return list;
}

static void release_schema_capsule(PyObject* capsule) {
  struct ArrowSchema* schema = PyCapsule_GetPointer(capsule, "arrow_schema");
  if (schema == NULL) return;
  if (schema->release != NULL) schema->release(schema);
  PyMem_Free(schema);
}

static void release_array_capsule(PyObject* capsule) {
  struct ArrowArray* array = PyCapsule_GetPointer(capsule, "arrow_array");
  if (array == NULL) return;
  if (array->release != NULL) array->release(array);
  PyMem_Free(array);
}

PyDoc_STRVAR(answer_arrow_doc,
             "__arrow_c_array__(requested_schema=None): hands the answer on, once, to a reader of Arrow");
static PyObject* answer_arrow(PyObject* self, PyObject* args) {
  Answer* answer = (Answer*)self;
  PyObject* requested = Py_None;
  if (!PyArg_ParseTuple(args, "|O:__arrow_c_array__", &requested)) return NULL;
  if (answer->array.release == NULL) return PyErr_Format(PyExc_ValueError, "the answer was handed on already");
  struct ArrowSchema* schema = PyMem_Malloc(sizeof *schema);
  struct ArrowArray* array = PyMem_Malloc(sizeof *array);
  PyObject* schema_capsule = schema == NULL ? NULL : PyCapsule_New(schema, "arrow_schema", release_schema_capsule);
  if (schema_capsule != NULL) memset(schema, 0, sizeof *schema);
  PyObject* array_capsule = array == NULL ? NULL : PyCapsule_New(array, "arrow_array", release_array_capsule);
  if (array_capsule != NULL) memset(array, 0, sizeof *array);
  if (schema_capsule == NULL || array_capsule == NULL) {
    if (schema_capsule == NULL) PyMem_Free(schema);
    if (array_capsule == NULL) PyMem_Free(array);
    Py_XDECREF(schema_capsule);
    Py_XDECREF(array_capsule);
    return PyErr_NoMemory();
  }
  *schema = answer->schema;
  *array = answer->array;
  answer->schema.release = NULL;
  answer->array.release = NULL;
  return Py_BuildValue("NN", schema_capsule, array_capsule);
}

static PyMethodDef answer_methods[] = {
    {"numbers", answer_numbers, METH_O, answer_numbers_doc},
    {"validity", answer_validity, METH_O, answer_validity_doc},
    {"bools", answer_bools, METH_O, answer_bools_doc},
    {"texts", answer_texts, METH_O, answer_texts_doc},
    {"__arrow_c_array__", answer_arrow, METH_VARARGS, answer_arrow_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot answer_slots[] = {
    {Py_tp_dealloc, answer_dealloc},
    {Py_tp_methods, answer_methods},
    {Py_tp_doc, "The answer to a table."},
    {0, NULL},
};
static PyType_Spec answer_spec = {"scoreway._engine.Answer", sizeof(Answer), 0, Py_TPFLAGS_DEFAULT, answer_slots};

static Answer* new_answer(void) {
  allocfunc allocate = (allocfunc)PyType_GetSlot((PyTypeObject*)answer_type, Py_tp_alloc);
  return (Answer*)allocate((PyTypeObject*)answer_type, 0); /* zeroed */
}

/* ---- Model ----------------------------------------------------------------------------------------------------------
 */

enum { KEPT_SESSIONS = 16 };

typedef struct {
  PyObject_HEAD sw_model* model;
  PyObject* input_names;  /* tuple of interned str */
  PyObject* output_names; /* the same */
  sw_type* input_types;
  int is_slow;                         /* a row takes long enough to let other threads run meanwhile */
  sw_session* sessions[KEPT_SESSIONS]; /* that no call is using */
  int session_count;
} Model;

static PyObject* model_type;

static void model_dealloc(PyObject* self) {
  Model* model = (Model*)self;
  PyTypeObject* type = Py_TYPE(self);
  for (int i = 0; i < model->session_count; ++i) sw_session_free(model->sessions[i]);
  sw_model_free(model->model);
  Py_XDECREF(model->input_names);
  Py_XDECREF(model->output_names);
  PyMem_Free(model->input_types);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(self);
  Py_DECREF(type);
}

/* A session for one call; given back by keep_session. */
static sw_session* take_session(Model* model) {
  if (model->session_count > 0) return model->sessions[--model->session_count];
  sw_session* session = NULL;
  sw_error* error = NULL;
  if (sw_session_new(model->model, &session, &error) != SW_OK) raise(error);
  return session;
}

static void keep_session(Model* model, sw_session* session) {
  if (model->session_count < KEPT_SESSIONS) {
    model->sessions[model->session_count++] = session;
  } else {
    sw_session_free(session);
  }
}

static PyObject* names_of(const sw_model* model, size_t count, const char* (*name)(const sw_model*, size_t)) {
  PyObject* names = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; names != NULL && i < count; ++i) {
    PyObject* text = text_or_none(name(model, i), strlen(name(model, i)));
    if (text != NULL) PyUnicode_InternInPlace(&text);
    if (text == NULL || PyTuple_SetItem(names, (Py_ssize_t)i, text) < 0) Py_CLEAR(names);
  }
  return names;
}

static PyObject* new_model(sw_model* loaded) {
  allocfunc allocate = (allocfunc)PyType_GetSlot((PyTypeObject*)model_type, Py_tp_alloc);
  Model* model = (Model*)allocate((PyTypeObject*)model_type, 0);
  if (model == NULL) {
    sw_model_free(loaded);
    return NULL;
  }
  const size_t inputs = sw_model_input_count(loaded);
  model->model = loaded;
  model->input_names = names_of(loaded, inputs, sw_model_input_name);
  model->output_names = names_of(loaded, sw_model_output_count(loaded), sw_model_output_name);
  model->input_types = PyMem_Malloc((inputs + 1) * sizeof(sw_type));
  if (model->input_names == NULL || model->output_names == NULL || model->input_types == NULL) {
    Py_DECREF((PyObject*)model);
    return PyErr_NoMemory();
  }
  for (size_t i = 0; i < inputs; ++i) model->input_types[i] = sw_model_input_type(loaded, i);
  return (PyObject*)model;
}

/* ---- cells of Python objects ----------------------------------------------------------------------------------------
 */

/* None, and what pandas has for missing besides NaN. */
static int is_missing(PyObject* value) {
  if (value == Py_None) return 1;
  if (PyFloat_Check(value) || PyLong_Check(value) || PyUnicode_Check(value)) return 0;
  PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(value), "__name__");
  const int missing = name != NULL && (PyUnicode_CompareWithASCIIString(name, "NAType") == 0 ||
                                       PyUnicode_CompareWithASCIIString(name, "NaTType") == 0);
  Py_XDECREF(name);
  PyErr_Clear();
  return missing;
}

static int is_numpy_bool(PyObject* value) {
  PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(value), "__name__");
  const int found = name != NULL && (PyUnicode_CompareWithASCIIString(name, "bool_") == 0 ||
                                     PyUnicode_CompareWithASCIIString(name, "bool") == 0);
  Py_XDECREF(name);
  PyErr_Clear();
  return found;
}

static sw_code set_text(sw_session* session, size_t input, PyObject* value, sw_error** error) {
  PyObject* bytes = PyUnicode_AsUTF8String(value);
  char* text;
  Py_ssize_t size;
  if (bytes == NULL || PyBytes_AsStringAndSize(bytes, &text, &size) < 0) {
    Py_XDECREF(bytes);
    return SW_INVALID_ARGUMENT;
  }
  const sw_code code = sw_row_set_text(session, input, text, (size_t)size, error);
  Py_DECREF(bytes);
  return code;
}

static sw_code set_integer(sw_session* session, size_t input, PyObject* value, sw_error** error) {
  int overflow = 0;
  const long long whole = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow == 0) return sw_row_set_int64(session, input, whole, error);
  const double number = PyLong_AsDouble(value);
  if (number == -1.0 && PyErr_Occurred()) return SW_INVALID_ARGUMENT;
  return sw_row_set_number(session, input, number, error);
}

/* Failing, either *error or Python's own error is set. */
static sw_code set_cell(sw_session* session, size_t input, sw_type type, PyObject* value, sw_error** error) {
  if (PyFloat_Check(value)) return sw_row_set_number(session, input, PyFloat_AsDouble(value), error);
  if (PyUnicode_Check(value)) return set_text(session, input, value, error);
  if (PyBool_Check(value)) return sw_row_set_bool(session, input, value == Py_True, error);
  if (PyLong_Check(value)) return set_integer(session, input, value, error);
  if (is_missing(value)) return sw_row_set_missing(session, input, error);
  if (is_numpy_bool(value)) return sw_row_set_bool(session, input, PyObject_IsTrue(value) == 1, error);
  if (type == SW_LIST) {
    PyObject* list = PySequence_List(value);
    PyObject* text = list == NULL ? NULL : PyObject_CallFunctionObjArgs(json_dumps, list, NULL);
    const sw_code code = text == NULL ? SW_INVALID_ARGUMENT : set_text(session, input, text, error);
    Py_XDECREF(list);
    Py_XDECREF(text);
    return code;
  }
  if (PyIndex_Check(value)) { /* integers of numpy */
    PyObject* whole = PyNumber_Index(value);
    if (whole != NULL) {
      const sw_code code = set_integer(session, input, whole, error);
      Py_DECREF(whole);
      return code;
    }
    PyErr_Clear();
  }
  PyObject* number = PyNumber_Float(value);
  if (number == NULL) return SW_INVALID_ARGUMENT;
  const sw_code code = sw_row_set_number(session, input, PyFloat_AsDouble(number), error);
  Py_DECREF(number);
  return code;
}

/* The cells of a dict; the keys that the model does not know are left to the caller, who compares the counts. */
static int set_row(Model* model, sw_session* session, PyObject* row, Py_ssize_t* found) {
  const Py_ssize_t inputs = PyTuple_Size(model->input_names);
  *found = 0;
  for (Py_ssize_t i = 0; i < inputs; ++i) {
    PyObject* value = PyDict_GetItemWithError(row, PyTuple_GetItem(model->input_names, i));
    if (value == NULL) {
      if (PyErr_Occurred()) return -1;
      continue;
    }
    ++*found;
    sw_error* error = NULL;
    if (set_cell(session, (size_t)i, model->input_types[i], value, &error) != SW_OK) {
      if (error != NULL) raise(error);
      return -1;
    }
  }
  return 0;
}

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Lets other threads run only where a row takes so long that taking the lock again is worth it. */
static sw_code predict_row(Model* model, sw_session* session, sw_error** error) {
  enum { SLOW_US = 200 };
  const double begun = now_us();
  sw_code code;
  if (model->is_slow) {
    Py_BEGIN_ALLOW_THREADS code = sw_row_predict(session, error);
    Py_END_ALLOW_THREADS
  } else {
    code = sw_row_predict(session, error);
  }
  model->is_slow = now_us() - begun > SLOW_US;
  return code;
}

static PyObject* answer_cell(const Model* model, const sw_session* session, size_t output) {
  if (sw_row_is_missing(session, output)) Py_RETURN_NONE;
  switch (sw_model_output_type(model->model, output)) {
    case SW_INT64: return PyLong_FromLongLong(sw_row_int64(session, output));
    case SW_BOOL: return PyBool_FromLong(sw_row_number(session, output) != 0);
    case SW_STRING:
    case SW_LIST: {
      size_t size = 0;
      const char* text = sw_row_text(session, output, &size);
      return text_or_none(text, size);
    }
    default: return PyFloat_FromDouble(sw_row_number(session, output));
  }
}

/* A session that has scored the row, or NULL with an error set. NULL without one: the row has keys that are no inputs.
 */
static sw_session* score(Model* model, PyObject* row) {
  if (!PyDict_Check(row)) {
    PyErr_SetString(PyExc_TypeError, "a row is a dict of cells by name");
    return NULL;
  }
  sw_session* session = take_session(model);
  if (session == NULL) return NULL;
  Py_ssize_t found = 0;
  sw_error* error = NULL;
  const int set = set_row(model, session, row, &found);
  const int is_whole = set == 0 && found == PyDict_Size(row);
  if (is_whole && predict_row(model, session, &error) == SW_OK) return session;
  if (!is_whole) sw_row_clear(session);
  keep_session(model, session);
  if (error != NULL) raise(error);
  return NULL;
}

PyDoc_STRVAR(model_row_doc, "row(cells) -> dict of the answer, or None if cells has keys that are no inputs");
static PyObject* model_row(PyObject* self, PyObject* row) {
  Model* model = (Model*)self;
  sw_session* session = score(model, row);
  if (session == NULL) {
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
  }
  const Py_ssize_t outputs = PyTuple_Size(model->output_names);
  PyObject* answer = PyDict_New();
  for (Py_ssize_t i = 0; answer != NULL && i < outputs; ++i) {
    PyObject* cell = answer_cell(model, session, (size_t)i);
    if (cell == NULL || PyDict_SetItem(answer, PyTuple_GetItem(model->output_names, i), cell) < 0) Py_CLEAR(answer);
    Py_XDECREF(cell);
  }
  keep_session(model, session);
  return answer;
}

PyDoc_STRVAR(model_cell_doc,
             "cell(cells, output) -> (value,) of one output, or None if cells has keys that are no inputs");
static PyObject* model_cell(PyObject* self, PyObject* args) {
  Model* model = (Model*)self;
  PyObject* row;
  Py_ssize_t output;
  if (!PyArg_ParseTuple(args, "On:cell", &row, &output)) return NULL;
  if (output < 0 || output >= PyTuple_Size(model->output_names))
    return PyErr_Format(PyExc_IndexError, "no such output");
  sw_session* session = score(model, row);
  if (session == NULL) {
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
  }
  PyObject* cell = answer_cell(model, session, (size_t)output);
  keep_session(model, session);
  return cell == NULL ? NULL : Py_BuildValue("(N)", cell);
}

/* ---- tables ---------------------------------------------------------------------------------------------------------
 */

/* A call without the interpreter's lock; the model is kept alive by the caller's reference. */
static PyObject* score_table(Model* model, struct ArrowArrayStream* stream, const struct ArrowSchema* schema,
                             const struct ArrowArray* table) {
  Answer* answer = new_answer();
  sw_session* session = answer == NULL ? NULL : take_session(model);
  if (session == NULL) {
    Py_XDECREF((PyObject*)answer);
    return NULL;
  }
  sw_error* error = NULL;
  sw_code code;
  Py_BEGIN_ALLOW_THREADS if (stream != NULL) {
    code = sw_session_predict_stream(session, stream, &answer->schema, &answer->array, &error);
  }
  else {
    code = sw_session_predict_arrow(session, schema, table, &answer->schema, &answer->array, &error);
  }
  Py_END_ALLOW_THREADS keep_session(model, session);
  if (code == SW_OK) return (PyObject*)answer;
  Py_DECREF((PyObject*)answer);
  return raise(error);
}

PyDoc_STRVAR(model_stream_doc, "stream(capsule) -> Answer to what __arrow_c_stream__ gave");
static PyObject* model_stream(PyObject* self, PyObject* capsule) {
  struct ArrowArrayStream* stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
  return stream == NULL ? NULL : score_table((Model*)self, stream, NULL, NULL);
}

PyDoc_STRVAR(model_array_doc, "array(schema, array) -> Answer to what __arrow_c_array__ gave");
static PyObject* model_array(PyObject* self, PyObject* args) {
  PyObject *schema_capsule, *array_capsule;
  if (!PyArg_ParseTuple(args, "OO:array", &schema_capsule, &array_capsule)) return NULL;
  const struct ArrowSchema* schema = PyCapsule_GetPointer(schema_capsule, "arrow_schema");
  const struct ArrowArray* array = schema == NULL ? NULL : PyCapsule_GetPointer(array_capsule, "arrow_array");
  return array == NULL ? NULL : score_table((Model*)self, NULL, schema, array);
}

/* A column as Arrow has it, whose memory Python objects hold. */
typedef struct {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const void* buffers[3];
} Column;

/* (name, format, validity, values, bytes): each buffer None, bytes or the address of memory. */
static int read_buffer(PyObject* given, const void** buffer) {
  *buffer = NULL;
  if (given == Py_None) return 0;
  if (PyBytes_Check(given)) {
    *buffer = PyBytes_AsString(given);
    return 0;
  }
  const unsigned long long address = PyLong_AsUnsignedLongLong(given);
  if (PyErr_Occurred()) return -1;
  *buffer = (const void*)(uintptr_t)address;
  return 0;
}

static int read_column(PyObject* given, long long rows, Column* column, PyObject** name) {
  const char* format;
  PyObject *validity, *values, *bytes;
  if (!PyArg_ParseTuple(given, "UsOOO", name, &format, &validity, &values, &bytes)) return -1;
  if (read_buffer(validity, &column->buffers[0]) < 0 || read_buffer(values, &column->buffers[1]) < 0 ||
      read_buffer(bytes, &column->buffers[2]) < 0) {
    return -1;
  }
  column->schema.format = format;
  column->array.length = rows;
  column->array.null_count = column->buffers[0] == NULL ? 0 : -1;
  column->array.n_buffers = *format == 'U' ? 3 : *format == 'n' ? 0 : 2;
  column->array.buffers = column->buffers;
  return 0;
}

typedef struct {
  Column* columns;
  struct ArrowSchema** schemas;
  struct ArrowArray** arrays;
  PyObject* names; /* list of bytes, which the schemas look into */
} Table;

static void free_table(Table* table) {
  PyMem_Free(table->columns);
  PyMem_Free(table->schemas);
  PyMem_Free(table->arrays);
  Py_XDECREF(table->names);
}

static int read_table(PyObject* given, long long rows, Table* table) {
  const Py_ssize_t count = PyList_Size(given);
  if (count < 0) return -1;
  table->columns = PyMem_Calloc((size_t)count + 1, sizeof(Column));
  table->schemas = PyMem_Calloc((size_t)count + 1, sizeof(struct ArrowSchema*));
  table->arrays = PyMem_Calloc((size_t)count + 1, sizeof(struct ArrowArray*));
  table->names = PyList_New(0);
  if (table->columns == NULL || table->schemas == NULL || table->arrays == NULL || table->names == NULL) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    Column* column = &table->columns[i];
    PyObject* name = NULL;
    if (read_column(PyList_GetItem(given, i), rows, column, &name) < 0) return -1;
    PyObject* bytes = PyUnicode_AsUTF8String(name);
    const int appended = bytes == NULL ? -1 : PyList_Append(table->names, bytes);
    if (appended == 0) column->schema.name = PyBytes_AsString(bytes);
    Py_XDECREF(bytes);
    if (appended < 0) return -1;
    table->schemas[i] = &column->schema;
    table->arrays[i] = &column->array;
  }
  return 0;
}

PyDoc_STRVAR(model_columns_doc, "columns(rows, [(name, format, validity, values, bytes), ...]) -> Answer");
static PyObject* model_columns(PyObject* self, PyObject* args) {
  long long rows;
  PyObject* given;
  if (!PyArg_ParseTuple(args, "LO:columns", &rows, &given)) return NULL;
  Table table = {NULL, NULL, NULL, NULL};
  PyObject* answer = NULL;
  if (read_table(given, rows, &table) == 0) {
    const void* no_buffers[1] = {NULL};
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    schema.format = "+s";
    schema.n_children = array.n_children = PyList_Size(given);
    schema.children = table.schemas;
    array.children = table.arrays;
    array.length = rows;
    array.n_buffers = 1;
    array.buffers = no_buffers;
    answer = score_table((Model*)self, NULL, &schema, &array);
  }
  free_table(&table);
  return answer;
}

/* ---- what a model is ------------------------------------------------------------------------------------------------
 */

PyDoc_STRVAR(model_inputs_doc, "inputs() -> [(name, type, may be missing, used, categories), ...]");
static PyObject* model_inputs(PyObject* self, PyObject* Py_UNUSED(none)) {
  const Model* model = (Model*)self;
  const Py_ssize_t count = PyTuple_Size(model->input_names);
  PyObject* inputs = PyList_New(count);
  for (Py_ssize_t i = 0; inputs != NULL && i < count; ++i) {
    const size_t input = (size_t)i, categories = sw_model_input_category_count(model->model, input);
    PyObject* texts = PyTuple_New((Py_ssize_t)categories);
    for (size_t c = 0; texts != NULL && c < categories; ++c) {
      const char* category = sw_model_input_category(model->model, input, c);
      PyObject* text = text_or_none(category, strlen(category));
      if (text == NULL || PyTuple_SetItem(texts, (Py_ssize_t)c, text) < 0) Py_CLEAR(texts);
    }
    PyObject* described =
        texts == NULL
            ? NULL
            : Py_BuildValue("OsNNN", PyTuple_GetItem(model->input_names, i), sw_type_name(model->input_types[i]),
                            PyBool_FromLong(sw_model_input_may_be_missing(model->model, input)),
                            PyBool_FromLong(sw_model_input_used(model->model, input)), texts);
    if (described == NULL || PyList_SetItem(inputs, i, described) < 0) Py_CLEAR(inputs);
  }
  return inputs;
}

PyDoc_STRVAR(model_outputs_doc, "outputs() -> [(name, type), ...]");
static PyObject* model_outputs(PyObject* self, PyObject* Py_UNUSED(none)) {
  const Model* model = (Model*)self;
  const Py_ssize_t count = PyTuple_Size(model->output_names);
  PyObject* outputs = PyList_New(count);
  for (Py_ssize_t i = 0; outputs != NULL && i < count; ++i) {
    PyObject* described = Py_BuildValue("Os", PyTuple_GetItem(model->output_names, i),
                                        sw_type_name(sw_model_output_type(model->model, (size_t)i)));
    if (described == NULL || PyList_SetItem(outputs, i, described) < 0) Py_CLEAR(outputs);
  }
  return outputs;
}

PyDoc_STRVAR(model_info_doc, "info() -> (format, library, library version, estimator, bytes, inputs are named)");
static PyObject* model_info(PyObject* self, PyObject* Py_UNUSED(none)) {
  const sw_model* model = ((Model*)self)->model;
  return Py_BuildValue("ssssKN", sw_model_format(model), sw_model_library(model), sw_model_library_version(model),
                       sw_model_estimator(model), (unsigned long long)sw_model_bytes(model),
                       PyBool_FromLong(sw_model_inputs_named(model)));
}

PyDoc_STRVAR(model_save_doc, "save() -> bytes of the model in Scoreway's own format");
static PyObject* model_save(PyObject* self, PyObject* Py_UNUSED(none)) {
  void* bytes = NULL;
  size_t size = 0;
  sw_error* error = NULL;
  if (sw_model_save(((Model*)self)->model, &bytes, &size, &error) != SW_OK) return raise(error);
  PyObject* saved = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
  sw_bytes_free(bytes);
  return saved;
}

static PyMethodDef model_methods[] = {
    {"row", model_row, METH_O, model_row_doc},
    {"cell", model_cell, METH_VARARGS, model_cell_doc},
    {"stream", model_stream, METH_O, model_stream_doc},
    {"array", model_array, METH_VARARGS, model_array_doc},
    {"columns", model_columns, METH_VARARGS, model_columns_doc},
    {"inputs", model_inputs, METH_NOARGS, model_inputs_doc},
    {"outputs", model_outputs, METH_NOARGS, model_outputs_doc},
    {"info", model_info, METH_NOARGS, model_info_doc},
    {"save", model_save, METH_NOARGS, model_save_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot model_slots[] = {
    {Py_tp_dealloc, model_dealloc},
    {Py_tp_methods, model_methods},
    {Py_tp_doc, "A model, made by load."},
    {0, NULL},
};
static PyType_Spec model_spec = {"scoreway._engine.Model", sizeof(Model), 0, Py_TPFLAGS_DEFAULT, model_slots};

/* ---- the module -----------------------------------------------------------------------------------------------------
 */

/* The texts of a list of names, NULL behind the last; they live as long as *bytes. */
static const char** read_names(PyObject* names, PyObject** bytes) {
  const Py_ssize_t count = PyList_Size(names);
  if (count < 0) return NULL;
  const char** texts = PyMem_Calloc((size_t)count + 1, sizeof(char*));
  *bytes = PyList_New(0);
  for (Py_ssize_t i = 0; texts != NULL && *bytes != NULL && i < count; ++i) {
    PyObject* text = PyUnicode_AsUTF8String(PyList_GetItem(names, i));
    if (text == NULL || PyList_Append(*bytes, text) < 0) Py_CLEAR(*bytes);
    if (*bytes != NULL) texts[i] = PyBytes_AsString(text);
    Py_XDECREF(text);
  }
  if (texts != NULL && *bytes != NULL) return texts;
  PyMem_Free(texts);
  Py_CLEAR(*bytes);
  return NULL;
}

PyDoc_STRVAR(load_doc, "load(path or bytes, outputs, feature_map, recommend, unpacked_bytes_max) -> Model");
static PyObject* load(PyObject* Py_UNUSED(module), PyObject* args) {
  PyObject *source, *outputs;
  const char* feature_map;
  unsigned int recommend;
  unsigned long long unpacked_bytes_max;
  if (!PyArg_ParseTuple(args, "OOzIK:load", &source, &outputs, &feature_map, &recommend, &unpacked_bytes_max))
    return NULL;

  sw_load_options options = {0};
  options.struct_size = sizeof options;
  options.feature_map = feature_map;
  options.recommend = recommend;
  options.unpacked_bytes_max = unpacked_bytes_max;
  PyObject *names = NULL, *path = NULL;
  const char** wanted = NULL;
  if (outputs != Py_None) {
    wanted = read_names(outputs, &names);
    if (wanted == NULL) return NULL;
    options.outputs = wanted;
    options.output_count = (size_t)PyList_Size(outputs);
  }

  sw_model* model = NULL;
  sw_error* error = NULL;
  char* text = NULL;
  Py_ssize_t size = 0;
  const int is_bytes = PyBytes_Check(source);
  if (is_bytes ? PyBytes_AsStringAndSize(source, &text, &size) == 0 : PyUnicode_FSConverter(source, &path)) {
    if (!is_bytes) text = PyBytes_AsString(path);
    Py_BEGIN_ALLOW_THREADS if (is_bytes) { sw_model_load(text, (size_t)size, &options, &model, &error); }
    else {
      sw_model_load_path(text, &options, &model, &error);
    }
    Py_END_ALLOW_THREADS if (error != NULL) raise(error);
  }
  Py_XDECREF(names);
  Py_XDECREF(path);
  PyMem_Free(wanted);
  return model == NULL ? NULL : new_model(model);
}

PyDoc_STRVAR(texts_doc, "texts(list) -> (validity or None, offsets, bytes): the objects as a column of large_utf8");
static PyObject* texts(PyObject* Py_UNUSED(module), PyObject* cells) {
  const Py_ssize_t count = PyList_Size(cells);
  if (count < 0) return NULL;
  PyObject* offsets = PyBytes_FromStringAndSize(NULL, (count + 1) * (Py_ssize_t)sizeof(int64_t));
  PyObject* validity = PyBytes_FromStringAndSize(NULL, (count + 7) / 8);
  size_t capacity = (size_t)count * 16 + 64, used = 0;
  char* bytes = PyMem_Malloc(capacity);
  int any_missing = 0, failed = offsets == NULL || validity == NULL || bytes == NULL;
  char* bits = failed ? NULL : PyBytes_AsString(validity);
  char* ends = failed ? NULL : PyBytes_AsString(offsets);
  const int64_t zero = 0;
  if (!failed) {
    memset(bits, 0, (size_t)(count + 7) / 8);
    memcpy(ends, &zero, sizeof zero);
  }
  for (Py_ssize_t i = 0; !failed && i < count; ++i) {
    PyObject* cell = PyList_GetItem(cells, i);
    PyObject* text = NULL;
    if (PyUnicode_Check(cell)) {
      text = PyUnicode_AsUTF8String(cell);
      failed = text == NULL;
    } else if (PyFloat_Check(cell) && isnan(PyFloat_AsDouble(cell))) {
      any_missing = 1;
    } else if (is_missing(cell)) {
      any_missing = 1;
    } else if (PyLong_Check(cell) || is_numpy_bool(cell) ||
               PyIndex_Check(cell)) { /* as the row interface writes them */
      PyObject* shown = PyObject_Str(cell);
      text = shown == NULL ? NULL : PyUnicode_AsUTF8String(shown);
      Py_XDECREF(shown);
      failed = text == NULL;
    } else if (PyList_Check(cell) || PyTuple_Check(cell)) {
      PyObject* shown = PyObject_CallFunctionObjArgs(json_dumps, cell, NULL);
      text = shown == NULL ? NULL : PyUnicode_AsUTF8String(shown);
      Py_XDECREF(shown);
      failed = text == NULL;
    } else {
      PyErr_Format(PyExc_TypeError, "row %zd: %R is no text", i + 1, cell);
      failed = 1;
    }
    if (text != NULL) {
      const size_t size = (size_t)PyBytes_Size(text);
      if (used + size > capacity) {
        capacity = (used + size) * 2;
        char* grown = PyMem_Realloc(bytes, capacity);
        if (grown == NULL) {
          PyErr_NoMemory();
          failed = 1;
        } else {
          bytes = grown;
        }
      }
      if (!failed) {
        memcpy(bytes + used, PyBytes_AsString(text), size);
        used += size;
        bits[i / 8] |= (char)(1 << (i % 8));
      }
      Py_DECREF(text);
    }
    const int64_t end = (int64_t)used;
    memcpy(ends + (i + 1) * (Py_ssize_t)sizeof end, &end, sizeof end);
  }
  PyObject* joined = failed ? NULL : PyBytes_FromStringAndSize(bytes, (Py_ssize_t)used);
  PyMem_Free(bytes);
  if (joined == NULL) {
    Py_XDECREF(offsets);
    Py_XDECREF(validity);
    return failed && !PyErr_Occurred() ? PyErr_NoMemory() : NULL;
  }
  if (!any_missing) {
    Py_DECREF(validity);
    validity = Py_None;
    Py_INCREF(validity);
  }
  return Py_BuildValue("NNN", validity, offsets, joined);
}

static PyMethodDef functions[] = {
    {"load", load, METH_VARARGS, load_doc},
    {"texts", texts, METH_O, texts_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_engine", "Scoreway's engine in this process.", -1, functions, NULL, NULL, NULL, NULL,
};

static PyObject* attribute_of(const char* module, const char* name) {
  PyObject* imported = PyImport_ImportModule(module);
  PyObject* found = imported == NULL ? NULL : PyObject_GetAttrString(imported, name);
  Py_XDECREF(imported);
  return found;
}

PyMODINIT_FUNC PyInit__engine(void) {
  make_error = attribute_of("scoreway.errors", "error_of");
  json_dumps = attribute_of("json", "dumps");
  answer_type = PyType_FromSpec(&answer_spec);
  model_type = PyType_FromSpec(&model_spec);
  PyObject* module = PyModule_Create(&definition);
  if (make_error == NULL || json_dumps == NULL || answer_type == NULL || model_type == NULL || module == NULL)
    return NULL;
  Py_INCREF(answer_type);
  Py_INCREF(model_type);
  if (PyModule_AddObject(module, "Answer", answer_type) < 0 || PyModule_AddObject(module, "Model", model_type) < 0 ||
      PyModule_AddStringConstant(module, "version", sw_version()) < 0) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
