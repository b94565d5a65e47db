/* A model's answer to its last row as values of SQLite. */
#ifndef SCOREWAY_SQLITE_ANSWERS_H
#define SCOREWAY_SQLITE_ANSWERS_H

#include "models.h"

/* One output: a number or a text, NULL if it is missing. */
extern void AnswerOutput(sqlite3_context* context, const Model* model, size_t output);
/* All of them, as a JSON object. */
extern void AnswerJson(sqlite3_context* context, const Model* model);

#endif
