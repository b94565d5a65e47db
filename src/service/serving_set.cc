#include "service/serving_set.h"

#include <algorithm>
#include <utility>

#include "base/name_thread.h"
#include "data/codec/json_writer.h"
#include "service/gathering_scorer.h"
#include "service/stand_back.h"
#include "service/unload_policy.h"
#include "service/warm_up.h"

namespace scoreway {
namespace {

using SteadyClock = std::chrono::steady_clock;

int64_t SteadyMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now().time_since_epoch()).count();
}

constexpr std::chrono::seconds kUnloadInterval{2};
constexpr int64_t kLastUseStep = 10;
// What a loaded version takes besides its parameters: schemas, names, kernels. Measured over small models.
constexpr size_t kLoadedBytes = 16 * 1024;

std::string Text(const Reference& reference) {
  if (!reference.alias.empty()) return reference.name + "@" + reference.alias;
  return reference.version == 0 ? reference.name : reference.name + "/" + std::to_string(reference.version);
}

// The version that an alias, or the bare name where there is none, means; 0 if none.
int64_t ResolveAlias(const std::map<std::string, int64_t, std::less<>>& aliases, int64_t newest,
                     std::string_view alias) {
  const auto find = [&](std::string_view wanted) {
    const auto found = aliases.find(wanted);
    return found == aliases.end() ? int64_t{0} : found->second;
  };
  if (alias.empty()) {
    if (const int64_t champion = find(kChampion); champion != 0) return champion;
    alias = kLatest;
  }
  const int64_t version = find(alias);
  return version == 0 && alias == kLatest ? newest : version;
}

}  // namespace

int64_t ServingSet::Name::Resolve(std::string_view alias) const { return ResolveAlias(aliases, newest, alias); }

Handle ServingSet::Reader::Find(std::string_view name, std::string_view alias, int64_t version) {
  const size_t index = ShardOf(name);
  const Shard& shard = set_->shards_[index];
  Seen& seen = seen_[index];
  for (;;) {
    const uint64_t number = shard.number.load(std::memory_order_acquire);
    if (number != seen.number) {
      std::lock_guard lock(shard.mutex);
      seen.snapshot = shard.snapshot;
      seen.number = number;
    }
    const auto found = seen.snapshot->find(name);
    if (found == seen.snapshot->end()) return nullptr;
    const Published& published = *found->second;
    const auto loaded =
        published.loaded.find(version != 0 ? version : ResolveAlias(published.aliases, published.newest, alias));
    if (loaded == published.loaded.end()) return nullptr;
    if (Handle handle = loaded->second.lock()) {
      const int64_t now = SteadyMillis();
      // Seldom written, so that threads do not fight over the line.
      if (now - handle->last_used_ms.load(std::memory_order_relaxed) >= kLastUseStep) {
        handle->last_used_ms.store(now, std::memory_order_relaxed);
      }
      return handle;
    }
    // It has left the set, and perhaps another took its place, while we looked at what was published before.
    if (shard.number.load(std::memory_order_acquire) == seen.number) return nullptr;
  }
}

ServingSet::ServingSet(ModelSource* source, const ServingSetOptions& options)
    : source_(source),
      options_(options),
      loaders_(WorkerPoolOptions{.name = "load",
                                 .threads = std::max(options.loader_threads, 1U),
                                 .waiting_max = options.load_queue_max,
                                 .niceness = kBackgroundNiceness}) {
  for (Shard& shard : shards_) shard.snapshot = std::make_shared<const Snapshot>();
  if (options_.poll_interval.count() > 0) poller_ = std::thread([this] { PollLoop(); });
}

ServingSet::~ServingSet() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (poller_.joinable()) poller_.join();
}

// ---- loading
// -----------------------------------------------------------------------------------------------------------

void ServingSet::Load(const Reference& reference, Loaded loaded) {
  const std::string key = Text(reference);
  {
    std::lock_guard lock(mutex_);
    std::vector<Loaded>& waiting = waiting_[key];
    waiting.push_back(std::move(loaded));
    if (waiting.size() > 1) return;  // the first has it under way
  }
  const auto answer = [this, key](const Result<Handle>& result) {
    std::vector<Loaded> waiting;
    {
      std::lock_guard lock(mutex_);
      waiting = std::move(waiting_[key]);
      waiting_.erase(key);
    }
    for (const Loaded& each : waiting) each(result);
  };
  if (!loaders_.Submit([this, reference, answer] { answer(LoadNow(reference)); })) {
    answer(Error{Code::kUnavailable, "too many models are being loaded; try again", Text(reference)});
  }
}

size_t ServingSet::loads_waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

Result<Handle> ServingSet::LoadNow(const Reference& reference) {
  SCOREWAY_ASSIGN_OR_RETURN(const NameState state, Update(reference.name));
  int64_t version = reference.version;
  if (version == 0) version = ResolveAlias(state.aliases, state.newest, reference.alias);
  if (version == 0 && !reference.alias.empty()) {
    return Error{Code::kNotFound, "no alias '" + reference.alias + "'", "model '" + reference.name + "'"};
  }
  if (version == 0) return Error{Code::kNotFound, "the model has no version", "model '" + reference.name + "'"};
  return EnsureLoaded(reference.name, version);
}

Result<Handle> ServingSet::EnsureLoaded(const std::string& name, int64_t version) {
  const auto key = std::make_pair(name, version);
  std::promise<Result<Handle>> promise;
  {
    std::unique_lock lock(mutex_);
    if (const auto known = names_.find(name); known != names_.end()) {
      const auto found = known->second.loaded.find(version);
      if (found != known->second.loaded.end()) return found->second;
    }
    if (const auto found = loading_.find(key); found != loading_.end()) {
      const std::shared_future<Result<Handle>> other = found->second;
      lock.unlock();
      return other.get();
    }
    loading_.emplace(key, promise.get_future().share());
  }
  Result<Handle> result = ReadModel(name, version);
  if (!result.ok()) load_failures_.fetch_add(1, std::memory_order_relaxed);
  {
    std::lock_guard lock(mutex_);
    if (result.ok()) {
      names_[name].loaded[version] = *result;
      loaded_bytes_ += (*result)->bytes;
      Publish(name);
    }
    loading_.erase(key);
  }
  promise.set_value(result);
  if (result.ok()) Unload(result->get());
  return result;
}

Result<Handle> ServingSet::ReadModel(const std::string& name, int64_t version) {
  const auto start = SteadyClock::now();
  auto loaded = std::make_shared<LoadedModel>();
  SCOREWAY_ASSIGN_OR_RETURN(PushedModel pushed, source_->ReadPushed(name, version));
  ImportOptions options;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(pushed.import_options, &options));
  SCOREWAY_ASSIGN_OR_RETURN(loaded->model, options_.engines->ReadModel(std::move(pushed.artifact), options));
  SCOREWAY_ASSIGN_OR_RETURN(loaded->scorer, options_.engines->MakeScorer(loaded->model));
  const size_t gather_rows = GatherRowsOf(options_.gather, name, version);
  if (gather_rows > 0 && loaded->model->program()) {
    const GatherOptions gather{.rows_max = gather_rows, .calls_max = options_.gather_calls_max};
    loaded->scorer = std::make_shared<const GatheringScorer>(loaded->scorer, gather);
  }
  loaded->name = name;
  loaded->version = version;
  loaded->load_number = next_load_number_.fetch_add(1, std::memory_order_relaxed);
  std::vector<bool> may_be_absent;
  for (const InputField& input : loaded->model->signature().inputs) {
    may_be_absent.push_back(input.missing == MissingRule::kModel || !input.used);
  }
  loaded->json_options.may_be_absent = may_be_absent;
  loaded->json_options.bytes_max = SIZE_MAX;  // the door has a limit of its own
  loaded->csv_options.may_be_absent = std::move(may_be_absent);
  loaded->csv_options.bind_by_position = !loaded->model->signature().inputs_named;
  auto target = std::make_shared<PredictionTarget>();
  target->model = name;
  target->version = version;
  target->inputs = loaded->scorer->input_schema();
  target->outputs = loaded->scorer->output_schema();
  loaded->target = std::move(target);
  AppendJsonString(name, &loaded->model_text);
  loaded->version_text = std::to_string(version);
  loaded->bytes = loaded->model->ByteSize() + kLoadedBytes;
  // Another process may take its time: never on the thread that read the request, until it has proved fast.
  if (loaded->model->program()) loaded->nanoseconds_per_byte.store(1e6f, std::memory_order_relaxed);
  loaded->last_used_ms.store(SteadyMillis(), std::memory_order_relaxed);
  {
    std::lock_guard lock(mutex_);
    std::shared_ptr<ModelStats>& stats = stats_[name];
    if (stats == nullptr) stats = std::make_shared<ModelStats>();
    loaded->stats = stats;
  }
  WarmUp(*loaded);
  loaded->load_seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  return Handle(std::move(loaded));
}

void ServingSet::Publish(const std::string& name) {
  Shard& shard = shards_[ShardOf(name)];
  // Only those that hold mutex_ change a snapshot.
  auto snapshot = std::make_shared<Snapshot>(*shard.snapshot);
  const auto entry = names_.find(name);
  if (entry == names_.end() || entry->second.loaded.empty()) {
    snapshot->erase(name);
  } else {
    auto published = std::make_shared<Published>();
    published->aliases = entry->second.aliases;
    published->newest = entry->second.newest;
    for (const auto& [version, handle] : entry->second.loaded) published->loaded.emplace(version, handle);
    (*snapshot)[name] = std::move(published);
  }
  std::lock_guard lock(shard.mutex);
  shard.snapshot = std::move(snapshot);
  shard.number.fetch_add(1, std::memory_order_release);
}

std::vector<Handle> ServingSet::LoadedModels() const {
  std::vector<Handle> models;
  std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : names_) {
    for (const auto& [version, handle] : entry.loaded) models.push_back(handle);
  }
  return models;
}

size_t ServingSet::loaded_bytes() const {
  std::lock_guard lock(mutex_);
  return loaded_bytes_;
}

// ---- unloading
// ---------------------------------------------------------------------------------------------------------

Handle ServingSet::Remove(const std::string& name, int64_t version) {
  auto node = names_.at(name).loaded.extract(version);
  if (node.empty()) return nullptr;
  loaded_bytes_ -= node.mapped()->bytes;
  unloads_.fetch_add(1, std::memory_order_relaxed);
  return std::move(node.mapped());
}

std::vector<Handle> ServingSet::ChooseToUnload(const LoadedModel* keep) {
  std::vector<UnloadCandidate> candidates;
  for (const auto& [name, entry] : names_) {
    for (const auto& [version, handle] : entry.loaded) {
      const bool named =
          entry.Resolve({}) == version || std::any_of(entry.aliases.begin(), entry.aliases.end(),
                                                      [v = version](const auto& alias) { return alias.second == v; });
      candidates.push_back({name, version, handle->bytes, handle->last_used_ms.load(std::memory_order_relaxed), named,
                            handle.get() == keep});
    }
  }
  const UnloadLimits limits{.last_unnamed_ms = std::chrono::milliseconds(options_.unload_after).count(),
                            .bytes_max = options_.model_bytes_max};
  std::vector<Handle> chosen;
  for (const size_t index : ChooseUnload(candidates, SteadyMillis(), limits)) {
    chosen.push_back(names_.find(std::string(candidates[index].name))->second.loaded.at(candidates[index].version));
  }
  return chosen;
}

void ServingSet::Unload(const LoadedModel* keep) {
  {
    std::lock_guard lock(mutex_);
    const bool is_full = options_.model_bytes_max > 0 && loaded_bytes_ > options_.model_bytes_max;
    const auto entry = keep == nullptr ? names_.end() : names_.find(keep->name);
    const bool has_several = entry != names_.end() && entry->second.loaded.size() > 1;
    if (keep == nullptr || is_full || has_several) {
      for (const Handle& handle : ChooseToUnload(keep)) {
        retired_.push_back(Remove(handle->name, handle->version));
        Publish(handle->name);
      }
    }
  }
  DestroyRetired();
}

void ServingSet::DestroyRetired() {
  std::vector<Handle> unused;  // destroyed after the lock is gone
  std::lock_guard lock(mutex_);
  const auto in_use =
      std::partition(retired_.begin(), retired_.end(), [](const Handle& h) { return h.use_count() > 1; });
  unused.assign(std::make_move_iterator(in_use), std::make_move_iterator(retired_.end()));
  retired_.erase(in_use, retired_.end());
}

// ---- following the registry
// --------------------------------------------------------------------------------------------

Result<NameState> ServingSet::Update(const std::string& name) {
  std::vector<int64_t> loaded;
  std::vector<std::string> aliases_in_use;
  bool bare_name_in_use = false;
  {
    std::lock_guard lock(mutex_);
    if (const auto found = names_.find(name); found != names_.end()) {
      const Name& entry = found->second;
      for (const auto& [version, handle] : entry.loaded) loaded.push_back(version);
      for (const auto& [alias, version] : entry.aliases) {
        if (entry.loaded.count(version) > 0) aliases_in_use.push_back(alias);
      }
      bare_name_in_use = entry.loaded.count(entry.Resolve({})) > 0;
    }
  }
  const uint64_t ticket = next_ticket_.fetch_add(1);
  Result<NameState> state = source_->Describe(name, loaded);
  if (!state.ok()) {
    if (state.code() != Code::kNotFound) return state;
    std::lock_guard lock(mutex_);
    const auto gone = names_.find(name);
    if (gone == names_.end()) return state;
    while (!gone->second.loaded.empty()) retired_.push_back(Remove(name, gone->second.loaded.begin()->first));
    names_.erase(gone);
    Publish(name);
    return state;
  }

  // What takes the place of a version in use must be there before it is named. If it cannot be loaded, the old one
  // stays.
  Name next{state->aliases, state->newest, {}, ticket};
  std::vector<int64_t> wanted;
  for (const std::string& alias : aliases_in_use) wanted.push_back(next.Resolve(alias));
  if (bare_name_in_use) wanted.push_back(next.Resolve({}));
  Status failed;
  for (const int64_t version : wanted) {
    if (version == 0) continue;
    if (auto handle = EnsureLoaded(name, version); !handle.ok()) failed = handle.status();
  }
  if (!failed.ok()) return ToError(std::move(failed));

  std::lock_guard lock(mutex_);
  Name& entry = names_[name];
  if (entry.ticket > ticket) return state;  // a later look has been applied already
  bool is_changed = entry.aliases != next.aliases || entry.newest != next.newest;
  for (const int64_t version : state->gone) {
    if (Handle handle = Remove(name, version)) {
      retired_.push_back(std::move(handle));
      is_changed = true;
    }
  }
  entry.aliases = std::move(next.aliases);
  entry.newest = next.newest;
  entry.ticket = ticket;
  if (is_changed) Publish(name);
  return state;
}

Status ServingSet::Refresh(const std::string& name) {
  {
    std::lock_guard lock(mutex_);
    if (names_.count(name) == 0) return {};  // not in use: it is read when asked for
  }
  Result<NameState> state = Update(name);
  return state.ok() || state.code() == Code::kNotFound ? Status() : state.status();
}

Status ServingSet::RefreshChanged() {
  std::lock_guard refreshing(refresh_mutex_);
  // Counted before reading: what changes meanwhile is seen next time.
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t changes, source_->ChangeCount());
  if (changes == seen_changes_ && !refresh_is_partial_) return {};
  std::vector<std::string> names;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : names_) {
      if (!entry.loaded.empty()) names.push_back(name);  // the others are read when asked for
    }
  }
  Status failed;
  for (const std::string& name : names) {
    if (Status status = Refresh(name); !status.ok()) failed = std::move(status);
  }
  seen_changes_ = changes;
  refresh_is_partial_ = !failed.ok();
  return failed;
}

void ServingSet::PollLoop() {
  NameThread("registry poll");
  StandBack(kBackgroundNiceness);
  auto next_unload = SteadyClock::now() + kUnloadInterval;
  auto wait = options_.poll_interval;
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, wait, [this] { return stopping_; })) {
    lock.unlock();
    // A source that is locked or a version that cannot be loaded is tried again, ever more rarely.
    wait = RefreshChanged().ok() ? options_.poll_interval : std::min(wait * 2, std::chrono::milliseconds(10'000));
    DestroyRetired();
    if (SteadyClock::now() >= next_unload) {
      Unload(nullptr);
      next_unload = SteadyClock::now() + kUnloadInterval;
    }
    lock.lock();
  }
}

}  // namespace scoreway
