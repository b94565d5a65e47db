#include "importers/boosters/feature_map.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/number_text.h"

namespace scoreway::boosters {
namespace {

// The part up to a blank (or a tab, where the line has tabs: names may then have blanks), taken off the line.
std::string_view TakeWord(std::string_view* line, std::string_view separators) {
  const size_t begin = std::min(line->find_first_not_of(separators), line->size());
  line->remove_prefix(begin);
  const size_t end = std::min(line->find_first_of(separators), line->size());
  const std::string_view word = line->substr(0, end);
  line->remove_prefix(end);
  return word;
}

Result<MappedFeature> ParseLine(std::string_view line, size_t index) {
  const std::string place = "feature map, line " + std::to_string(index + 1);
  const std::string_view separators = line.find('\t') == std::string_view::npos ? " " : "\t";
  const std::string_view number = TakeWord(&line, separators), name = TakeWord(&line, separators);
  const std::string_view type = TakeWord(&line, separators);
  int64_t given = 0;
  if (ParseInt64(number, &given) != NumberParse::kOk || given != static_cast<int64_t>(index) || name.empty()) {
    return Error{Code::kInvalidArgument, "'" + std::to_string(index) + " <name> <type>' was expected", place};
  }
  const size_t equals = name.find('=');
  if (type != "i" || equals == std::string_view::npos) return MappedFeature{std::string(name), false, {}};
  return MappedFeature{std::string(name.substr(0, equals)), true, std::string(name.substr(equals + 1))};
}

// A column of the table, and which of the features it makes.
struct Column {
  ValueId input = 0;
  std::vector<std::string> values;
  std::vector<size_t> indicators;  // the feature of each value
  std::optional<size_t> number;    // the feature that is the column itself
};

// For each value of the column of texts 1 where the cell is it, else 0 or missing.
Result<ValueId> AddIndicators(ModelBuilder& builder, const std::string& name, const Column& column,
                              bool off_is_missing) {
  const auto count = static_cast<double>(column.values.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code,
                            builder.Add(op::EncodeText{{name}, {column.values}, {{false, count}}, {{false, op::kNaN}}},
                                        {column.input}, name));
  op::OneHot hot;
  hot.widths = {static_cast<uint32_t>(column.values.size())};
  hot.slots.emplace_back();
  for (size_t i = 0; i < column.values.size(); ++i) hot.slots[0].push_back(static_cast<int32_t>(i));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId indicators, builder.Add(std::move(hot), {code}, name));
  if (off_is_missing) {
    return builder.Add(op::ImputeNumber{0, std::vector<double>(column.values.size(), op::kNaN)}, {indicators}, name);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_missing,
                            builder.Add(op::Unary{op::UnaryFunction::kIsMissing}, {code}, name));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing,
                            builder.Add(op::Constant{std::vector<double>(column.values.size(), op::kNaN)}, {}, name));
  return builder.Add(op::Where{}, {is_missing, missing, indicators}, name);
}

}  // namespace

Result<std::vector<MappedFeature>> ParseFeatureMap(std::string_view text) {
  std::vector<MappedFeature> features;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    SCOREWAY_ASSIGN_OR_RETURN(MappedFeature feature, ParseLine(line, features.size()));
    features.push_back(std::move(feature));
  }
  return features;
}

Result<ValueId> AddMappedInputs(ModelBuilder& builder, std::span<const MappedFeature> features,
                                const std::vector<bool>& off_is_missing) {
  std::map<std::string, Column> columns;
  std::vector<std::string> names;
  for (size_t i = 0; i < features.size(); ++i) {
    const MappedFeature& feature = features[i];
    const auto [found, added] = columns.try_emplace(feature.column);
    Column& column = found->second;
    if (added) {
      names.push_back(feature.column);
      column.input = builder.AddInput(feature.column);
      SCOREWAY_RETURN_IF_ERROR(builder.UseInput(column.input, feature.is_indicator ? Type::kString : Type::kFloat64));
      builder.SetMissingRule(column.input, MissingRule::kModel);
    } else if (!feature.is_indicator || column.number) {
      return Error{Code::kInvalidArgument, "the name '" + feature.column + "' comes twice", "feature map"};
    }
    if (!feature.is_indicator) {
      column.number = i;
      continue;
    }
    column.values.push_back(feature.value);
    column.indicators.push_back(i);
  }

  std::vector<ValueId> parts;
  std::vector<uint32_t> place(features.size());  // of each feature among the columns of the parts
  uint32_t width = 0;
  for (const std::string& name : names) {
    Column& column = columns[name];
    if (column.number) {
      place[*column.number] = width++;
      parts.push_back(column.input);
      continue;
    }
    builder.SetCategories(column.input, column.values);
    const bool sparse = std::any_of(column.indicators.begin(), column.indicators.end(),
                                    [&](size_t feature) { return off_is_missing[feature]; });
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId indicators, AddIndicators(builder, name, column, sparse));
    parts.push_back(indicators);
    for (const size_t feature : column.indicators) place[feature] = width++;
  }
  ValueId all = parts[0];
  if (parts.size() > 1) {
    SCOREWAY_ASSIGN_OR_RETURN(all, builder.Add(op::Concat{}, std::move(parts), "features"));
  }
  return builder.Add(op::Select{std::move(place)}, {all}, "features");
}

}  // namespace scoreway::boosters
