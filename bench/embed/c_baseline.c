/*
 * c_baseline MODEL ROWS.csv: what scoring costs through scoreway.h alone, as CPU time: microseconds for a row that is
 * set by index and predicted, and seconds for all rows as one Arrow table. Rows hold numbers and texts without quotes;
 * empty cells are missing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bindings/c/scoreway.h"

typedef struct Column {
  size_t input;
  int is_text;
  double* numbers;
  char** texts; /* NULL where missing */
} Column;

typedef struct Rows {
  size_t columns, rows;
  Column* column;
} Rows;

static void Fail(const char* text) {
  fprintf(stderr, "c_baseline: %s\n", text);
  exit(1);
}

static double CpuSeconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* Splits at commas, keeping empty cells. */
static size_t Split(char* line, char** cells, size_t max) {
  size_t count = 0;
  line[strcspn(line, "\r\n")] = '\0';
  for (char* cell = line; cell != NULL && count < max; ++count) {
    cells[count] = cell;
    cell = strchr(cell, ',');
    if (cell != NULL) *cell++ = '\0';
  }
  return count;
}

static Rows ReadRows(const char* path, const sw_model* model) {
  enum { COLUMNS_MAX = 1000, ROWS_MAX = 1000000 };
  static char line[1 << 16];
  static char* cells[COLUMNS_MAX];
  Rows rows = {0, 0, NULL};
  FILE* file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) Fail("the rows cannot be read");
  rows.columns = Split(line, cells, COLUMNS_MAX);
  rows.column = calloc(rows.columns, sizeof(Column));
  for (size_t c = 0; c < rows.columns; ++c) {
    Column* column = &rows.column[c];
    column->input = sw_model_inputs_named(model) ? sw_model_find_input(model, cells[c]) : c;
    if (column->input >= sw_model_input_count(model)) Fail("the rows have a column that the model does not know");
    column->is_text = sw_model_input_type(model, column->input) >= SW_STRING;
    column->numbers = malloc(ROWS_MAX * sizeof(double));
    column->texts = malloc(ROWS_MAX * sizeof(char*));
  }
  while (rows.rows < ROWS_MAX && fgets(line, sizeof line, file) != NULL) {
    if (Split(line, cells, COLUMNS_MAX) != rows.columns) Fail("a row has another number of cells");
    for (size_t c = 0; c < rows.columns; ++c) {
      rows.column[c].numbers[rows.rows] = *cells[c] == '\0' ? NAN : strtod(cells[c], NULL);
      rows.column[c].texts[rows.rows] = *cells[c] == '\0' || !rows.column[c].is_text ? NULL : strdup(cells[c]);
    }
    ++rows.rows;
  }
  fclose(file);
  return rows;
}

static double SecondsOfRows(sw_session* session, const Rows* rows, size_t count) {
  const double begun = CpuSeconds();
  for (size_t i = 0; i < count; ++i) {
    const size_t row = i % rows->rows;
    for (size_t c = 0; c < rows->columns; ++c) {
      const Column* column = &rows->column[c];
      if (!column->is_text) {
        sw_row_set_number(session, column->input, column->numbers[row], NULL);
      } else if (column->texts[row] == NULL) {
        sw_row_set_missing(session, column->input, NULL);
      } else {
        sw_row_set_text(session, column->input, column->texts[row], strlen(column->texts[row]), NULL);
      }
    }
    if (sw_row_predict(session, NULL) != SW_OK) Fail("a row cannot be scored");
  }
  return CpuSeconds() - begun;
}

/* A column of large_utf8 of the texts. */
static void TextBuffers(const Column* column, size_t rows, uint8_t* validity, const void** buffers) {
  int64_t* offsets = malloc((rows + 1) * sizeof(int64_t));
  size_t size = 0;
  char* bytes;
  for (size_t r = 0; r < rows; ++r) size += column->texts[r] == NULL ? 0 : strlen(column->texts[r]);
  bytes = malloc(size + 1);
  offsets[0] = 0;
  for (size_t r = 0; r < rows; ++r) {
    const size_t length = column->texts[r] == NULL ? 0 : strlen(column->texts[r]);
    if (column->texts[r] != NULL) {
      memcpy(bytes + offsets[r], column->texts[r], length);
      validity[r / 8] |= (uint8_t)(1 << (r % 8));
    }
    offsets[r + 1] = offsets[r] + (int64_t)length;
  }
  buffers[0] = validity;
  buffers[1] = offsets;
  buffers[2] = bytes;
}

static double SecondsOfTable(const sw_model* model, sw_session* session, const Rows* rows, int repeats) {
  struct ArrowSchema *schemas = calloc(rows->columns, sizeof *schemas),
                     **schema_pointers = calloc(rows->columns, sizeof *schema_pointers);
  struct ArrowArray *arrays = calloc(rows->columns, sizeof *arrays),
                    **array_pointers = calloc(rows->columns, sizeof *array_pointers);
  struct ArrowSchema schema = {0};
  struct ArrowArray table = {0};
  const void* none[1] = {NULL};
  double best = INFINITY;
  for (size_t c = 0; c < rows->columns; ++c) {
    const Column* column = &rows->column[c];
    const void** buffers = calloc(3, sizeof *buffers);
    schemas[c].name = sw_model_input_name(model, column->input);
    schemas[c].format = column->is_text ? "U" : "g";
    if (column->is_text) {
      TextBuffers(column, rows->rows, calloc(rows->rows / 8 + 1, 1), buffers);
    } else {
      buffers[1] = column->numbers;
    }
    arrays[c].length = (int64_t)rows->rows;
    arrays[c].null_count = column->is_text ? -1 : 0;
    arrays[c].n_buffers = column->is_text ? 3 : 2;
    arrays[c].buffers = buffers;
    schema_pointers[c] = &schemas[c];
    array_pointers[c] = &arrays[c];
  }
  schema.format = "+s";
  schema.n_children = table.n_children = (int64_t)rows->columns;
  schema.children = schema_pointers;
  table.children = array_pointers;
  table.length = (int64_t)rows->rows;
  table.n_buffers = 1;
  table.buffers = none;
  for (int i = 0; i < repeats; ++i) {
    struct ArrowSchema answer_schema;
    struct ArrowArray answer;
    const double begun = CpuSeconds();
    if (sw_session_predict_arrow(session, &schema, &table, &answer_schema, &answer, NULL) != SW_OK)
      Fail("the table cannot be scored");
    answer_schema.release(&answer_schema);
    answer.release(&answer);
    best = fmin(best, CpuSeconds() - begun);
  }
  return best;
}

int main(int argc, char** argv) {
  enum { ROW_CALLS = 20000, REPEATS = 7 };
  sw_model* model = NULL;
  sw_session* session = NULL;
  sw_error* error = NULL;
  double best = INFINITY;
  Rows rows;
  if (argc != 3) Fail("MODEL and ROWS.csv are wanted");
  if (sw_model_load_path(argv[1], NULL, &model, &error) != SW_OK || sw_session_new(model, &session, &error) != SW_OK) {
    Fail(sw_error_text(error));
  }
  rows = ReadRows(argv[2], model);
  SecondsOfRows(session, &rows, ROW_CALLS / 10);
  for (int i = 0; i < REPEATS; ++i) best = fmin(best, SecondsOfRows(session, &rows, ROW_CALLS));
  printf("{\"row_us\": %.4f, \"table_s\": %.6f}\n", best / ROW_CALLS * 1e6,
         SecondsOfTable(model, session, &rows, REPEATS));
  sw_session_free(session);
  sw_model_free(model);
  return 0;
}
