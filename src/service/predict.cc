#include "service/predict.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <random>

namespace scoreway {
namespace {

constexpr size_t kWorkspacesMax = 64;
// A request of more rows than this does not leave its memory behind.
constexpr size_t kKeptRows = 16'384;
// A look-up in a store that takes longer would hold up the requests behind.
constexpr float kReadHereNanosecondsMax = 200'000;

uint64_t ProcessNumber() {
  static const uint64_t number = [] {
    std::random_device random;
    return (uint64_t{random()} << 32) | random();
  }();
  return number;
}

void AppendHex(uint64_t value, std::string* out) {
  char digits[16];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr);
}

}  // namespace

// An id is process-predictor-count: two random halves of a process number, then numbers, so that making one costs no
// lock and no randomness.
Predictor::Predictor(unsigned slot, OnlineFeatures* features, Records* records)
    : slot_(slot),
      features_(features),
      records_(records),
      feature_views_(features == nullptr ? nullptr : &features->catalogue),
      sampling_(slot) {
  static std::atomic<uint64_t> predictors{0};
  AppendHex(ProcessNumber(), &id_);
  id_ += '-';
  AppendHex(predictors.fetch_add(1), &id_);
  id_ += '-';
  id_prefix_ = id_.size();
}

void Predictor::MakePredictionId() {
  id_.resize(id_prefix_);
  AppendHex(++id_count_, &id_);
}

void Predictor::Log(const Handle& model, const Workspace& workspace, const RequestNote& note, int64_t nanoseconds) {
  const PredictionHead head{.time_micros = records_->clock.NowMicros(),
                            .latency_micros = static_cast<uint32_t>(std::min<int64_t>(nanoseconds / 1000, UINT32_MAX)),
                            .id = id_,
                            .alias = note.alias,
                            .caller = note.caller,
                            .trace_id = note.trace_id};
  records_->log->Add(slot_, model->target, head, workspace.input, workspace.output, note.keys);
  logged_ = &workspace.input;
  logged_keys_ = note.keys;
}

Predictor::Workspace& Predictor::For(const Handle& model) {
  std::unique_ptr<Workspace>& workspace = workspaces_[model->load_number];
  if (workspace == nullptr) {
    workspace = std::make_unique<Workspace>(model);
    Workspace& made = *workspace;
    made.last_use = ++uses_;
    if (workspaces_.size() > kWorkspacesMax) DropOldest();
    return made;
  }
  workspace->last_use = ++uses_;
  return *workspace;
}

void Predictor::DropOldest() {
  // First what belongs to models that are gone; else what was used longest ago.
  if (std::erase_if(workspaces_, [](const auto& item) { return item.second->model.expired(); }) > 0) return;
  auto oldest = workspaces_.begin();
  for (auto item = workspaces_.begin(); item != workspaces_.end(); ++item) {
    if (item->second->last_use < oldest->second->last_use) oldest = item;
  }
  workspaces_.erase(oldest);
}

void Predictor::FollowFeatures(const Handle& model, Workspace& workspace) {
  const uint64_t number = feature_views_.Follow();
  if (workspace.features_number == number) return;
  workspace.features_number = number;
  workspace.joined = nullptr;
  feature_uses_ = {};
  const auto& views_of_model = feature_views_.value().views_of_model;
  const auto views = views_of_model.find(model->name);
  if (views == views_of_model.end()) return;
  const Signature& signature = model->model->signature();
  Result<FeaturePlan> plan = PlanFeatures(signature, views->second);
  if (plan.ok() && plan->empty()) return;
  workspace.joined = std::make_unique<Joined>();
  Joined& joined = *workspace.joined;
  joined.json = model->json_options;
  joined.csv = model->csv_options;
  if (!plan.ok()) {
    joined.fault = plan.status();
    return;
  }
  joined.json.may_be_absent = joined.csv.may_be_absent = plan->may_be_absent;
  joined.csv.bind_by_position = false;
  joined.rows = std::make_unique<Batch>(plan->row_schema);
  joined.join = std::make_unique<FeatureJoin>(&features_->reader, features_->clock, signature, std::move(*plan));
}

Predictor::Rows Predictor::Input(const Handle& model) {
  Workspace& workspace = For(model);
  if (features_ != nullptr) FollowFeatures(model, workspace);
  if (workspace.input.rows() > kKeptRows) {
    workspace.input = Batch(model->scorer->input_schema());
    workspace.output = Batch(model->scorer->output_schema());
  }
  workspace.input.Clear();
  Joined* const joined = workspace.joined.get();
  if (joined == nullptr) return {&workspace.input, &model->json_options, &model->csv_options};
  if (joined->rows == nullptr) return {&workspace.input, &joined->json, &joined->csv};
  if (joined->rows->rows() > kKeptRows) joined->rows = std::make_unique<Batch>(joined->rows->shared_schema());
  joined->rows->Clear();
  return {joined->rows.get(), &joined->json, &joined->csv};
}

bool Predictor::WaitsForFeatures(const Handle& model) {
  if (features_ == nullptr) return false;
  Workspace& workspace = For(model);
  FollowFeatures(model, workspace);
  return workspace.joined != nullptr && features_->reader.nanoseconds_of_read() > kReadHereNanosecondsMax;
}

Result<const Batch*> Predictor::Run(const Handle& model, const RequestNote& note, uint64_t rows_before) {
  Workspace& workspace = For(model);
  const auto start = std::chrono::steady_clock::now();
  feature_uses_ = {};
  logged_ = nullptr;
  Status status;
  if (Joined* const joined = workspace.joined.get()) {
    if (!joined->fault.ok()) status = Status(joined->fault.error());
    if (status.ok() && joined->join != nullptr) {
      status = joined->join->Complete(joined->rows.get(), &workspace.input, rows_before);
      feature_uses_ = joined->join->uses();
    }
  }
  if (status.ok() && !note.keys.empty() && note.keys.size() != workspace.input.rows()) {
    status = Status(Code::kInvalidArgument,
                    std::to_string(note.keys.size()) + " keys for " + std::to_string(workspace.input.rows()) + " rows");
  }
  if (status.ok()) status = model->scorer->Run(workspace.input, *workspace.scratch, &workspace.output, rows_before);
  if (!status.ok()) {
    model->stats->AddError(slot_);
    return ToError(std::move(status));
  }
  const auto spent = std::chrono::steady_clock::now() - start;
  const int64_t nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count();
  model->stats->AddPrediction(slot_, workspace.input.rows(), nanoseconds);
  MakePredictionId();
  if (records_ != nullptr && records_->log != nullptr && sampling_.IsChosen(records_->sample))
    Log(model, workspace, note, nanoseconds);
  return &workspace.output;
}

}  // namespace scoreway
