/*
 * Scores one row in C, without a server:
 *
 *     cc score.c $(pkg-config --cflags --libs scoreway) -o score
 *     ./score ../wine/model.pkl alcohol=13.41 magnesium=90 flavanoids=2.68 hue=0.91 proline=1035 colour=ruby
 * malic_acid=
 *
 * NAME=VALUE is a cell, NAME= a missing one; without any the model's inputs and outputs are told.
 */
#include <scoreway.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(sw_error* error) {
  fprintf(stderr, "score: %s\n", sw_error_text(error));
  sw_error_free(error);
  return EXIT_FAILURE;
}

static void describe(const sw_model* model) {
  printf("%s %s: %s\n", sw_model_library(model), sw_model_library_version(model), sw_model_estimator(model));
  for (size_t i = 0; i < sw_model_input_count(model); ++i) {
    printf("  takes %s (%s%s)\n", sw_model_input_name(model, i), sw_type_name(sw_model_input_type(model, i)),
           sw_model_input_may_be_missing(model, i) ? ", may be missing" : "");
  }
  for (size_t i = 0; i < sw_model_output_count(model); ++i) {
    printf("  gives %s (%s)\n", sw_model_output_name(model, i), sw_type_name(sw_model_output_type(model, i)));
  }
}

static sw_code set_cell(const sw_model* model, sw_session* session, const char* cell, sw_error** error) {
  char name[256];
  const char* value = strchr(cell, '=');
  const size_t size = value == NULL ? strlen(cell) : (size_t)(value - cell);
  snprintf(name, sizeof name, "%.*s", (int)size, cell);
  const size_t input = sw_model_find_input(model, name);
  value = value == NULL ? "" : value + 1;
  if (*value == '\0') return sw_row_set_missing(session, input, error);
  if (sw_model_input_type(model, input) >= SW_STRING)
    return sw_row_set_text(session, input, value, strlen(value), error);
  return sw_row_set_number(session, input, strtod(value, NULL), error);
}

static void print_answer(const sw_model* model, const sw_session* session) {
  for (size_t i = 0; i < sw_model_output_count(model); ++i) {
    size_t size = 0;
    const char* text = sw_row_text(session, i, &size);
    printf("%s=", sw_model_output_name(model, i));
    if (text != NULL) {
      printf("%.*s\n", (int)size, text);
    } else if (sw_row_is_missing(session, i)) {
      printf("\n");
    } else {
      printf("%.17g\n", sw_row_number(session, i));
    }
  }
}

int main(int argc, char** argv) {
  sw_model* model = NULL;
  sw_session* session = NULL;
  sw_error* error = NULL;
  if (argc < 2) {
    fprintf(stderr, "usage: score MODEL [NAME=VALUE...]\n");
    return EXIT_FAILURE;
  }
  if (sw_model_load_path(argv[1], NULL, &model, &error) != SW_OK) return fail(error);
  if (argc == 2) {
    describe(model);
    sw_model_free(model);
    return EXIT_SUCCESS;
  }
  if (sw_session_new(model, &session, &error) != SW_OK) return fail(error);
  for (int i = 2; i < argc; ++i) {
    if (set_cell(model, session, argv[i], &error) != SW_OK) return fail(error);
  }
  if (sw_row_predict(session, &error) != SW_OK) return fail(error);
  print_answer(model, session);
  sw_session_free(session);
  sw_model_free(model);
  return EXIT_SUCCESS;
}
