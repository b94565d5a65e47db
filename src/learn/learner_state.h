// LearnerState: all that a learner knows, as numbers and texts by name. It is read from a pickle (sklearn_state.h),
// made for a new learner, and kept as the attachment of a checkpoint (model/saved_format.h), so that every learner is
// made in one way. A value.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::learn {

struct LearnerState {
  // What goes on: "sklearn.linear_model.SGDClassifier", "scoreway.Ftrl" (estimators.h).
  std::string kind;
  // The origin of the operators that it writes (Operator::origin).
  std::string place;
  // Of the library, "1.5.2"; empty for our own.
  std::string version;
  std::map<std::string, std::vector<double>, std::less<>> numbers;
  std::map<std::string, std::vector<std::string>, std::less<>> texts;

  bool Has(std::string_view name) const { return numbers.contains(name) || texts.contains(name); }
  // CORRUPT, naming what is missing or of another size.
  Result<double> Number(std::string_view name) const;
  Result<std::vector<double>> Numbers(std::string_view name, size_t size) const;
  Result<std::vector<double>> Numbers(std::string_view name) const;
  double NumberOr(std::string_view name, double otherwise) const;
  // The same, and `otherwise` for a number outside the range.
  double NumberWithin(std::string_view name, double low, double high, double otherwise) const;
  std::string TextOr(std::string_view name, std::string_view otherwise) const;
  void Set(std::string name, double number) { numbers[std::move(name)] = {number}; }
  void Set(std::string name, std::vector<double> values) { numbers[std::move(name)] = std::move(values); }
  void Set(std::string name, std::string text) { texts[std::move(name)] = {std::move(text)}; }
};

// Bytes and back: "SWLEARN" and a version byte; kind, place, version; a count, then name and numbers of each; a count,
// then name and texts of each. A text or a list is a u64 count and its items, numbers are float64, little-endian.
// Loading gives CORRUPT with an offset for damaged bytes, UNSUPPORTED for a newer version; it allocates no more than a
// few times the bytes that are there.
std::string SaveState(const LearnerState& state);
Result<LearnerState> LoadState(std::string_view bytes);

}  // namespace scoreway::learn
