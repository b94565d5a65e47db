// ProfileRows: files of rows as profiles, in bounded memory.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file_bytes.h"
#include "base/result.h"
#include "drift/profile.h"
#include "score/scorer.h"
#include "tables/table_format.h"
#include "tables/table_reader.h"

namespace scoreway {

// Told now and then: rows so far, and how much of the file is read, from 0 to 1.
using ProfileProgress = std::function<void(uint64_t rows, double fraction)>;

// The profile of rows that a model was trained on: of its inputs as the file has them, and of what it answers. Columns
// bind as in a batch prediction. INVALID_ARGUMENT: a row that the model cannot score, or no rows at all.
Result<Profile> ProfileSample(const Scorer& scorer, std::shared_ptr<const FileBytes> file, TableFormat format,
                              const ProfileProgress& on_progress = {});

// ---- two files, without a model

struct TableProfileOptions {
  std::vector<std::string> columns = {};      // only these; empty: all
  std::vector<std::string> categorical = {};  // categories although they read as numbers
  char delimiter = ',';
};

// The columns of a table and what they are: categories where the table says so, or, where it does not know types (CSV),
// where a cell of the first 10,000 rows does not read as a number.
struct TableColumns {
  std::shared_ptr<const Schema> schema;  // of numbers as float64, the rest as texts or truth values
  std::vector<ProfileKind> kinds;
};

// INVALID_ARGUMENT names a column that is asked for and not there; kUnsupported one whose type cannot be read.
Result<TableColumns> FindTableColumns(std::shared_ptr<const FileBytes> file, TableFormat format,
                                      const TableProfileOptions& options);

// Columns that this file lacks are left out. It keeps rows (Profile::KeepRows). INVALID_ARGUMENT names the line and
// column of a cell that is no number in a column of numbers.
Result<Profile> ProfileTable(std::shared_ptr<const FileBytes> file, TableFormat format, const TableColumns& columns,
                             const TableProfileOptions& options, const ProfileProgress& on_progress);

}  // namespace scoreway
