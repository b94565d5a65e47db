// scoreway batches: rows kept until a trigger fires, then scored together by `scoreway serve`.

#include <algorithm>
#include <cstdio>

#include "batches/bad_row.h"
#include "commands.h"
#include "data/codec/csv_writer.h"
#include "flag_duration.h"
#include "open_registry.h"
#include "printing.h"
#include "row_reading.h"
#include "service/batch_service.h"
#include "service/manage_batches.h"
#include "service/read_predictions.h"
#include "service/store_rows.h"
#include "table.h"
#include "tables/input_file.h"

namespace scoreway {
namespace {

std::string TriggerText(const Trigger& trigger) {
  std::vector<std::string> parts;
  if (!trigger.cron.empty()) {
    parts.push_back("cron '" + trigger.cron + "'" + (trigger.timezone.empty() ? "" : " " + trigger.timezone));
  }
  if (trigger.rows > 0) parts.push_back(std::to_string(trigger.rows) + " rows");
  if (trigger.age_seconds > 0) parts.push_back(std::to_string(trigger.age_seconds) + " s old");
  if (trigger.after_version) parts.emplace_back("a new version");
  if (trigger.after_move) parts.emplace_back("a moved alias");
  return parts.empty() ? "by hand" : Joined(parts);
}

void PrintFirings(const std::vector<Firing>& firings) {
  Table table({"FIRING", "CAUSE", "STATE", "FIRED", "VERSION", "ROWS", "SCORED", "BAD", "TRIES", "ERROR"});
  for (const Firing& firing : firings) {
    table.Add({std::to_string(firing.number), std::string(FiringCauseName(firing.cause)),
               std::string(FiringStateName(firing.state)), TimeText(firing.fired_micros),
               std::to_string(firing.version), std::to_string(firing.rows), std::to_string(firing.scored_rows),
               std::to_string(firing.bad_rows), std::to_string(firing.attempts), firing.error.substr(0, 100)});
  }
  Print(table.ToString());
}

void PrintView(const BatchView& view) {
  const StoredBatch& batch = view.batch;
  Table table({"batch", batch.name});
  table.Add({"model", batch.model});
  table.Add({"output", batch.output});
  if (!batch.input.empty()) {
    std::vector<std::string> offsets;
    for (const int64_t offset : view.state.input_offsets) offsets.push_back(std::to_string(offset));
    table.Add({"input", batch.input + (offsets.empty() ? "" : ", read up to " + Joined(offsets))});
    if (view.state.bad_messages > 0) table.Add({"bad", std::to_string(view.state.bad_messages) + " messages"});
  }
  if (!batch.keep.empty()) table.Add({"keeps", Joined(batch.keep)});
  table.Add({"fires", TriggerText(batch.trigger)});
  if (view.next_micros > 0) table.Add({"next", TimeText(view.next_micros)});
  table.Add({"waiting", std::to_string(view.state.rows) + " rows, " + std::to_string(view.state.bytes) + " bytes"});
  if (view.state.rows > 0) table.Add({"oldest", TimeText(view.state.oldest_micros)});
  table.Add({"created", TimeText(batch.created_micros) + " by " + batch.who});
  Print(table.ToString());
  if (!view.unfinished.empty()) PrintFirings(view.unfinished);
}

Status List(BatchStore& store, bool as_json) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatchSet batches, store.ReadAll());
  if (as_json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("batches");
      json.BeginArray();
      for (const auto& [name, batch] : batches) WriteJson(*batch, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"BATCH", "MODEL", "FIRES", "OUTPUT"});
  for (const auto& [name, batch] : batches) {
    table.Add({name, batch->model, TriggerText(batch->trigger), batch->output});
  }
  Print(table.empty() ? "no batches yet; 'scoreway batches create' makes one\n" : table.ToString());
  return {};
}

Status Create(const Service& service, const BatchesOptions& options) {
  StoredBatch batch;
  batch.name = options.name;
  batch.model = options.model;
  batch.output = options.output;
  batch.input = options.topic;
  batch.keep = options.keep;
  batch.outputs = options.outputs;
  batch.trigger.cron = options.cron;
  batch.trigger.timezone = options.timezone;
  batch.trigger.rows = options.rows;
  if (!options.age.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t micros, ReadDuration("--age", options.age));
    batch.trigger.age_seconds = std::max<int64_t>(micros / 1'000'000, 1);
  }
  batch.trigger.after_version = options.after_version;
  batch.trigger.after_move = options.after_move;
  batch.who = CurrentUser();
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenVersion(options.registry, options.engines, batch.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer,
                            source.engines->MakeScorer(source.model, ScorerOptions{}));
  SCOREWAY_RETURN_IF_ERROR(CheckOutputs(batch, *scorer->output_schema()));
  return CreateBatch(service, std::move(batch)).status();
}

Status Add(BatchStore& store, const BatchesOptions& options) {
  const std::optional<TableFormat> format =
      options.input_format ? options.input_format : TableFormatOfPath(options.input);
  if (!format) {
    return Status(Code::kInvalidArgument,
                  "its name does not say how its rows are written; --input-format csv, jsonl, arrow or parquet does",
                  options.input);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(options.name));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenVersion(options.registry, options.engines, batch.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer,
                            source.engines->MakeScorer(source.model, ScorerOptions{}));
  SCOREWAY_ASSIGN_OR_RETURN(const RowReading reading, ReadingOf(options.registry, source));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> file, InputFile::Open(options.input));
  Result<StoreRowsAnswer> stored = StoreFileOfRows(store, batch, {reading.schema, reading.may_be_absent, {}}, *scorer,
                                                   file, *format, options.delimiter);
  if (!stored.ok()) return AtPlace(options.input, ToError(std::move(stored)));
  RemarkOnIgnoredColumns(stored->ignored_columns, options.input);
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.IntField("firing", stored->stored.firing);
      json.IntField("rows", stored->stored.rows);
    });
  } else {
    Print(std::to_string(stored->stored.rows) + " rows wait for firing " + std::to_string(stored->stored.firing) +
          "\n");
  }
  return {};
}

Status History(BatchStore& store, const BatchesOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(options.name));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Firing> firings, store.Firings(batch.name, 0, options.count));
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("firings");
      json.BeginArray();
      for (const Firing& firing : firings) WriteJson(firing, &json);
      json.EndArray();
    });
  } else {
    firings.empty() ? Print("it has not fired yet\n") : PrintFirings(firings);
  }
  return {};
}

// All pages as one table, or the rows alone, a line each.
Status PrintBadRows(BatchStore& store, const BatchesOptions& options) {
  constexpr size_t kTextColumn = 3;
  BadRowsPage page;
  bool is_first = true;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(page, store.BadRows(options.name, options.firing, page.next_page_token));
    SCOREWAY_ASSIGN_OR_RETURN(const Batch rows, ReadBadRows(page.lines));
    std::string text;
    if (!options.only_rows) {
      if (is_first && rows.rows() > 0) AppendCsvHeader(rows.schema(), {}, &text);
      AppendCsvRows(rows, {}, &text);
    }
    for (size_t i = 0; options.only_rows && i < rows.rows(); ++i) {
      std::string row(rows.column(kTextColumn).string_at(i));
      std::ranges::replace(row, '\n', ' ');
      text += row + "\n";
    }
    Print(text);
    is_first = false;
  } while (!page.next_page_token.empty());
  return {};
}

void PrintFiring(const Firing& firing, bool as_json) { as_json ? PrintAsJson(firing) : PrintFirings({firing}); }

}  // namespace

Status RunBatches(const BatchesOptions& options) {
  using Action = BatchesOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  BatchService batches(*registry.store, SystemClock(), std::chrono::milliseconds(0));
  const Service service{.registry = registry.registry.get(), .batches = &batches};
  switch (options.action) {
    case Action::kList: return List(batches.store, options.json);
    case Action::kDelete: return DeleteBatch(service, options.name, options.drop_rows);
    case Action::kAdd: return Add(batches.store, options);
    case Action::kHistory: return History(batches.store, options);
    case Action::kFire: {
      SCOREWAY_ASSIGN_OR_RETURN(const Firing firing, FireBatch(service, options.name, CurrentUser()));
      PrintFiring(firing, options.json);
      return {};
    }
    case Action::kRetry: {
      SCOREWAY_ASSIGN_OR_RETURN(const Firing firing, RetryFiring(service, options.name, options.firing));
      PrintFiring(firing, options.json);
      return {};
    }
    case Action::kBad: return PrintBadRows(batches.store, options);
    case Action::kCreate: SCOREWAY_RETURN_IF_ERROR(Create(service, options)); break;
    case Action::kShow: break;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BatchView view, ReadBatch(service, options.name));
  options.json ? PrintAsJson(view) : PrintView(view);
  return {};
}

}  // namespace scoreway
