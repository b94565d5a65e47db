// Operators between categories, bins and codes. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// Where a category is not known: a code to give (may be NaN) or the run fails, naming row, column and value.
struct CodeOrReject {
  bool reject = true;
  double code = kNaN;

  bool operator==(const CodeOrReject&) const = default;
};

// Per column the index of the cell in the column's categories. A missing cell gives missing[column], one that is not
// among them gives unknown[column].
struct EncodeNumber {
  static constexpr std::string_view kName = "encode_number";
  std::vector<std::string> column_names;
  std::vector<std::vector<double>> categories;  // in code order; never NaN
  std::vector<CodeOrReject> unknown, missing;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("categories", self.categories);
    visit("unknown", self.unknown);
    visit("missing", self.missing);
  }
};

struct EncodeText {
  static constexpr std::string_view kName = "encode_text";
  std::vector<std::string> column_names;
  std::vector<std::vector<std::string>> categories;
  std::vector<CodeOrReject> unknown, missing;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("categories", self.categories);
    visit("unknown", self.unknown);
    visit("missing", self.missing);
  }
};

// Replaces codes 0..n-1 by table entries, per column the same table; a NaN or out-of-range code is missing.
// DecodeNumber gives numbers (labels of a classifier, a mapped category), DecodeText text.
struct DecodeNumber {
  static constexpr std::string_view kName = "decode_number";
  std::vector<double> table;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("table", self.table);
  }
};

struct DecodeText {
  static constexpr std::string_view kName = "decode_text";
  std::vector<std::string> table;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("table", self.table);
  }
};

// Codes to 0/1 columns: column c has widths[c] output columns; code k sets slots[c][k] of them to 1 (-1: none). A NaN
// code or one beyond slots[c] sets none.
struct OneHot {
  static constexpr std::string_view kName = "one_hot";
  std::vector<uint32_t> widths;
  std::vector<std::vector<int32_t>> slots;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("widths", self.widths);
    visit("slots", self.slots);
  }
};

// Per column the number of edges that x is right of (right_closed false: edges <= x; true: edges < x), bounded to
// [0, codes[c] - 1]. Edges rise. numpy's searchsorted, pandas' cut.
struct Bin {
  static constexpr std::string_view kName = "bin";
  std::vector<std::vector<double>> edges;
  std::vector<uint32_t> codes;
  bool right_closed = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("edges", self.edges);
    visit("codes", self.codes);
    visit("right_closed", self.right_closed);
  }
};

}  // namespace scoreway::op
