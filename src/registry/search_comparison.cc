#include "registry/search_comparison.h"

#include <map>
#include <optional>
#include <variant>

#include "base/number_text.h"
#include "base/utc_time.h"

namespace scoreway {
namespace {

constexpr SearchFieldName kFieldNames[] = {
    {"name", SearchField::kName, false},
    {"version", SearchField::kVersion, false},
    {"created", SearchField::kCreated, false},
    {"state", SearchField::kState, false},
    {"format", SearchField::kFormat, false},
    {"library", SearchField::kLibrary, false},
    {"library_version", SearchField::kLibraryVersion, false},
    {"engine", SearchField::kEngine, false},
    {"producer", SearchField::kProducer, false},
    {"description", SearchField::kDescription, false},
    {"training_data", SearchField::kTrainingData, false},
    {"artifact", SearchField::kArtifact, false},
    {"parent", SearchField::kParent, false},
    {"bytes", SearchField::kBytes, false},
    {"metrics", SearchField::kMetric, true},
    {"parameters", SearchField::kParameter, true},
    {"params", SearchField::kParameter, true},  // MLflow's word
    {"tags", SearchField::kTag, true},
};

// What a version has in a field: nothing, a number or a text.
using Found = std::variant<std::monostate, double, std::string_view>;

template <typename Value>
Found FindKey(const std::map<std::string, Value>& entries, const std::string& key) {
  const auto entry = entries.find(key);
  return entry == entries.end() ? Found() : Found(entry->second);
}

Found Find(const SearchComparison& comparison, const VersionInfo& version) {
  const VersionMetadata& metadata = version.metadata;
  switch (comparison.field) {
    case SearchField::kName: return version.name;
    case SearchField::kVersion: return static_cast<double>(version.number);
    case SearchField::kCreated: return static_cast<double>(version.created_micros);
    case SearchField::kState: return StateName(version.state);
    case SearchField::kFormat: return metadata.format;
    case SearchField::kLibrary: return metadata.source_library;
    case SearchField::kLibraryVersion: return metadata.source_library_version;
    case SearchField::kEngine: return metadata.engine;
    case SearchField::kProducer: return metadata.producer;
    case SearchField::kDescription: return metadata.description;
    case SearchField::kTrainingData: return metadata.training_data;
    case SearchField::kArtifact: return version.artifact_sha256;
    case SearchField::kParent:
      return metadata.parent_version == 0 ? Found() : Found(static_cast<double>(metadata.parent_version));
    case SearchField::kBytes: return static_cast<double>(version.artifact_bytes);
    case SearchField::kMetric: return FindKey(metadata.metrics, comparison.key);
    case SearchField::kParameter: return FindKey(metadata.parameters, comparison.key);
    case SearchField::kTag: return FindKey(metadata.tags, comparison.key);
  }
  return {};
}

template <typename T>
bool Compare(const T& found, SearchOperator op, const T& wanted) {
  switch (op) {
    case SearchOperator::kEqual: return found == wanted;
    case SearchOperator::kNotEqual: return found != wanted;
    case SearchOperator::kLess: return found < wanted;
    case SearchOperator::kLessEqual: return found <= wanted;
    case SearchOperator::kGreater: return found > wanted;
    case SearchOperator::kGreaterEqual: return found >= wanted;
    case SearchOperator::kLike: return false;
  }
  return false;
}

std::optional<double> AsNumber(const Found& found) {
  if (const auto* number = std::get_if<double>(&found)) return *number;
  double parsed = 0;
  const auto* text = std::get_if<std::string_view>(&found);
  if (text != nullptr && ParseDouble(*text, &parsed) == NumberParse::kOk) return parsed;
  return std::nullopt;
}

std::string NumberText(SearchField field, double number) {
  std::string text;
  if (field == SearchField::kCreated) {
    text = FormatUtc(static_cast<int64_t>(number));
  } else if (field == SearchField::kMetric) {
    AppendDouble(number, &text);
  } else {
    AppendInt64(static_cast<int64_t>(number), &text);
  }
  return text;
}

}  // namespace

std::span<const SearchFieldName> SearchFieldNames() { return kFieldNames; }

bool Holds(const SearchComparison& comparison, const VersionInfo& version) {
  const Found found = Find(comparison, version);
  if (std::holds_alternative<std::monostate>(found)) return false;
  if (comparison.is_number) {
    const auto number = AsNumber(found);
    return number && Compare(*number, comparison.op, comparison.number);
  }
  const auto* number = std::get_if<double>(&found);
  const std::string number_text = number == nullptr ? std::string() : NumberText(comparison.field, *number);
  const std::string_view text = number == nullptr ? std::get<std::string_view>(found) : std::string_view(number_text);
  if (comparison.op == SearchOperator::kLike) return IsLike(text, comparison.text);
  return Compare(text, comparison.op, std::string_view(comparison.text));
}

bool IsLike(std::string_view text, std::string_view pattern) {
  size_t t = 0;
  size_t p = 0;
  // Where to go on after the last '%' if what follows does not fit: one character further. No earlier '%' need be
  // remembered, since the last one takes up any run.
  size_t p_after_percent = std::string_view::npos;
  size_t t_retry = 0;
  const auto next_character = [&](size_t at) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
  };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      p_after_percent = ++p;
      t_retry = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t = next_character(t);
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t;
      ++p;
    } else if (p_after_percent != std::string_view::npos) {
      p = p_after_percent;
      t = t_retry = next_character(t_retry);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace scoreway
