// Parity: a model's answers beside those its training library gave for the same rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/json_writer.h"
#include "score/scorer.h"

namespace scoreway {

// Two CSV texts with as many rows. They may be the same text, if it holds inputs and outputs.
struct ParitySample {
  std::string rows;      // inputs, by name
  std::string expected;  // outputs, by name: some of the model's or all
};

struct ParityOptions {
  // A number is equal within this relative difference, or if both are smaller than 1e-15.
  double tolerance = 1e-9;
  // A number that differs by no more than this is equal, too.
  double absolute_tolerance = 1e-15;
  uint64_t rows_max = 1'000'000;
};

struct ParityReport {
  uint64_t rows = 0;
  std::vector<std::string> columns;  // compared
  double abs_difference_max = 0;     // over cells of numbers; a number against none counts as infinite
  double rel_difference_max = 0;
  uint64_t label_flips = 0;      // cells of text, whole numbers and truth values that differ
  uint64_t cells_differing = 0;  // numbers beyond the tolerance, and flips
  double tolerance = 0;
  double absolute_tolerance = 1e-15;  // a difference no greater counts as equal
  std::string first_difference;       // "row 3, column 'predict': 1.5 where 1.25 is expected"; empty if none

  bool passed() const { return cells_differing == 0; }
};

// Scores the sample. INVALID_ARGUMENT if it cannot be read, has no rows, numbers of rows that differ, or no column of
// the model's outputs.
Result<ParityReport> CheckParity(const Scorer& scorer, const ParitySample& sample, const ParityOptions& options = {});

// Scores the sample that the artifact brings along, within the tolerances that it states; nothing if it has none.
Result<std::optional<ParityReport>> CheckOwnSample(const Scorer& scorer, std::string_view artifact);

// Adds a column of answers to the report; `report->rows` is how many rows were compared before.
void CompareColumns(const Column& got, const Column& expected, std::string_view name, ParityReport* report);

void WriteJson(const ParityReport& report, JsonWriter* json);

}  // namespace scoreway
