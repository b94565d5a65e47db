// scoreway features: feature views, their rows, and the models that use them.

#include <cstdio>

#include "base/number_text.h"
#include "commands.h"
#include "data/codec/csv_writer.h"
#include "data/codec/text_cell.h"
#include "features/feature_store.h"
#include "files.h"
#include "flag_duration.h"
#include "open_store.h"
#include "printing.h"
#include "progress.h"
#include "row_source.h"
#include "service/read_features.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 16'384;

std::string FieldsText(const std::vector<Field>& fields) {
  std::vector<std::string> texts;
  for (const Field& field : fields) texts.push_back(field.name + ":" + std::string(TypeName(field.type)));
  return Joined(texts);
}

std::string TtlText(int64_t ttl_micros) {
  if (ttl_micros == 0) return "none";
  std::string text;
  AppendShortest(static_cast<double>(ttl_micros) / 1e6, &text);
  return text + " s";
}

void PrintView(const FeatureView& view) {
  Table table({"view", view.name});
  if (!view.description.empty()) table.Add({"description", view.description});
  table.Add({"key", FieldsText(view.keys)});
  table.Add({"columns", FieldsText(view.columns)});
  table.Add({"event time", FieldsText({view.event_time})});
  table.Add({"ttl", TtlText(view.ttl_micros)});
  table.Add({"created", TimeText(view.created_micros)});
  Print(table.ToString());
}

Status Define(FeatureStore& features, const FeaturesOptions& options) {
  FeatureView view;
  view.name = options.view;
  view.keys = options.keys;
  view.columns = options.columns;
  view.description = options.description;
  if (options.event_time) view.event_time = *options.event_time;
  SCOREWAY_ASSIGN_OR_RETURN(view.ttl_micros, ReadDuration("--ttl", options.ttl));
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureView defined, features.Define(view));
  options.json ? PrintAsJson(defined) : PrintView(defined);
  return {};
}

Status List(FeatureStore& features, const FeaturesOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureDefinitions definitions, features.Definitions());
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("views");
      json.BeginArray();
      for (const auto& [name, view] : definitions.views) WriteJson(*view, &json);
      json.EndArray();
      json.Key("models");
      json.BeginObject();
      for (const auto& [model, views] : definitions.views_of_model) {
        json.Key(model);
        json.BeginArray();
        for (const FeatureViewPtr& view : views) json.String(view->name);
        json.EndArray();
      }
      json.EndObject();
    });
    return {};
  }
  Table table({"VIEW", "KEY", "COLUMNS", "TTL", "MODELS"});
  for (const auto& [name, view] : definitions.views) {
    std::vector<std::string> models;
    for (const auto& [model, views] : definitions.views_of_model) {
      for (const FeatureViewPtr& used : views) {
        if (used->name == name) models.push_back(model);
      }
    }
    table.Add({name, FieldsText(view->keys), std::to_string(view->columns.size()), TtlText(view->ttl_micros),
               Joined(models)});
  }
  Print(table.empty() ? "no views yet; 'scoreway features define' makes one\n" : table.ToString());
  return {};
}

Status WriteRows(FeatureStore& features, const FeatureView& view, const FeaturesOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> bytes, FileSource::Open(options.input));
  const std::string place = options.input == "-" ? "standard input" : options.input;
  const std::shared_ptr<const Schema> schema = RowSchema(view);
  RowSource source(bytes.get(), schema, FormatOf(options.format, options.input, RowFormat::kCsv),
                   {options.delimiter, MayBeAbsent(view), false});
  if (Status opened = source.Open(); !opened.ok()) return AtPlace(place, std::move(opened).error());
  if (const std::vector<std::string> ignored = source.ignored_columns(); !ignored.empty() && !options.quiet) {
    std::fprintf(stderr, "scoreway: %s: the view has no use for %s\n", place.c_str(), Joined(ignored).c_str());
  }
  Progress progress("rows", options.quiet);
  FeatureWriteCounts counts;
  Batch rows(schema);
  while (true) {
    rows.Clear();
    Result<bool> more = source.Next(&rows, kRowsAtOnce);
    if (!more.ok()) return AtPlace(place, std::move(more).error());
    if (!*more) break;
    Result<FeatureWriteCounts> written = features.Write(view, rows);
    if (!written.ok()) return AtPlace(place, std::move(written).error());
    counts.written += written->written;
    counts.older += written->older;
    counts.expired += written->expired;
    progress.Update(counts.written, bytes->bytes_total() == 0 ? -1
                                                              : static_cast<double>(bytes->bytes_read()) /
                                                                    static_cast<double>(bytes->bytes_total()));
  }
  progress.Finish();
  std::string text = std::to_string(counts.written) + " keys written";
  if (counts.older > 0) text += ", " + std::to_string(counts.older) + " rows older than others of their key";
  if (counts.expired > 0) text += ", " + std::to_string(counts.expired) + " rows past the TTL";
  Print(text + "\n");
  return {};
}

// The key on the command line, as a batch of one row.
Result<Batch> KeyOf(const FeatureView& view, const std::vector<std::string>& parts) {
  if (parts.size() != view.keys.size()) {
    return Error{Code::kInvalidArgument, "the key of the view is " + FieldsText(view.keys),
                 std::to_string(parts.size()) + " parts of a key"};
  }
  Batch keys(KeySchema(view));
  for (size_t i = 0; i < parts.size(); ++i) {
    const TextCellFault fault = AppendTextCell(parts[i], false, &keys.column(i));
    if (fault == TextCellFault::kNone) continue;
    return Error{Code::kInvalidArgument, TextCellFaultMessage(fault, parts[i], view.keys[i].type),
                 "key '" + view.keys[i].name + "'"};
  }
  return keys;
}

Status ReadInto(FeatureStore& features, const FeatureView& view, const FeaturesOptions& options, const Batch& keys,
                bool with_header) {
  SCOREWAY_ASSIGN_OR_RETURN(const Batch table, ReadFeatures(features, SystemClock(), view, keys, options.wanted));
  std::string text;
  if (with_header) AppendCsvHeader(table.schema(), {}, &text);
  AppendCsvRows(table, {}, &text);
  Print(text);
  return {};
}

Status Read(FeatureStore& features, const FeatureView& view, const FeaturesOptions& options) {
  if (!options.key.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const Batch keys, KeyOf(view, options.key));
    return ReadInto(features, view, options, keys, true);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> bytes, FileSource::Open(options.input));
  RowSource source(bytes.get(), KeySchema(view), FormatOf(options.format, options.input, RowFormat::kCsv),
                   {options.delimiter, {}, false});
  Batch keys(KeySchema(view));
  for (bool is_first = true;; is_first = false) {
    keys.Clear();
    Result<bool> more = source.Next(&keys, kRowsAtOnce);
    if (!more.ok()) return AtPlace(options.input, std::move(more).error());
    if (!*more && !is_first) return {};
    SCOREWAY_RETURN_IF_ERROR(ReadInto(features, view, options, keys, is_first));
    if (!*more) return {};
  }
}

Status Remove(FeatureStore& features, const FeatureView& view, const FeaturesOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const Batch keys, KeyOf(view, options.key));
  return features.Remove(view, keys);
}

}  // namespace

Status RunFeatures(const FeaturesOptions& options) {
  using Action = FeaturesOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(
      const std::unique_ptr<Store> store,
      OpenStore(options.registry, options.action == Action::kDefine ? WhenMissing::kMake : WhenMissing::kFail));
  FeatureStore features(*store, SystemClock());
  switch (options.action) {
    case Action::kDefine: return Define(features, options);
    case Action::kList: return List(features, options);
    case Action::kDelete: return features.Delete(options.view);
    case Action::kUse: return features.SetViewsOfModel(options.model, options.views);
    default: break;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, features.Get(options.view));
  if (options.action == Action::kWrite) return WriteRows(features, view, options);
  if (options.action == Action::kRead) return Read(features, view, options);
  if (options.action == Action::kRemove) return Remove(features, view, options);
  options.json ? PrintAsJson(view) : PrintView(view);
  return {};
}

}  // namespace scoreway
