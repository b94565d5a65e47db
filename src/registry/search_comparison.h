// SearchComparison: one field of a version beside one value. For the sources of search_expression.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "registry/version_info.h"

namespace scoreway {

enum class SearchOperator : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kLike };

enum class SearchField : uint8_t {
  kName,
  kVersion,
  kCreated,
  kState,
  kFormat,
  kLibrary,
  kLibraryVersion,
  kEngine,
  kProducer,
  kDescription,
  kTrainingData,
  kArtifact,
  kParent,
  kBytes,
  kMetric,
  kParameter,
  kTag,
};

struct SearchFieldName {
  std::string_view name;
  SearchField field;
  bool has_key;  // "metrics.KEY"
};

// Every name a field can be written by.
std::span<const SearchFieldName> SearchFieldNames();

struct SearchComparison {
  SearchField field = SearchField::kName;
  std::string key;
  SearchOperator op = SearchOperator::kEqual;
  bool is_number = false;  // compare as numbers
  double number = 0;
  std::string text;
};

// False, whatever the operator, if the version lacks the field or has no number where numbers are compared.
bool Holds(const SearchComparison& comparison, const VersionInfo& version);

// Does the text fit a pattern of `like`? Takes at most the product of their lengths.
bool IsLike(std::string_view text, std::string_view pattern);

}  // namespace scoreway
