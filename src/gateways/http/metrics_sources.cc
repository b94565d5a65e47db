// What /metrics says beside the requests: the loaded models, and the process.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <string>

#include "gateways/http/metrics.h"
#include "gateways/http/metrics_text.h"
#include "gateways/http/span_exporter.h"
#include "service/gathering_scorer.h"
#include "service/online_features.h"
#include "service/records.h"
#include "service/serving_set.h"
#include "service/shadow_scorer.h"
#include "service/worker_pool.h"

namespace scoreway::http {
namespace {

struct Memory {
  uint64_t virtual_pages = 0, resident_pages = 0;
};

Memory ReadMemory() {
  Memory memory;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re"); file != nullptr) {
    unsigned long size = 0, resident = 0;
    if (std::fscanf(file, "%lu %lu", &size, &resident) == 2) memory = {size, resident};
    std::fclose(file);
  }
  return memory;
}

// In seconds since 1970; 0 if unknown.
double StartTime() {
  double start_ticks = 0, boot_seconds = 0;
  if (std::FILE* file = std::fopen("/proc/self/stat", "re"); file != nullptr) {
    // The second field is the name in parentheses; the 22nd is the start in ticks since boot.
    unsigned long long ticks = 0;
    if (std::fscanf(file,
                    "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                    &ticks) == 1) {
      start_ticks = static_cast<double>(ticks);
    }
    std::fclose(file);
  }
  if (std::FILE* file = std::fopen("/proc/stat", "re"); file != nullptr) {
    char line[256];
    unsigned long long seconds = 0;
    while (std::fgets(line, sizeof line, file) != nullptr) {
      if (std::sscanf(line, "btime %llu", &seconds) == 1) boot_seconds = static_cast<double>(seconds);
    }
    std::fclose(file);
  }
  return boot_seconds == 0 ? 0 : boot_seconds + start_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

uint64_t OpenDescriptors() {
  uint64_t count = 0;
  std::error_code ec;
  for (std::filesystem::directory_iterator item("/proc/self/fd", ec), end; !ec && item != end; item.increment(ec))
    ++count;
  return count;
}

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

void AppendModelMetrics(const ServingSet& set, std::string* out) {
  MetricsText text(out);
  const std::vector<Handle> models = set.LoadedModels();
  const auto each_version = [&](std::string_view name, std::string_view help, auto value) {
    text.Describe(name, "gauge", help);
    for (const Handle& model : models) {
      text.Value({{"model", model->name}, {"version", std::to_string(model->version)}}, value(*model));
    }
  };
  each_version("scoreway_model_bytes", "Memory of a loaded version.",
               [](const LoadedModel& model) { return static_cast<uint64_t>(model.bytes); });
  each_version("scoreway_model_load_seconds", "How long loading the version took.",
               [](const LoadedModel& model) { return model.load_seconds; });
  each_version("scoreway_model_cost_seconds_per_byte", "What a byte of request body is reckoned to take.",
               [](const LoadedModel& model) {
                 return static_cast<double>(model.nanoseconds_per_byte.load(std::memory_order_relaxed)) * 1e-9;
               });
  const auto each_gathering = [&](std::string_view name, std::string_view help, uint64_t GatherCounts::*count) {
    text.Describe(name, "counter", help);
    for (const Handle& model : models) {
      const GatheringScorer* gathering = GatheringOf(*model->scorer);
      if (gathering == nullptr) continue;
      text.Value({{"model", model->name}, {"version", model->version_text}}, gathering->counts().*count);
    }
  };
  each_gathering("scoreway_gathered_calls_total", "Calls of a version whose requests are gathered.",
                 &GatherCounts::calls);
  each_gathering("scoreway_gathered_requests_total", "Requests in these calls.", &GatherCounts::requests);
  each_gathering("scoreway_gathered_rows_total", "Rows in these calls.", &GatherCounts::rows);
  each_gathering("scoreway_gathered_calls_failed_total",
                 "Such calls of several requests that failed, so that each was scored alone.", &GatherCounts::split);
  text.Describe("scoreway_model_load_failures_total", "counter", "Versions that could not be loaded.");
  text.Value({}, set.load_failures());
  text.Describe("scoreway_models_loaded_bytes", "gauge", "Memory of all loaded versions; --model-memory limits it.");
  text.Value({}, static_cast<uint64_t>(set.loaded_bytes()));
  text.Describe("scoreway_model_unloads_total", "counter", "Versions that have left memory.");
  text.Value({}, set.unloads());
  text.Describe("scoreway_model_loads_waiting", "gauge", "References that are being loaded.");
  text.Value({}, static_cast<uint64_t>(set.loads_waiting()));

  std::set<std::pair<std::string_view, const ModelStats*>> names;
  for (const Handle& model : models) names.emplace(model->name, model->stats.get());
  text.Describe("scoreway_model_rows_total", "counter", "Rows scored, by model.");
  for (const auto& [name, stats] : names) text.Value({{"model", name}}, stats->Read().rows);
  text.Describe("scoreway_model_errors_total", "counter", "Predictions that failed, by model.");
  for (const auto& [name, stats] : names) text.Value({{"model", name}}, stats->Read().errors);
  text.Describe("scoreway_model_score_seconds", "histogram", "Scoring one request's rows, by model.");
  for (const auto& [name, stats] : names) text.Histogram({{"model", name}}, stats->Read().latency);
}

void AppendPoolMetrics(std::initializer_list<std::pair<std::string_view, const WorkerPool*>> pools, std::string* out) {
  MetricsText text(out);
  std::vector<std::pair<std::string_view, FairQueue::ModelState>> states;
  for (const auto& [pool, state_of] : pools) {
    for (FairQueue::ModelState& state : state_of->models()) states.emplace_back(pool, std::move(state));
  }
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    text.Describe(name, type, help);
    for (const auto& [pool, state] : states) text.Value({{"pool", pool}, {"model", state.name}}, value(state));
  };
  using State = FairQueue::ModelState;
  each("scoreway_pool_waiting", "gauge", "Requests that wait for their turn.",
       [](const State& state) { return static_cast<uint64_t>(state.waiting); });
  each("scoreway_pool_running", "gauge", "Requests being worked on in the pool.",
       [](const State& state) { return static_cast<uint64_t>(state.running); });
  each("scoreway_pool_dropped_total", "counter",
       "Requests given up by their callers, or past their time, while they waited.",
       [](const State& state) { return state.unwanted; });
  text.Describe("scoreway_pool_refused_total", "counter",
                "Requests refused, as the model's queue or the pool was full.");
  for (const auto& [pool, state] : states) {
    text.Value({{"pool", pool}, {"model", state.name}, {"reason", "model_busy"}}, state.refused_as_busy);
    text.Value({{"pool", pool}, {"model", state.name}, {"reason", "pool_full"}}, state.refused_as_full);
  }
}

void AppendFeatureMetrics(const FeatureReader& reader, std::string* out) {
  MetricsText text(out);
  const FeatureReadCounts counts = reader.counts();
  text.Describe("scoreway_feature_keys_total", "counter", "Keys looked up in feature views, by where they were found.");
  text.Value({{"from", "cache"}}, counts.cached);
  text.Value({{"from", "store"}}, counts.read);
  text.Describe("scoreway_feature_keys_absent_total", "counter", "Keys looked up of which a view has no row.");
  text.Value({}, counts.absent);
  text.Describe("scoreway_feature_keys_failed_total", "counter", "Keys of which the store gave no answer in time.");
  text.Value({}, counts.failed);
}

void AppendRecordMetrics(const Records& records, std::string* out) {
  if (records.log == nullptr) return;
  MetricsText text(out);
  const PredictionLogCounts counts = records.log->counts();
  text.Describe(
      "scoreway_log_predictions_total", "counter",
      "Predictions handed to the prediction log: written, dropped for want of room, or refused by the store.");
  text.Value({{"result", "written"}}, counts.written);
  text.Value({{"result", "dropped"}}, counts.dropped);
  text.Value({{"result", "failed"}}, counts.failed);
  text.Describe("scoreway_log_waiting_bytes", "gauge", "Predictions that wait to be written.");
  text.Value({}, counts.bytes_waiting);
}

void AppendShadowMetrics(const ShadowScorer& shadows, std::string* out) {
  MetricsText text(out);
  const ShadowCounts counts = shadows.counts();
  text.Describe("scoreway_shadow_requests_total", "counter",
                "Copies of requests for shadows: scored, dropped for want of room, or failed.");
  text.Value({{"result", "scored"}}, counts.scored);
  text.Value({{"result", "dropped"}}, counts.dropped);
  text.Value({{"result", "failed"}}, counts.failed);
}

void AppendSpanMetrics(const SpanExporter& spans, std::string* out) {
  MetricsText text(out);
  const SpanCounts counts = spans.counts();
  text.Describe("scoreway_spans_total", "counter", "Spans for the collector: sent, or dropped.");
  text.Value({{"result", "sent"}}, counts.sent);
  text.Value({{"result", "dropped"}}, counts.dropped);
}

void AppendProcessMetrics(std::string* out) {
  MetricsText text(out);
  const Memory memory = ReadMemory();
  const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  text.Describe("scoreway_build_info", "gauge", "The version that runs, as a label.");
  text.Value({{"version", SCOREWAY_VERSION}}, uint64_t{1});
  text.Describe("process_cpu_seconds_total", "counter", "Processor time used.");
  text.Value({}, CpuSeconds());
  text.Describe("process_resident_memory_bytes", "gauge", "Resident memory.");
  text.Value({}, memory.resident_pages * page);
  text.Describe("process_virtual_memory_bytes", "gauge", "Address space.");
  text.Value({}, memory.virtual_pages * page);
  text.Describe("process_open_fds", "gauge", "Open file descriptors.");
  text.Value({}, OpenDescriptors());
  text.Describe("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.");
  text.Value({}, StartTime());
}

}  // namespace scoreway::http
