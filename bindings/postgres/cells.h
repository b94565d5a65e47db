/*
 * The cells of a row as a query gives them, and a model's answer as SQL values.
 *
 * Everything that may run code of PostgreSQL or of its users is done before the engine's session is touched, so that a
 * function that is called on the way, or an error, finds no row half set.
 */
#ifndef SCOREWAY_POSTGRES_CELLS_H
#define SCOREWAY_POSTGRES_CELLS_H

#include "funcapi.h"
#include "models.h"

typedef enum CellKind { CELL_ABSENT = 0, CELL_MISSING, CELL_NUMBER, CELL_INTEGER, CELL_BOOL, CELL_TEXT } CellKind;

/* By input of the model. */
typedef struct Cell {
  CellKind kind;
  double number;
  int64 integer; /* of CELL_INTEGER and CELL_BOOL */
  char* text;    /* UTF-8 */
  size_t size;
} Cell;

/* How the attributes of a row type become cells; found once for a row type. */
typedef struct RowMap {
  Oid type;
  int32 typmod;
  TupleDesc tuple;
  size_t* inputs; /* by attribute: the input, or (size_t)-1 */
  Oid* types;     /* by attribute: its type, that of a domain's values */
  Datum* values;  /* room for the attributes of a row */
  bool* nulls;
} RowMap;

extern RowMap* MapRow(const Model* model, HeapTupleHeader row);
extern void CellsOfRow(const RowMap* map, HeapTupleHeader row, Cell* cells);
extern void CellsOfJson(const Model* model, Jsonb* row, Cell* cells);
extern void CellsOfArray(const Model* model, ArrayType* row, Cell* cells);

/* Scores the cells; an ERROR where the model has no answer. */
extern void Score(Model* model, const Cell* cells, size_t count);

/* The answer that Score left. */
extern Datum AnswerAsJson(const Model* model);
extern Datum OutputAsText(const Model* model, size_t output, bool* is_null);
extern double OutputAsNumber(const Model* model, size_t output, bool* is_null);

/* What a model takes and gives, as JSON. */
extern Datum DescriptionOf(const sw_model* model);

#endif
