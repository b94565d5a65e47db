#include "service/log_window.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/duration_text.h"
#include "base/number_text.h"
#include "record/prediction_chunk.h"

namespace scoreway {
namespace {

constexpr uint64_t kWindowRowsMax = 1'000'000'000;

// Predictions of chunks, gathered as columns.
class WindowProfile {
 public:
  explicit WindowProfile(const LogWindow& window) : window_(window) {}

  bool is_full() const { return window_.rows > 0 && profile_.rows() >= window_.rows; }

  Status Add(const PredictionChunk& chunk) {
    SCOREWAY_RETURN_IF_ERROR(Fit(chunk));
    if (!inputs_ || !outputs_) return {};
    inputs_->Clear();
    outputs_->Clear();
    PredictionHead head;
    uint64_t taken = 0;
    for (size_t i = 0; i < chunk.size() && (window_.rows == 0 || profile_.rows() + taken < window_.rows); ++i) {
      const size_t index = window_.oldest ? i : chunk.size() - 1 - i;
      SCOREWAY_RETURN_IF_ERROR(chunk.ReadHead(index, &head));
      if (head.is_shadow != window_.shadow || head.time_micros < window_.from_micros ||
          head.time_micros >= window_.to_micros)
        continue;
      SCOREWAY_RETURN_IF_ERROR(chunk.AppendCells(index, &*inputs_, &*outputs_));
      profile_.CountRows(0, head.time_micros);
      ++taken;
    }
    profile_.AddCells(*inputs_, 0);
    profile_.AddCells(*outputs_, inputs_->column_count());
    profile_.CountRows(taken, 0);
    return {};
  }

  Profile Finish() && { return std::move(profile_); }

 private:
  // The columns are those of the first chunk; a version has no others.
  Status Fit(const PredictionChunk& chunk) {
    if (inputs_) {
      const bool is_same =
          inputs_->schema().fields() == chunk.inputs() && outputs_->schema().fields() == chunk.outputs();
      return is_same ? Status() : Status(Code::kCorrupt, "chunks of one version have different columns");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const auto inputs, Schema::Make(chunk.inputs()));
    SCOREWAY_ASSIGN_OR_RETURN(const auto outputs, Schema::Make(chunk.outputs()));
    inputs_.emplace(inputs);
    outputs_.emplace(outputs);
    const ProfileOptions options = Profile::OptionsFor(inputs->size() + outputs->size());
    for (const Field& field : inputs->fields()) profile_.AddColumn(field.name, KindOf(field.type), false, options);
    for (const Field& field : outputs->fields()) profile_.AddColumn(field.name, KindOf(field.type), true, options);
    profile_.KeepRows();
    return {};
  }

  const LogWindow& window_;
  Profile profile_;
  std::optional<Batch> inputs_, outputs_;
};

}  // namespace

Result<LogWindow> ReadWindow(std::string_view text, int64_t now_micros, int64_t ago_micros) {
  LogWindow window;
  window.to_micros = ago_micros == 0 ? INT64_MAX : now_micros - ago_micros;
  int64_t rows = 0;
  if (ParseInt64(text, &rows) == NumberParse::kOk && rows > 0 && static_cast<uint64_t>(rows) <= kWindowRowsMax) {
    window.rows = static_cast<uint64_t>(rows);
    return window;
  }
  const auto micros = ParseDuration(text);
  if (!micros || *micros <= 0 || ParseInt64(text, &rows) == NumberParse::kOk) {
    return Error{Code::kInvalidArgument,
                 "'" + std::string(text.substr(0, 80)) + "' is neither a number of rows nor a time such as 1h",
                 "window"};
  }
  window.from_micros = now_micros - ago_micros - *micros;
  return window;
}

Result<Profile> ProfileLog(const Records& records, std::string_view model, int64_t version, const LogWindow& window) {
  TimeRange range{.from_micros = std::max<int64_t>(window.from_micros, 0), .to_micros = window.to_micros};
  range.oldest_first = window.oldest;
  RecordCursor cursor = records.rows.Read(RecordStream::kPredictions, model, range);
  WindowProfile profile(window);
  while (!profile.is_full()) {
    SCOREWAY_ASSIGN_OR_RETURN(auto found, cursor.Next());
    if (!found) break;
    Result<PredictionChunk> chunk = PredictionChunk::Parse(std::move(found->bytes));
    Status added = chunk.ok() ? Status() : chunk.status();
    if (chunk.ok() && chunk->version() == version) added = profile.Add(*chunk);
    if (!added.ok()) return AtPlace("chunk of '" + std::string(model) + "'", std::move(added).error());
  }
  return std::move(profile).Finish();
}

}  // namespace scoreway
