#include "service/predict.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <random>

namespace scoreway {
namespace {

constexpr size_t kWorkspacesMax = 64;
// A request of more rows than this does not leave its memory behind.
constexpr size_t kKeptRows = 16'384;

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
Predictor::Predictor(unsigned slot) : slot_(slot) {
  static std::atomic<uint64_t> predictors{0};
  AppendHex(ProcessNumber(), &id_);
  id_ += '-';
  AppendHex(predictors.fetch_add(1), &id_);
  id_ += '-';
  id_prefix_ = id_.size();
}

std::string_view Predictor::NextPredictionId() {
  id_.resize(id_prefix_);
  AppendHex(++id_count_, &id_);
  return id_;
}

Predictor::Workspace& Predictor::For(const Handle& model) {
  std::unique_ptr<Workspace>& workspace = workspaces_[model->load_number];
  if (workspace == nullptr) {
    workspace =
        std::make_unique<Workspace>(Workspace{model, Batch(model->scorer->input_schema()),
                                              Batch(model->scorer->output_schema()), model->scorer->MakeScratch()});
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

Batch* Predictor::Input(const Handle& model) {
  Workspace& workspace = For(model);
  if (workspace.input.rows() > kKeptRows) {
    workspace.input = Batch(model->scorer->input_schema());
    workspace.output = Batch(model->scorer->output_schema());
  }
  workspace.input.Clear();
  return &workspace.input;
}

Result<const Batch*> Predictor::Run(const Handle& model) {
  Workspace& workspace = For(model);
  const auto start = std::chrono::steady_clock::now();
  Status status = model->scorer->Run(workspace.input, *workspace.scratch, &workspace.output);
  if (!status.ok()) {
    model->stats->AddError(slot_);
    return ToError(std::move(status));
  }
  const auto spent = std::chrono::steady_clock::now() - start;
  model->stats->AddPrediction(slot_, workspace.input.rows(),
                              std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count());
  return &workspace.output;
}

}  // namespace scoreway
