/* The cells of a row, from arguments of a function. What is wrong becomes the function's error, and the answer 0. */
#ifndef SCOREWAY_SQLITE_CELLS_H
#define SCOREWAY_SQLITE_CELLS_H

#include "models.h"

/* Either one JSON object, whose keys must be inputs, or names and values in turn. NULL is a missing cell. */
extern int SetCells(Models* models, Model* model, sqlite3_context* context, int count, sqlite3_value** values);

#endif
