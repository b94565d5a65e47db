// RowCells: a row as the tables hold it, and when it counts as there. schema.cql tells what the columns mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/cassandra/cql_session.h"
#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {

struct RowCells {
  bool is_stored = false;
  std::string_view value;      // a view into the answer
  int64_t expires_micros = 0;  // 0: never

  // By the clock of the store; Cassandra removes the row some time later.
  bool IsAlive(int64_t now_micros) const { return is_stored && (expires_micros == 0 || expires_micros > now_micros); }
};

inline RowCells ReadCells(const CqlRows& rows, size_t row) {
  const auto expires = rows.Cell(row, "expires");
  if (!expires) return {};
  return {true, rows.Cell(row, "value").value_or(""), DecodeBigint(*expires)};
}

}  // namespace scoreway::cassandra
