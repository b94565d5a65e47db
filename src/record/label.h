// Label: what turned out to be true of a prediction, told later.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

constexpr size_t kLabelBytesMax = 64 * 1024;  // of a value, as JSON
constexpr size_t kSubjectBytesMax = 512;      // of an id or a key

struct Label {
  // What it is about, one of both: a prediction by its id and row, or what the caller named by this key.
  std::string prediction_id = {};
  uint32_t row = 1;
  std::string key = {};
  std::string value = {};      // JSON: a number, a text, true, false, or a list of these
  int64_t time_micros = 0;     // when it became known; of two labels of a subject the later one counts
  int64_t arrival_micros = 0;  // when it was stored
  std::string who = {};

  bool operator==(const Label&) const = default;
};

// Subjects as bytes. A prediction's and a key's are never the same.
std::string PredictionSubject(std::string_view prediction_id, uint32_t row);
std::string KeySubject(std::string_view key);
std::string SubjectOf(const Label& label);

// kInvalidArgument: it names no prediction and no key or both, or something of it is too long or no JSON of that kind.
Status CheckLabel(const Label& label);

// Little-endian: u8 1, u32 row, i64 time, i64 arrival, then id, key, value and who, each u32 size and bytes.
void AppendLabel(const Label& label, std::string* out);
// All that stand in the bytes. kCorrupt if they are no labels.
Result<std::vector<Label>> ParseLabels(std::string_view bytes);

}  // namespace scoreway
