#include "service/read_features.h"

#include <algorithm>

#include "base/utc_time.h"
#include "data/codec/column_names.h"
#include "features/feature_key.h"
#include "features/feature_row.h"

namespace scoreway {
namespace {

Result<std::vector<size_t>> WantedColumns(const FeatureView& view, const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  if (names.empty()) {
    for (size_t i = 0; i < view.columns.size(); ++i) columns.push_back(i);
    return columns;
  }
  for (const std::string& name : names) {
    const auto found = std::ranges::find(view.columns, name, &Field::name);
    if (found != view.columns.end()) {
      columns.push_back(static_cast<size_t>(found - view.columns.begin()));
      continue;
    }
    std::vector<std::string_view> known;
    for (const Field& field : view.columns) known.push_back(field.name);
    return Error{Code::kInvalidArgument, "the view has no column " + Quoted(name) + DidYouMean(name, known),
                 "feature view '" + view.name + "'"};
  }
  return columns;
}

void AppendKey(const Column& from, size_t row, Column* to) {
  from.type() == Type::kString ? to->AppendString(from.string_at(row)) : to->AppendInt64(from.int64s()[row]);
}

}  // namespace

std::shared_ptr<const Schema> KeySchema(const FeatureView& view) {
  auto schema = Schema::Make(view.keys);
  SCOREWAY_CHECK(schema.ok());  // CheckView saw to it
  return std::move(*schema);
}

Result<Batch> ReadFeatures(FeatureStore& features, const Clock& clock, const FeatureView& view, const Batch& keys,
                           const std::vector<std::string>& columns) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> wanted, WantedColumns(view, columns));
  std::vector<Field> fields = view.keys;
  for (const size_t column : wanted) fields.push_back(view.columns[column]);
  fields.push_back({view.event_time.name, Type::kString});
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));

  std::vector<size_t> key_columns(view.keys.size());
  for (size_t i = 0; i < key_columns.size(); ++i) key_columns[i] = i;
  std::vector<std::string> texts(keys.rows());
  for (size_t row = 0; row < keys.rows(); ++row) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_key, MakeFeatureKey(keys, key_columns, view.keys, row, &texts[row]));
    if (has_key) continue;
    return Error{Code::kInvalidArgument, "part of the key is missing", "row " + std::to_string(row + 1)};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto stored, features.Read(view, texts));

  Batch table(schema);
  const int64_t now = clock.NowMicros();
  FeatureRow parsed;
  for (size_t row = 0; row < keys.rows(); ++row) {
    for (size_t i = 0; i < key_columns.size(); ++i) AppendKey(keys.column(i), row, &table.column(i));
    bool is_there = stored[row].has_value();
    if (is_there) {
      Status status = parsed.Parse(*stored[row], view.columns);
      if (!status.ok()) return AtPlace("feature view '" + view.name + "'", std::move(status).error());
      is_there = IsFresh(view, parsed.event_time_micros(), now);
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      Column& column = table.column(key_columns.size() + i);
      is_there ? parsed.AppendTo(wanted[i], &column) : column.AppendNull();
    }
    Column& time = table.column(table.column_count() - 1);
    is_there ? time.AppendString(FormatUtc(parsed.event_time_micros())) : time.AppendNull();
  }
  return table;
}

}  // namespace scoreway
