// The encoders of category_encoders that put a number in the place of a category: the mean of the target, weighted one
// way or another, its weight of evidence, or how often the category was seen.

#include <algorithm>
#include <map>

#include "importers/sklearn2pmml/category_coding.h"
#include "importers/sklearn2pmml/pandas_objects.h"

namespace scoreway::sklearn2pmml {
namespace {

struct Rules {
  std::string unknown;
  std::string missing;
};

Result<Rules> ReadRules(Context& context, const Object& encoder) {
  Rules rules;
  SCOREWAY_ASSIGN_OR_RETURN(rules.unknown, Rule(context, encoder, "handle_unknown"));
  SCOREWAY_ASSIGN_OR_RETURN(rules.missing, Rule(context, encoder, "handle_missing"));
  return rules;
}

// How often each category was seen, and the sum of the target there, by which a category seen once is as an unknown
// one.
Result<Coding> ReadMeans(const Object& encoder, const Object& table, double mean, double prior_weight) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels categories, ReadFrameIndex(table));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels sums, ReadFrameColumn(table, "sum"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels counts, ReadFrameColumn(table, "count"));
  const size_t size = categories.size();
  if (sums.numbers.size() != size || counts.numbers.size() != size) return table.Corrupt("not one number a category");
  std::vector<double> means(size);
  for (size_t i = 0; i < size; ++i) {
    const double count = counts.numbers[i];
    means[i] = count > 1 ? (sums.numbers[i] + mean * prior_weight) / (count + prior_weight) : mean;
  }
  return MakeCoding(encoder, std::move(categories), std::move(means));
}

// Categories that were few and count as one of another name: what each counts as.
Result<std::map<std::string, std::string>> ReadGroups(Context& context, const Object& encoder,
                                                      const std::string& column) {
  std::map<std::string, std::string> groups;
  const Object by_column = encoder.Get("_min_group_categories");
  if (!by_column.has_value() || !by_column.Get(column).has_value()) return groups;
  const Object of_column = by_column.Get(column);
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, of_column.Entries());
  SCOREWAY_ASSIGN_OR_RETURN(const pickle::DictView dict, of_column.node().AsDict());
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!dict.key(i).is_str()) return context.Unsupported(encoder, "groups of missing cells or numbers");
    SCOREWAY_ASSIGN_OR_RETURN(groups[entries[i].first], entries[i].second.Text());
  }
  return groups;
}

// Adds the categories of the groups, with the number of their group.
Status AddGroups(Context& context, const Object& encoder, const std::map<std::string, std::string>& groups,
                 SeriesValues* counts) {
  if (groups.empty()) return Status();
  if (counts->index.type != Type::kString) return context.Unsupported(encoder, "groups of numbers");
  for (const auto& [category, group] : groups) {
    const std::vector<std::string>& known = counts->index.texts;
    const auto found = std::find(known.begin(), known.end(), group);
    if (found == known.end()) return encoder.Corrupt("a group without a count");
    const double count = counts->values[static_cast<size_t>(found - known.begin())];
    counts->index.texts.push_back(category);
    counts->values.push_back(count);
  }
  return Status();
}

// The rule of one column, where rules may differ from column to column.
Object RuleOf(const Object& encoder, std::string_view by_column, std::string_view plain, const std::string& column) {
  const Object rules = encoder.Get(by_column);
  if (rules.is_dict() && rules.Get(column).exists()) return rules.Get(column);
  return encoder.Get(plain);
}

}  // namespace

Result<Table> TransformCategoryTarget(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, DroppedColumns(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const Rules rules, ReadRules(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const Object ordinal, encoder.Want("ordinal_encoder"));
  SCOREWAY_ASSIGN_OR_RETURN(const Codings codings, ReadCodings(context, ordinal, in));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ColumnTable> tables, ReadColumnTables(context, encoder, in));
  if (tables.size() != codings.size()) return encoder.Corrupt("not one table a column");
  Table out = in;
  for (const auto& [name, position, table] : tables) {
    const auto found = codings.find(position);
    if (found == codings.end()) return encoder.Corrupt("a table of a column that is not encoded");
    SCOREWAY_ASSIGN_OR_RETURN(const SeriesValues series, ReadSeries(table));
    // The ordinal of a category leads to its number; an ordinal that the table lacks to none.
    const auto number = [&series](double code) {
      const std::vector<double>& codes = series.index.numbers;
      const auto at = std::find(codes.begin(), codes.end(), code);
      return at == codes.end() ? op::kNaN : series.values[static_cast<size_t>(at - codes.begin())];
    };
    Coding coding = found->second;
    coding.reject_unknown = rules.unknown == "error";
    coding.reject_missing = rules.missing == "error" || (coding.reject_unknown && coding.missing == -1);
    for (double& value : coding.ordinals) value = number(value);
    coding.unknown = number(coding.unknown);
    coding.missing = number(coding.missing);
    SCOREWAY_RETURN_IF_ERROR(ReplaceByNumbers(context, encoder, position, coding, &out));
  }
  Drop(dropped, &out);
  return out;
}

Result<Table> TransformCategoryMeans(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, DroppedColumns(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const Rules rules, ReadRules(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const double mean, encoder.Number("_mean"));
  // CatBoost adds so many rows of the mean; leave-one-out, of no target to leave out any more, adds none.
  SCOREWAY_ASSIGN_OR_RETURN(const double prior_weight, encoder.NumberOr("a", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ColumnTable> tables, ReadColumnTables(context, encoder, in));
  Table out = in;
  for (const auto& [name, position, table] : tables) {
    SCOREWAY_ASSIGN_OR_RETURN(Coding coding, ReadMeans(encoder, table, mean, prior_weight));
    const bool missing_known = coding.missing != -1;
    coding.reject_unknown = rules.unknown == "error";
    coding.reject_missing = rules.missing == "error";
    coding.unknown = rules.unknown == "value" ? mean : op::kNaN;
    if (rules.missing == "return_nan") {
      coding.missing = op::kNaN;
    } else if (!missing_known) {
      coding.missing = mean;
    }
    SCOREWAY_RETURN_IF_ERROR(ReplaceByNumbers(context, encoder, position, coding, &out));
  }
  Drop(dropped, &out);
  return out;
}

Result<Table> TransformCategoryCounts(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, DroppedColumns(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ColumnTable> tables, ReadColumnTables(context, encoder, in));
  Table out = in;
  for (const auto& [name, position, table] : tables) {
    SCOREWAY_ASSIGN_OR_RETURN(SeriesValues counts, ReadSeries(table));
    SCOREWAY_ASSIGN_OR_RETURN(const auto groups, ReadGroups(context, encoder, name));
    SCOREWAY_RETURN_IF_ERROR(AddGroups(context, encoder, groups, &counts));
    SCOREWAY_ASSIGN_OR_RETURN(Coding coding, MakeCoding(table, std::move(counts.index), std::move(counts.values)));
    const Object unknown = RuleOf(encoder, "_handle_unknown", "handle_unknown", name);
    const Object missing = RuleOf(encoder, "_handle_missing", "handle_missing", name);
    const bool missing_to_nan = missing.is_text() && *missing.Text() == "return_nan";
    const bool missing_known = coding.missing != -1 && !missing_to_nan;
    coding.unknown = op::kNaN;
    if (unknown.is_number()) {
      SCOREWAY_ASSIGN_OR_RETURN(coding.unknown, unknown.Number());
    } else if (unknown.is_text() && *unknown.Text() == "value" && !missing_to_nan) {
      coding.unknown = 0;
    }
    coding.reject_unknown = unknown.is_text() && *unknown.Text() == "error";
    coding.reject_missing =
        (missing.is_text() && *missing.Text() == "error") || (coding.reject_unknown && !missing_known);
    if (!missing_known) coding.missing = coding.unknown;
    SCOREWAY_RETURN_IF_ERROR(ReplaceByNumbers(context, encoder, position, coding, &out));
  }
  Drop(dropped, &out);
  return out;
}

}  // namespace scoreway::sklearn2pmml
