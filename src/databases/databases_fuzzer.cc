// Bytes that databases send: rows of PostgreSQL's COPY, and cells of Cassandra.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "databases/cassandra/cql_cell.h"
#include "databases/postgres/pg_row_cells.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  if (size == 0) return 0;
  const uint8_t chosen = *data;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  const auto cql = static_cast<cassandra::CqlType>(chosen % 13);
  Column cql_cells(CellTypeOf(cql));
  if (AppendCqlCell(cql, bytes, &cql_cells).ok() && cql != cassandra::CqlType::kCounter) {
    (void)EncodeCqlCell(cql, cql_cells, 0);
  }

  const auto wire = static_cast<postgres::PgWire>(chosen % 4);
  Column cells(wire == postgres::PgWire::kText   ? Type::kString
               : wire == postgres::PgWire::kInt8 ? Type::kInt64
                                                 : Type::kFloat64);
  std::vector<std::optional<std::string_view>> row;
  if (!postgres::TakeCopyHead(&bytes).ok()) return 0;
  while (!bytes.empty() && postgres::TakeCopyRow(&bytes, chosen / 16, &row).ok()) {
    for (const auto& cell : row) {
      if (cell) (void)AppendPgCell(wire, *cell, &cells);
    }
  }
  return 0;
}
