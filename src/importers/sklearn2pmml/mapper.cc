// sklearn_pandas: a mapper from the columns of a frame to transformers.

#include <algorithm>
#include <set>

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

struct Feature {
  std::vector<std::string> columns;
  Object transformers;  // one, a list of them, or None
};

Result<std::vector<std::string>> ReadColumns(Context& context, const Object& given) {
  if (given.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string name, given.Text());
    return std::vector{std::move(name)};
  }
  if (given.is_sequence() || given.is_array() || given.is_instance()) {
    Result<Labels> names = ReadValues(given);
    if (names.ok() && names->type == Type::kString) return std::move(names->texts);
  }
  return context.Unsupported(given, "columns chosen by " + given.node().Describe());
}

Result<std::vector<Feature>> ReadFeatures(Context& context, const Object& mapper) {
  const Object at = mapper.Get("built_features").has_value()   ? mapper.Get("built_features")
                    : mapper.Get("build_features").has_value() ? mapper.Get("build_features")
                                                               : mapper.Get("features");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, at.Items());
  std::vector<Feature> features;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, item.Items());
    if (parts.size() < 2) return item.Corrupt("a feature is columns and their transformer");
    Feature feature;
    SCOREWAY_ASSIGN_OR_RETURN(feature.columns, ReadColumns(context, parts[0]));
    feature.transformers = parts[1];
    features.push_back(std::move(feature));
  }
  return features;
}

// The steps of a feature, one after the other.
Result<Table> RunTransformers(Context& context, const Object& transformers, Table table) {
  if (!transformers.has_value()) return table;
  if (!transformers.is_sequence()) return context.Transform(transformers, table);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, transformers.Items());
  for (const Object& item : items) {
    if (item.is_none()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(item, table));
  }
  return table;
}

// Whether a domain comes first, which knows the types of the columns it was fitted on.
bool StartsWithDomain(const Object& transformers) {
  Object first = transformers;
  if (const Object steps = first.Get("steps"); steps.has_value()) first = steps;
  for (int depth = 0; depth < 3 && first.is_sequence(); ++depth) {
    const Result<std::vector<Object>> items = first.Items();
    if (!items.ok() || items->empty()) return false;
    first = (*items)[0].is_text() && items->size() > 1 ? (*items)[1] : (*items)[0];
  }
  return first.class_name().starts_with("sklearn2pmml.decoration.");
}

Result<Table> RunFeature(Context& context, const Object& mapper, const Feature& feature, const Table& in) {
  Table columns;
  for (const std::string& name : feature.columns) {
    SCOREWAY_ASSIGN_OR_RETURN(TableColumn column, FindNamed(context, mapper, in, name));
    columns.columns.push_back(std::move(column));
  }
  return RunTransformers(context, feature.transformers, std::move(columns));
}

// The columns that no feature names: dropped, handed on, or transformed together.
Result<Table> RunDefault(Context& context, const Object& mapper, const std::vector<Feature>& features,
                         const Table& in) {
  const Object rule = mapper.Get("built_default").exists() ? mapper.Get("built_default") : mapper.Get("default");
  if (!rule.exists() || rule.is_bool()) return Table{};
  if (in.by_name) return context.Unsupported(mapper, "a default for columns whose names are not known");
  std::set<std::string> named;
  for (const Feature& feature : features) named.insert(feature.columns.begin(), feature.columns.end());
  if (const Object dropped = mapper.Get("drop_cols"); dropped.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, dropped.Texts());
    named.insert(names.begin(), names.end());
  }
  Table rest;
  for (const TableColumn& column : in.columns) {
    if (!named.contains(column.name)) rest.columns.push_back(column);
  }
  if (rest.columns.empty()) return rest;
  return RunTransformers(context, rule, std::move(rest));
}

}  // namespace

Result<TableColumn> FindNamed(Context& context, const Object& user, const Table& in, const std::string& name) {
  for (const TableColumn& column : in.columns) {
    if (column.name == name) return column;
  }
  return context.FindColumn(user, in, name);
}

Result<Table> TransformDataFrameMapper(Context& context, const Object& mapper, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Feature> features, ReadFeatures(context, mapper));
  std::vector<Table> results(features.size());
  std::optional<Error> failure;
  // Features with a domain settle the types of inputs for those without.
  for (const bool with_domain : {true, false}) {
    for (size_t i = 0; i < features.size(); ++i) {
      if (StartsWithDomain(features[i].transformers) != with_domain) continue;
      Result<Table> result = RunFeature(context, mapper, features[i], in);
      if (result.ok()) {
        results[i] = std::move(result).value();
        continue;
      }
      if (!context.NoteAndGoOn(result.error())) return result;
      context.Survey(features[i].transformers);
      failure = std::move(result).error();
    }
  }
  if (failure) return *failure;
  Table out;
  for (const Table& result : results) out.Append(result);
  SCOREWAY_ASSIGN_OR_RETURN(const Table rest, RunDefault(context, mapper, features, in));
  out.Append(rest);
  return out;
}

}  // namespace scoreway::sklearn2pmml
