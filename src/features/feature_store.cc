// The views and who uses them; feature_rows.cc has the rows.
#include "features/feature_store.h"

#include <algorithm>

#include "base/plain_name.h"
#include "data/codec/json_members.h"
#include "features/feature_rows.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr char kDeletedPrefix[] = "d/";

std::string ViewSort(std::string_view name) { return std::string(kFeatureViewPrefix).append(name); }
std::string ModelSort(std::string_view model) { return std::string(kFeatureUsePrefix).append(model); }

Error DamagedRow(std::string_view sort, const Error& cause) {
  return {Code::kCorrupt, "a stored row cannot be read: " + cause.ToString(),
          FeatureViewsPartition().ToString() + " " + std::string(sort)};
}

std::string ViewText(const FeatureView& view) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(view, &json);
  return text;
}

Result<FeatureView> ParseView(std::string_view sort, std::string_view text) {
  Result<FeatureView> view = FeatureViewFromJson(text);
  if (!view.ok()) return DamagedRow(sort, view.error());
  return view;
}

std::string UsesText(const std::vector<std::string>& views) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("views");
  json.BeginArray();
  for (const std::string& view : views) json.String(view);
  json.EndArray();
  json.EndObject();
  return text;
}

Result<std::vector<std::string>> ParseUses(std::string_view sort, std::string_view text) {
  std::vector<std::string> views;
  JsonMembers members(text);
  simdjson::dom::element value;
  simdjson::dom::array array;
  if (members.Find("views", &value) && !value.get(array)) {
    for (const simdjson::dom::element each : array) {
      std::string_view name;
      if (!each.get(name)) views.emplace_back(name);
    }
  }
  if (!members.status().ok()) return DamagedRow(sort, members.status().error());
  return views;
}

Error NoSuchView(std::string_view name) {
  return {Code::kNotFound, "no such feature view", "feature view '" + std::string(name.substr(0, 160)) + "'"};
}

Result<size_t> CountRows(Store& store, std::string_view prefix) {
  size_t count = 0;
  ScanRange range = ScanPrefix(prefix);
  range.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store, FeatureViewsPartition(), range, [&](const Row&) {
    ++count;
    return Status();
  }));
  return count;
}

Status CheckRoom(Store& store, std::string_view prefix, size_t count_max, std::string_view what) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t count, CountRows(store, prefix));
  if (count < count_max) return {};
  return Status(Code::kResourceExhausted, "there are " + std::to_string(count_max) + " " + std::string(what) +
                                              " already, as many as there may be");
}

}  // namespace

Result<FeatureView> FeatureStore::Define(const FeatureView& view, bool* is_new) {
  SCOREWAY_RETURN_IF_ERROR(CheckView(view));
  const std::string sort = ViewSort(view.name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(FeatureViewsPartition(), sort));
  if (is_new != nullptr) *is_new = !text;
  FeatureView defined = view;
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView old, ParseView(sort, *text));
    SCOREWAY_RETURN_IF_ERROR(CheckChange(old, view));
    defined.id = old.id;
    defined.created_micros = old.created_micros;
    if (defined == old) return defined;
  } else {
    SCOREWAY_RETURN_IF_ERROR(CheckRoom(store_, kFeatureViewPrefix, kViewsMax, "feature views"));
    defined.id = RandomId();
    defined.created_micros = clock_.NowMicros();
  }
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(FeatureViewsPartition(), PutIfUnchanged(sort, ViewText(defined), text)));
  return defined;
}

Result<FeatureView> FeatureStore::Get(std::string_view name) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a feature view", name));
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(FeatureViewsPartition(), ViewSort(name)));
  if (!text) return NoSuchView(name);
  return ParseView(ViewSort(name), *text);
}

Result<std::vector<FeatureView>> FeatureStore::List() {
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureDefinitions definitions, Definitions());
  std::vector<FeatureView> views;
  for (const auto& [name, view] : definitions.views) views.push_back(*view);
  return views;
}

Status FeatureStore::Delete(std::string_view name) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a feature view", name));
  const std::string sort = ViewSort(name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(FeatureViewsPartition(), sort));
  if (!text) return NoSuchView(name);
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, ParseView(sort, *text));
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureDefinitions definitions, Definitions());
  for (const auto& [model, views] : definitions.views_of_model) {
    for (const FeatureViewPtr& used : views) {
      if (used->name != name) continue;
      return Status(Code::kConflict, "the model '" + model + "' uses it", "feature view '" + view.name + "'");
    }
  }
  WriteBatch batch{FeatureViewsPartition(), {}};
  batch.writes.push_back(DeleteIfEquals(sort, *text));
  batch.writes.push_back(Put(kDeletedPrefix + view.id, ""));
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(batch));
  return RemoveDeleted();
}

Status FeatureStore::RemoveDeleted() {
  std::vector<std::string> sorts;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, FeatureViewsPartition(), ScanPrefix(kDeletedPrefix), [&](const Row& row) {
    sorts.push_back(row.sort);
    return Status();
  }));
  for (const std::string& sort : sorts) {
    const std::string id = sort.substr(sizeof(kDeletedPrefix) - 1);
    SCOREWAY_RETURN_IF_ERROR(RemoveFeatureRows(store_, id));
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(FeatureViewsPartition(), scoreway::Delete(sort)));
  }
  return {};
}

Status FeatureStore::SetViewsOfModel(std::string_view model, const std::vector<std::string>& views) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a model", model));
  WriteBatch batch{FeatureViewsPartition(), {}};
  for (size_t i = 0; i < views.size(); ++i) {
    SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a feature view", views[i]));
    if (std::find(views.begin(), views.begin() + static_cast<ptrdiff_t>(i), views[i]) !=
        views.begin() + static_cast<ptrdiff_t>(i)) {
      return Status(Code::kInvalidArgument, "the view stands twice", "feature view '" + views[i] + "'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(FeatureViewsPartition(), ViewSort(views[i])));
    if (!text) return ToError(Status(NoSuchView(views[i])));
    batch.writes.push_back(CheckEquals(ViewSort(views[i]), *text));
  }
  if (views.size() >= kBatchWritesMax) {
    return Status(Code::kInvalidArgument, "a model may use up to " + std::to_string(kBatchWritesMax - 1) + " views");
  }
  const std::string sort = ModelSort(model);
  if (views.empty()) {
    batch.writes.push_back(scoreway::Delete(sort));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const auto before, store_.Get(FeatureViewsPartition(), sort));
    if (!before)
      SCOREWAY_RETURN_IF_ERROR(CheckRoom(store_, kFeatureUsePrefix, kModelsMax, "models that use feature views"));
    batch.writes.push_back(Put(sort, UsesText(views)));
  }
  return store_.Apply(batch);
}

Result<std::vector<std::string>> FeatureStore::ViewsOfModel(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a model", model));
  const std::string sort = ModelSort(model);
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(FeatureViewsPartition(), sort));
  if (!text) return std::vector<std::string>();
  return ParseUses(sort, *text);
}

Result<FeatureDefinitions> FeatureStore::Definitions() {
  FeatureDefinitions definitions;
  ScanRange views = ScanPrefix(kFeatureViewPrefix);
  views.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, FeatureViewsPartition(), views, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(FeatureView view, ParseView(row.sort, row.value));
    std::string name = view.name;
    definitions.views.emplace(std::move(name), std::make_shared<const FeatureView>(std::move(view)));
    return {};
  }));
  ScanRange models = ScanPrefix(kFeatureUsePrefix);
  models.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, FeatureViewsPartition(), models, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ParseUses(row.sort, row.value));
    std::vector<FeatureViewPtr>& used = definitions.views_of_model[row.sort.substr(sizeof(kFeatureUsePrefix) - 1)];
    for (const std::string& name : names) {
      // Made between the two readings: seen next time.
      if (const auto view = definitions.views.find(name); view != definitions.views.end()) used.push_back(view->second);
    }
    return {};
  }));
  return definitions;
}

Result<uint64_t> FeatureStore::ChangeCount() { return store_.ChangeCount(FeatureViewsPartition()); }

}  // namespace scoreway
