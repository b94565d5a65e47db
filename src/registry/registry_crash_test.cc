// kill -9 in the middle of pushes, alias moves and logs of checkpoints: what
// was acknowledged must be there, numbers without gap or twin.
//
//     registry_crash_test [ROUNDS] [SEED]
//
// Each round two processes of four threads each push versions, move aliases and
// log to one run in one SQLite file and report every success through a pipe.
// After a random number of reports both are killed; then the file is opened and
// compared with all that was reported, in this round and those before. Exits 0
// if nothing is missing.
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/sha256.h"
#include "registry/registry.h"
#include "registry/registry_rows.h"
#include "registry/runs.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {
namespace {

constexpr int kProcesses = 2;
constexpr int kThreads = 4;
const char* const kModels[] = {"wine", "beer"};
constexpr char kRunOf[] = "wine";

// What a crash leaves of logs is taken out when it is old.
class LaterClock final : public Clock {
 public:
  int64_t NowMicros() const override { return SystemClock().NowMicros() + int64_t{2} * 3600 * 1'000'000; }
};

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "FAILED: %s\n", message.c_str());
  std::exit(1);
}

template <typename T>
T Must(Result<T> result, const std::string& what) {
  if (!result.ok()) Fail(what + ": " + result.status().ToString());
  return std::move(result).value();
}

// The bytes follow from the key, so that the parent can tell what a version
// must hold. Some are shared by many pushes, some have several chunks.
std::string ArtifactOf(const std::string& key) {
  const size_t hash = std::hash<std::string>()(key);
  if (hash % 5 == 0) return "the same bytes for all";
  return key + std::string(hash % 7 == 0 ? 5'300'000 : hash % 3000, 'x');
}

// One line a success, written in one piece: "push MODEL VERSION KEY", "move
// MODEL SEQUENCE ALIAS TO" or "log MODEL STEP KEY".
void Report(int pipe, const std::string& line) {
  if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(3);
}

// A checkpoint of the one run, at a step that is nobody else's.
void LogOne(Store& store, Runs& runs, int pipe, int64_t run, int64_t step, const std::string& key) {
  LogRequest request;
  request.name = kRunOf;
  request.run = run;
  request.step = step;
  request.metrics = {{"step", static_cast<double>(step)}};
  BlobWriter artifact(store, SystemClock());
  Status status = artifact.Append(ArtifactOf(key));
  if (status.ok()) status = runs.Log(request, &artifact).status();
  if (status.ok()) return Report(pipe, "log " + request.name + " " + std::to_string(step) + " " + key + "\n");
  if (status.code() != Code::kUnavailable) Report(pipe, "error " + status.ToString() + "\n");
}

void WorkUntilKilled(Registry& registry, Store& store, Runs& runs, int64_t run, int pipe, const std::string& prefix,
                     int64_t first_step) {
  for (int i = 0;; ++i) {
    PushRequest request;
    request.name = kModels[i % 2];
    request.idempotency_key = prefix + "." + std::to_string(i);
    if (i % 3 == 0) request.aliases = {"newest"};
    auto answer = registry.Push(request, ArtifactOf(request.idempotency_key));
    if (!answer.ok()) {
      // The two processes wait for each other; losing that wait is no fault.
      if (answer.code() == Code::kUnavailable) continue;
      Report(pipe, "error " + answer.status().ToString() + "\n");
      return;
    }
    Report(pipe, "push " + request.name + " " + std::to_string(answer->version) + " " + request.idempotency_key + "\n");
    LogOne(store, runs, pipe, run, first_step + i, request.idempotency_key + ".log");
    const AliasMove move{"champion", answer->version, {}};
    auto events = registry.SetAliases(request.name, {&move, 1}, {prefix, "crash test"});
    if (!events.ok()) continue;
    for (const AliasEvent& event : *events) {
      Report(pipe, "move " + request.name + " " + std::to_string(event.sequence) + " " + event.alias + " " +
                       std::to_string(event.to) + "\n");
    }
  }
}

[[noreturn]] void RunChild(const std::string& path, int pipe, int round, int process) {
  auto store = OpenSqliteStore(path, SystemClock());
  if (!store.ok()) {
    Report(pipe, "error " + store.status().ToString() + "\n");
    _exit(2);
  }
  Registry registry(**store, SystemClock());
  Runs runs(**store, SystemClock());
  RunInfo run;
  run.name = kRunOf;
  const auto started = runs.Start(run, "the one run");
  if (!started.ok()) {
    Report(pipe, "error " + started.status().ToString() + "\n");
    _exit(2);
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    const std::string prefix = std::to_string(round) + "." + std::to_string(process) + "." + std::to_string(t);
    const int64_t first_step = ((int64_t{round} * kProcesses + process) * kThreads + t) * 1'000;
    threads.emplace_back([&, prefix, first_step] {
      WorkUntilKilled(registry, **store, runs, started->run.number, pipe, prefix, first_step);
    });
  }
  for (auto& thread : threads) thread.join();
  _exit(2);
}

// All that was ever reported.
struct Reported {
  std::map<std::string, std::map<int64_t, std::string>> keys;                       // model, version -> key
  std::map<std::string, std::map<int64_t, std::pair<std::string, int64_t>>> moves;  // model, sequence -> alias, to

  std::map<int64_t, std::string> logs;  // step -> key

  void Take(const std::string& line) {
    std::istringstream words(line);
    std::string kind, model, text;
    int64_t number = 0;
    words >> kind >> model >> number >> text;
    if (kind == "push") {
      if (!keys[model].emplace(number, text).second) Fail("version " + std::to_string(number) + " was given out twice");
    } else if (kind == "move") {
      int64_t to = 0;
      words >> to;
      if (!moves[model].emplace(number, std::pair(text, to)).second) Fail("an event's number was given out twice");
    } else if (kind == "log") {
      if (!logs.emplace(number, text).second) Fail("a step was logged twice");
    } else {
      Fail("a worker reports: " + line);
    }
  }
};

// Reads the reports until so many lines have come, kills the processes, and
// reads what is left in the pipe.
size_t CollectReports(int pipe, const std::vector<pid_t>& children, size_t kill_after, Reported* reported) {
  std::string pending;
  size_t lines = 0;
  bool is_killed = false;
  char buffer[65536];
  while (true) {
    const ssize_t got = read(pipe, buffer, sizeof(buffer));
    if (got <= 0) break;
    pending.append(buffer, static_cast<size_t>(got));
    size_t end = 0;
    while ((end = pending.find('\n')) != std::string::npos) {
      reported->Take(pending.substr(0, end));
      pending.erase(0, end + 1);
      ++lines;
    }
    if (lines < kill_after || is_killed) continue;
    for (const pid_t child : children) kill(child, SIGKILL);
    is_killed = true;
  }
  for (const pid_t child : children) waitpid(child, nullptr, 0);
  return lines;
}

void CheckIntegrity(const std::string& path) {
  sqlite3* database = nullptr;
  std::string verdict;
  const auto take = [](void* out, int, char** values, char**) {
    *static_cast<std::string*>(out) += values[0];
    return 0;
  };
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, "PRAGMA integrity_check", take, &verdict, nullptr) != SQLITE_OK || verdict != "ok") {
    Fail("integrity check: " + verdict + " " + sqlite3_errmsg(database));
  }
  sqlite3_close(database);
}

void CheckVersions(Registry& registry, const std::string& model, const Reported& reported) {
  const auto known = reported.keys.find(model);
  if (known == reported.keys.end()) return;
  const int64_t last = Must(registry.Resolve({model, "latest", 0}), "latest");
  if (known->second.rbegin()->first > last) Fail(model + ": a version that was acknowledged is gone");
  std::set<int64_t> listed;
  ListOptions options;
  do {
    const auto page = Must(registry.ListVersions(model, options), "list");
    for (const VersionInfo& version : page.items) listed.insert(version.number);
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  if (listed.size() != static_cast<size_t>(last) || *listed.begin() != 1 || *listed.rbegin() != last) {
    Fail(model + ": the versions have a gap");
  }
  for (const int64_t version : listed) {
    const std::string bytes = Must(registry.ReadArtifact(model, version), "artifact");
    const auto key = known->second.find(version);
    if (key == known->second.end()) continue;
    if (bytes != ArtifactOf(key->second)) Fail(model + "/" + std::to_string(version) + " has other bytes");
  }
  // The same key again gives the same version, not a new one.
  const auto& [version, key] = *known->second.begin();
  PushRequest again;
  again.name = model;
  again.idempotency_key = key;
  if (Must(registry.Push(again, ArtifactOf(key)), "push again").version != version) Fail("a key made a second version");
}

void CheckMoves(Registry& registry, const std::string& model, const Reported& reported) {
  const auto known = reported.moves.find(model);
  if (known == reported.moves.end()) return;
  std::map<int64_t, AliasEvent> events;
  ListOptions options;
  do {
    auto page = Must(registry.AliasHistory(model, "", options), "history");
    for (AliasEvent& event : page.items) events.emplace(event.sequence, std::move(event));
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  for (const auto& [sequence, move] : known->second) {
    const auto event = events.find(sequence);
    if (event == events.end() || event->second.alias != move.first || event->second.to != move.second) {
      Fail(model + ": an acknowledged move of an alias is gone");
    }
  }
  std::map<std::string, int64_t> at;
  for (const auto& [sequence, event] : events) {
    if (at[event.alias] != event.from) Fail(model + ": the history of an alias has a hole");
    at[event.alias] = event.to;
  }
  if (Must(registry.GetModel(model), "model").aliases != at) Fail(model + ": aliases and their history differ");
}

void CheckLogs(Store& store, const Reported& reported) {
  const LaterClock later;
  Runs runs(store, later);
  const auto run = runs.GetRun(kRunOf, 1);
  if (!run.ok() && reported.logs.empty()) return;
  Must(runs.Prune(kRunOf, 1), "prune");
  std::set<int64_t> listed;
  ListOptions options;
  do {
    const auto page = Must(runs.ListCheckpoints(kRunOf, 1, options), "list checkpoints");
    for (const CheckpointInfo& checkpoint : page.items) listed.insert(checkpoint.step);
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  for (const int64_t step : listed) {
    const std::string bytes = Must(runs.ReadArtifact(kRunOf, 1, step, UINT64_MAX), "the bytes of a checkpoint");
    const auto key = reported.logs.find(step);
    if (key != reported.logs.end() && bytes != ArtifactOf(key->second)) Fail("a checkpoint has other bytes");
    const auto left =
        Must(store.Scan(CheckpointPartition(kRunOf, 1, step / kStepsPerBucket), ScanPrefix("x/")), "scan");
    if (!left.rows.empty()) Fail("an unfinished log is left");
  }
  for (const auto& [step, key] : reported.logs) {
    if (!listed.contains(step)) Fail("a checkpoint that was acknowledged is gone");
  }
}

void CheckNothingIsLeft(Store& store, Registry& registry) {
  Must(registry.Collect(0), "collect");
  for (const char digit : std::string_view("0123456789abcdef")) {
    const auto uploads = Must(store.Scan(UploadPartition(std::string_view(&digit, 1)), {}), "uploads");
    if (!uploads.rows.empty()) Fail("an upload is left");
  }
  for (const char* model : kModels) {
    const auto pending = Must(store.Scan(ModelPartition(model), ScanPrefix(kPendingPrefix)), "pending");
    if (!pending.rows.empty()) Fail("a pending push is left");
  }
}

void RunRound(const std::string& path, int round, size_t kill_after, Reported* reported) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) Fail("no pipe");
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child < 0) Fail("no process");
    if (child == 0) {
      close(pipes[0]);
      RunChild(path, pipes[1], round, process);
    }
    children.push_back(child);
  }
  close(pipes[1]);
  const size_t lines = CollectReports(pipes[0], children, kill_after, reported);
  close(pipes[0]);
  {
    auto store = Must(OpenSqliteStore(path, SystemClock()), "open after the crash");
    Registry registry(*store, SystemClock());
    for (const char* model : kModels) {
      CheckVersions(registry, model, *reported);
      CheckMoves(registry, model, *reported);
    }
    CheckLogs(*store, *reported);
    CheckNothingIsLeft(*store, registry);
  }
  CheckIntegrity(path);
  std::printf("round %d: killed after %zu reports, %zu read in all\n", round, kill_after, lines);
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  const unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::random_device()();
  std::printf("%d rounds, seed %u\n", rounds, seed);
  std::fflush(stdout);
  std::mt19937 random(seed);
  const std::string folder =
      std::filesystem::temp_directory_path().string() + "/scoreway-crash-" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  Reported reported;
  for (int round = 0; round < rounds; ++round) {
    RunRound(folder + "/registry.db", round, 1 + random() % 120, &reported);
  }
  std::filesystem::remove_all(folder);
  size_t versions = 0;
  for (const auto& [model, keys] : reported.keys) versions += keys.size();
  std::printf(
      "ok: %zu acknowledged versions and %zu checkpoints are there, "
      "without gap or twin\n",
      versions, reported.logs.size());
  return 0;
}

}  // namespace
}  // namespace scoreway

int main(int argc, char** argv) { return scoreway::Main(argc, argv); }
