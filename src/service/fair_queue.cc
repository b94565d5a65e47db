#include "service/fair_queue.h"

#include <algorithm>
#include <cmath>

namespace scoreway {
namespace {

// Until something is known of a model.
constexpr double kFirstEstimate = 1e6;
constexpr double kRetrySecondsMax = 30;

}  // namespace

FairQueue::Model& FairQueue::ModelOf(const Lane& lane) {
  auto found = models_.find(lane.model);
  if (found == models_.end()) {
    found = models_.emplace(std::string(lane.model), std::make_unique<Model>()).first;
    found->second->state.name = lane.model;
  }
  Model& model = *found->second;
  model.running_max = lane.running_max == 0 ? threads_ : std::min(lane.running_max, threads_);
  return model;
}

FairQueue::Queue& FairQueue::QueueOf(const Lane& lane) {
  auto caller = callers_.find(lane.caller);
  if (caller == callers_.end()) {
    caller = callers_.emplace(std::string(lane.caller), Caller{}).first;
    caller->second.time = now_;
  }
  Caller& found = caller->second;
  auto queue = found.queues.find(lane.model);
  if (queue == found.queues.end()) {
    queue = found.queues.emplace(std::string(lane.model), Queue{}).first;
    queue->second.model = &ModelOf(lane);
    queue->second.time = found.now;
  }
  return queue->second;
}

FairQueue::Refused FairQueue::Push(const Lane& lane, std::unique_ptr<Task> task) {
  Model& model = ModelOf(lane);
  const size_t model_max = lane.waiting_max == 0 ? waiting_max_ : lane.waiting_max;
  if (model.state.waiting >= model_max) DropUnwanted(&model);
  if (waiting_ >= waiting_max_) DropUnwanted(nullptr);
  if (waiting_ >= waiting_max_) return {std::move(task), Refuse(model, Refusal::Reason::kPoolFull)};
  std::unique_ptr<Task> evicted;
  if (model.state.waiting >= model_max) {
    evicted = EvictFor(lane, model);
    if (evicted == nullptr) return {std::move(task), Refuse(model, Refusal::Reason::kModelBusy)};
  }
  QueueOf(lane).tasks.push_back(std::move(task));
  ++model.state.waiting;
  ++waiting_;
  if (evicted == nullptr) return {};
  return {std::move(evicted), Refuse(model, Refusal::Reason::kModelBusy)};
}

Refusal FairQueue::Refuse(Model& model, Refusal::Reason reason) const {
  ++(reason == Refusal::Reason::kModelBusy ? model.state.refused_as_busy : model.state.refused_as_full);
  const double seconds = static_cast<double>(model.state.waiting) * model.mean_nanoseconds / model.running_max / 1e9;
  return {reason, std::chrono::seconds(static_cast<int64_t>(std::clamp(std::ceil(seconds), 1.0, kRetrySecondsMax)))};
}

void FairQueue::DropUnwanted(const Model* model) {
  for (auto caller = callers_.begin(); caller != callers_.end();) {
    for (auto& [name, queue] : caller->second.queues) {
      if (model != nullptr && queue.model != model) continue;
      const size_t dropped = std::erase_if(queue.tasks, [](const auto& task) { return !task->IsWanted(); });
      queue.model->state.unwanted += dropped;
      queue.model->state.waiting -= dropped;
      waiting_ -= dropped;
    }
    std::erase_if(caller->second.queues, [](const auto& item) { return item.second.IsIdle(); });
    caller = caller->second.queues.empty() ? callers_.erase(caller) : std::next(caller);
  }
}

// From the caller with the longest queue, unless that would be this one's afterwards.
std::unique_ptr<Task> FairQueue::EvictFor(const Lane& lane, const Model& model) {
  Queue* longest = nullptr;
  size_t own = 0;
  for (auto& [name, caller] : callers_) {
    const auto found = caller.queues.find(lane.model);
    if (found == caller.queues.end()) continue;
    if (name == lane.caller) own = found->second.tasks.size();
    if (longest == nullptr || found->second.tasks.size() > longest->tasks.size()) longest = &found->second;
  }
  if (longest == nullptr || longest->model != &model || longest->tasks.size() <= own + 1) return nullptr;
  std::unique_ptr<Task> task = std::move(longest->tasks.back());
  longest->tasks.pop_back();
  --longest->model->state.waiting;
  --waiting_;
  return task;
}

FairQueue::Started FairQueue::Pop() {
  for (;;) {
    const auto [caller, queue] = Next();
    if (queue == nullptr) return {};
    std::unique_ptr<Task> task = std::move(queue->tasks.front());
    queue->tasks.pop_front();
    --queue->model->state.waiting;
    --waiting_;
    if (task->IsWanted()) return Start(caller, queue, std::move(task));
    ++queue->model->state.unwanted;
    ForgetIfIdle(caller, queue);
  }
}

std::pair<FairQueue::Caller*, FairQueue::Queue*> FairQueue::Next() {
  std::pair<Caller*, Queue*> next{nullptr, nullptr};
  for (auto& [caller_name, caller] : callers_) {
    if (next.first != nullptr && caller.time >= next.first->time) continue;
    Queue* least = nullptr;
    for (auto& [model_name, queue] : caller.queues) {
      if (queue.CanRun() && (least == nullptr || queue.time < least->time)) least = &queue;
    }
    if (least != nullptr) next = {&caller, least};
  }
  return next;
}

FairQueue::Started FairQueue::Start(Caller* caller, Queue* queue, std::unique_ptr<Task> task) {
  Model& model = *queue->model;
  Started started;
  started.task = std::move(task);
  started.caller_ = caller;
  started.queue_ = queue;
  started.estimate_ = model.mean_nanoseconds == 0 ? kFirstEstimate : model.mean_nanoseconds;
  now_ = std::max(now_, caller->time);
  caller->now = std::max(caller->now, queue->time);
  caller->time += started.estimate_;
  queue->time += started.estimate_;
  ++queue->running;
  ++model.state.running;
  return started;
}

void FairQueue::Done(const Started& started, int64_t nanoseconds) {
  const auto spent = static_cast<double>(nanoseconds);
  Model& model = *started.queue_->model;
  started.caller_->time += spent - started.estimate_;
  started.queue_->time += spent - started.estimate_;
  --started.queue_->running;
  --model.state.running;
  model.mean_nanoseconds = model.mean_nanoseconds == 0 ? spent : model.mean_nanoseconds * 0.9 + spent * 0.1;
  ForgetIfIdle(started.caller_, started.queue_);
}

void FairQueue::ForgetIfIdle(Caller* caller, Queue* queue) {
  if (!queue->IsIdle()) return;
  std::erase_if(caller->queues, [&](const auto& item) { return &item.second == queue; });
  if (caller->queues.empty()) std::erase_if(callers_, [&](const auto& item) { return &item.second == caller; });
}

std::vector<FairQueue::ModelState> FairQueue::models() const {
  std::vector<ModelState> states;
  for (const auto& [name, model] : models_) {
    if (!name.empty()) states.push_back(model->state);
  }
  return states;
}

}  // namespace scoreway
