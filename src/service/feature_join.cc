#include "service/feature_join.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "data/codec/column_names.h"
#include "data/copy_rows.h"
#include "features/feature_key.h"

namespace scoreway {
namespace {

bool NeedsLookUp(const FeaturePlan::Fetch& fetch, const Batch& rows, size_t row) {
  return std::ranges::any_of(
      fetch.columns, [&](const FeaturePlan::Column& column) { return !rows.column(column.of_input).valid(row); });
}

}  // namespace

FeatureJoin::FeatureJoin(FeatureReader* reader, const Clock& clock, const Signature& signature, FeaturePlan plan)
    : reader_(reader), clock_(clock), plan_(std::move(plan)), from_view_(signature.inputs.size(), false) {
  for (const InputField& input : signature.inputs) may_be_missing_.push_back(input.missing == MissingRule::kModel);
  for (const FeaturePlan::Fetch& fetch : plan_.fetches) {
    uses_.push_back({.view = fetch.view->name});
    for (const FeaturePlan::Column& column : fetch.columns) from_view_[column.of_input] = true;
  }
}

Status FeatureJoin::Complete(Batch* rows, Batch* inputs, uint64_t rows_before) {
  inputs->Clear();
  for (size_t i = 0; i < plan_.fetches.size(); ++i) {
    const FeaturePlan::Fetch& fetch = plan_.fetches[i];
    uses_[i] = {.view = fetch.view->name};
    if (Status status = LookUp(fetch, *rows, &uses_[i]); !status.ok()) return status;
    FillColumns(fetch, *rows, inputs);
    SCOREWAY_RETURN_IF_ERROR(CheckFilled(fetch, *inputs, rows_before));
  }
  for (size_t i = 0; i < from_view_.size(); ++i) {
    if (!from_view_[i]) std::swap(inputs->column(i), rows->column(i));
  }
  return {};
}

Status FeatureJoin::LookUp(const FeaturePlan::Fetch& fetch, const Batch& rows, FeatureUse* use) {
  keys_.clear();
  found_.clear();
  key_of_row_.assign(rows.rows(), 0);
  failure_ = Status();
  std::unordered_map<std::string, uint32_t> places;
  std::string key;
  for (size_t row = 0; row < rows.rows(); ++row) {
    if (!NeedsLookUp(fetch, rows, row)) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_key, MakeFeatureKey(rows, fetch.keys, fetch.view->keys, row, &key));
    if (!has_key) continue;
    ++use->looked_up;
    if (rows.rows() == 1) {
      keys_.push_back(key);
      key_of_row_[0] = 1;
      break;
    }
    const auto [at, is_new] = places.try_emplace(key, static_cast<uint32_t>(keys_.size() + 1));
    if (is_new) keys_.push_back(key);
    key_of_row_[row] = at->second;
  }
  if (keys_.empty()) return {};
  failure_ = reader_->Read(*fetch.view, keys_, &found_);
  use->failed = !failure_.ok();
  if (use->failed) found_.assign(keys_.size(), nullptr);

  const int64_t now = clock_.NowMicros();
  parsed_.resize(std::max(parsed_.size(), keys_.size()));
  is_fresh_.assign(keys_.size(), false);
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (found_[i] == nullptr) continue;
    if (Status status = parsed_[i].Parse(*found_[i], fetch.view->columns); !status.ok()) {
      return AtPlace("feature view '" + fetch.view->name + "'", std::move(status).error());
    }
    is_fresh_[i] = IsFresh(*fetch.view, parsed_[i].event_time_micros(), now);
    if (is_fresh_[i]) use->oldest_micros = std::max(use->oldest_micros, now - parsed_[i].event_time_micros());
  }
  for (const uint32_t place : key_of_row_) use->found += place != 0 && is_fresh_[place - 1] ? 1 : 0;
  return {};
}

void FeatureJoin::FillColumns(const FeaturePlan::Fetch& fetch, const Batch& rows, Batch* inputs) const {
  for (const FeaturePlan::Column& column : fetch.columns) {
    const Column& given = rows.column(column.of_input);
    Column& filled = inputs->column(column.of_input);
    for (size_t row = 0; row < rows.rows(); ++row) {
      const uint32_t place = key_of_row_[row];
      if (given.valid(row) || place == 0 || !is_fresh_[place - 1]) {
        AppendCell(given, row, &filled);
      } else {
        parsed_[place - 1].AppendTo(column.of_view, &filled);
      }
    }
  }
}

Status FeatureJoin::CheckFilled(const FeaturePlan::Fetch& fetch, const Batch& inputs, uint64_t rows_before) const {
  for (const FeaturePlan::Column& column : fetch.columns) {
    const Column& filled = inputs.column(column.of_input);
    if (may_be_missing_[column.of_input] || filled.null_count() == 0) continue;
    if (!failure_.ok()) return failure_.error();
    size_t row = 0;
    while (filled.valid(row)) ++row;
    std::string keys;
    for (const Field& key : fetch.view->keys) keys += (keys.empty() ? "" : ", ") + Quoted(key.name);
    const std::string view = "feature view '" + fetch.view->name + "'";
    const uint32_t place = key_of_row_[row];
    const std::string why = place == 0 ? "neither it nor the key " + keys + " for the " + view + " is given"
                            : !is_fresh_[place - 1]
                                ? "the " + view + " has no features of this key, or only expired ones"
                                : "the " + view + " has none for this key";
    return Status(Code::kInvalidArgument, "the value is missing: " + why,
                  "row " + std::to_string(rows_before + row + 1) + ", column " +
                      Quoted(inputs.schema().field(column.of_input).name));
  }
  return {};
}

}  // namespace scoreway
