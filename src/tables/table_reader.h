// TableReader: rows of a file or a database, cut into parts that many threads can decode.
//
// Parts are cut in order, by one thread at a time, and those of a file always at the same places, so that work cut off
// can go on behind the last part that was done. Memory is bounded by the size of a part, whatever the table's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file_bytes.h"
#include "base/result.h"
#include "data/batch.h"
#include "tables/table_format.h"

namespace scoreway {

// Where a part begins.
struct TablePosition {
  uint64_t offset = 0;   // bytes of a text or an Arrow file; of Cassandra the token, from 0; else 0
  uint64_t lines = 0;    // lines of a text before it, beside the header
  uint64_t rows = 0;     // rows before it, in Parquet and PostgreSQL
  std::string key = {};  // of the row before it, in PostgreSQL
};

struct TablePart {
  TablePosition begin, end;
  std::string bytes;            // of texts, Arrow and PostgreSQL
  std::unique_ptr<Batch> rows;  // of Parquet, decoded already
};

// The rows of a part.
class RowStream {
 public:
  virtual ~RowStream() = default;
  // Appends up to rows_max (> 0) rows; false at the end. After an error the batch may hold part of a row.
  virtual Result<bool> Next(Batch* batch, size_t rows_max) = 0;
  // After an error: whether the next row can be read.
  virtual bool can_go_on() const { return false; }
  // The line of the row read last, in the whole file; 0 where there are no lines.
  virtual uint64_t line() const { return 0; }
};

struct TableColumn {
  std::string name;
  Type type = Type::kString;  // as the file says it; CSV says nothing
  bool is_readable = true;    // false: of a type that is not read, `fault` says which
  std::string fault = {};
  std::string stored_type = {};  // of a database: what it calls the type
};

// What tells the rows of a table apart.
struct TableKey {
  std::vector<std::string> columns;  // none: not known
  size_t partition_columns = 0;      // of Cassandra: the first of them, by which rows are placed; else all
};

class TableReader {
 public:
  virtual ~TableReader() = default;

  // Of JSON lines those of the first row.
  virtual const std::vector<TableColumn>& columns() const = 0;

  // What to read: columns by name. may_be_absent[i]: column i may be missing. To be called once, before the rest.
  virtual Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) = 0;

  // Where the first part begins.
  virtual TablePosition first() const { return {}; }
  // Cuts the part that begins at `begin`; false at the end. One thread at a time, parts in order. Errors name the place
  // within the file.
  virtual Result<bool> Cut(const TablePosition& begin, TablePart* part) = 0;
  // Its rows; the part must outlive them. Any thread.
  virtual std::unique_ptr<RowStream> Rows(const TablePart& part) const = 0;
  // How much of the table lies before a place, from 0 to 1; negative: not known.
  virtual double FractionBefore(const TablePosition& position) const = 0;

  virtual TableKey key() const { return {}; }
  // Whose names TableColumn::stored_type has: "cassandra" or "postgresql"; empty: nobody's.
  virtual std::string_view stored_types() const { return {}; }
  // Whether a position means the same rows in a later run.
  virtual bool is_resumable() const { return true; }
};

struct TableReadOptions {
  char delimiter = ',';                 // CSV
  size_t part_bytes = size_t{4} << 20;  // texts; at least one row, whatever its size
  size_t part_rows = 65536;             // Parquet
};

// Reads what comes before the rows. Errors name the place within the file, not the file.
Result<std::unique_ptr<TableReader>> OpenTable(std::shared_ptr<const FileBytes> file, TableFormat format,
                                               const TableReadOptions& options = {});

}  // namespace scoreway
