// The serving set over a source that the test holds in its hands.
#include "service/serving_set.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <sstream>

#include "service/unload_policy.h"

namespace scoreway {
namespace {

std::shared_ptr<const std::string> WineModel() {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/model.pkl", std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::make_shared<const std::string>(std::move(bytes).str());
}

class FakeSource final : public ModelSource {
 public:
  Result<uint64_t> ChangeCount() override {
    std::lock_guard lock(mutex_);
    return changes_;
  }
  Result<NameState> Describe(const std::string& name, std::span<const int64_t> versions) override {
    std::lock_guard lock(mutex_);
    const auto found = names_.find(name);
    if (found == names_.end()) return Error{Code::kNotFound, "no such model", name};
    NameState state = found->second;
    for (const int64_t version : versions) {
      if (version > state.newest) state.gone.push_back(version);
    }
    return state;
  }
  Result<PushedModel> ReadPushed(const std::string&, int64_t version) override {
    std::shared_future<void> gate;
    {
      std::lock_guard lock(mutex_);
      ++reads;
      if (version == broken) return Error{Code::kCorrupt, "damaged", {}};
      if (gates_.count(version) > 0) gate = gates_[version];
    }
    if (gate.valid()) gate.wait();
    return PushedModel{bytes_, {}};
  }

  void Set(const std::string& name, NameState state) {
    std::lock_guard lock(mutex_);
    names_[name] = std::move(state);
    ++changes_;
  }
  void Remove(const std::string& name) {
    std::lock_guard lock(mutex_);
    names_.erase(name);
    ++changes_;
  }
  void Gate(int64_t version, std::shared_future<void> gate) {
    std::lock_guard lock(mutex_);
    gates_[version] = std::move(gate);
  }

  int reads = 0;
  int64_t broken = 0;

 private:
  std::mutex mutex_;
  uint64_t changes_ = 1;
  std::map<std::string, NameState> names_;
  std::map<int64_t, std::shared_future<void>> gates_;
  const std::shared_ptr<const std::string> bytes_ = WineModel();
};

NameState State(std::map<std::string, int64_t, std::less<>> aliases, int64_t newest) {
  NameState state;
  state.aliases = std::move(aliases);
  state.newest = newest;
  return state;
}

class ServingSetTest : public ::testing::Test {
 protected:
  static ServingSetOptions Options() {
    ServingSetOptions options;
    options.poll_interval = std::chrono::milliseconds(0);  // the test says when
    return options;
  }
  int64_t Served(std::string_view alias = {}, int64_t version = 0) {
    const Handle handle = reader.Find("wine", alias, version);
    return handle == nullptr ? 0 : handle->version;
  }

  FakeSource source;
  ServingSet set{&source, Options()};
  ServingSet::Reader reader{&set};
};

TEST_F(ServingSetTest, LoadsWhatAReferenceMeans) {
  source.Set("wine", State({{"champion", 2}, {"candidate", 3}}, 4));
  EXPECT_EQ(Served(), 0);
  EXPECT_EQ((*set.LoadNow({"wine", "", 0}))->version, 2);
  EXPECT_EQ((*set.LoadNow({"wine", "candidate", 0}))->version, 3);
  EXPECT_EQ((*set.LoadNow({"wine", "latest", 0}))->version, 4);
  EXPECT_EQ((*set.LoadNow({"wine", "", 1}))->version, 1);
  EXPECT_EQ(Served(), 2);
  EXPECT_EQ(Served("candidate"), 3);
  EXPECT_EQ(Served("latest"), 4);
  EXPECT_EQ(Served({}, 1), 1);
  EXPECT_EQ(Served("nowhere"), 0);
}

TEST_F(ServingSetTest, ABareNameWithoutChampionMeansTheNewest) {
  source.Set("wine", State({}, 7));
  EXPECT_EQ((*set.LoadNow({"wine", "", 0}))->version, 7);
  EXPECT_EQ(Served(), 7);
}

TEST_F(ServingSetTest, NamesWhatIsMissing) {
  source.Set("wine", State({}, 1));
  EXPECT_EQ(set.LoadNow({"beer", "", 0}).code(), Code::kNotFound);
  EXPECT_EQ(set.LoadNow({"wine", "champion", 0}).code(), Code::kNotFound);
  source.broken = 1;
  EXPECT_EQ(set.LoadNow({"wine", "", 0}).code(), Code::kCorrupt);
  EXPECT_EQ(set.load_failures(), 1u);
}

TEST_F(ServingSetTest, LoadsOnceForAllWhoWait) {
  source.Set("wine", State({{"champion", 2}}, 2));
  std::promise<void> gate;
  source.Gate(2, gate.get_future().share());
  std::vector<std::promise<Handle>> loaded(10);
  for (auto& each : loaded) {
    set.Load({"wine", "", 0}, [&each](Result<Handle> handle) { each.set_value(*handle); });
  }
  gate.set_value();
  Handle first;
  for (auto& each : loaded) {
    const Handle handle = each.get_future().get();
    if (first == nullptr) first = handle;
    EXPECT_EQ(handle, first);
  }
  EXPECT_EQ(source.reads, 1);
}

TEST_F(ServingSetTest, FollowsAliasesWhenAsked) {
  source.Set("wine", State({{"champion", 1}}, 2));
  const Handle old = *set.LoadNow({"wine", "", 0});
  source.Set("wine", State({{"champion", 2}}, 2));
  EXPECT_EQ(Served(), 1);
  ASSERT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(Served(), 2);
  EXPECT_EQ(Served({}, 1), 1);  // still loaded
  EXPECT_EQ(old->version, 1);   // whoever began with it goes on
  const int reads = source.reads;
  ASSERT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(source.reads, reads);
}

TEST_F(ServingSetTest, ServesTheOldVersionUntilTheNewOneIsLoaded) {
  source.Set("wine", State({{"champion", 1}}, 2));
  ASSERT_TRUE(set.LoadNow({"wine", "", 0}).ok());
  std::promise<void> gate;
  source.Gate(2, gate.get_future().share());
  source.Set("wine", State({{"champion", 2}}, 2));
  auto refreshed = std::async(std::launch::async, [this] { return set.Refresh("wine").ok(); });
  EXPECT_EQ(Served(), 1);
  gate.set_value();
  EXPECT_TRUE(refreshed.get());
  EXPECT_EQ(Served(), 2);
}

TEST_F(ServingSetTest, KeepsTheOldVersionWhenTheNewOneCannotBeLoaded) {
  source.Set("wine", State({{"champion", 1}}, 2));
  ASSERT_TRUE(set.LoadNow({"wine", "", 0}).ok());
  source.broken = 2;
  source.Set("wine", State({{"champion", 2}}, 2));
  EXPECT_FALSE(set.RefreshChanged().ok());
  EXPECT_EQ(Served(), 1);
  source.broken = 0;  // and tries again, though nothing has changed
  EXPECT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(Served(), 2);
}

TEST_F(ServingSetTest, ForgetsWhatIsDeleted) {
  source.Set("wine", State({}, 2));
  ASSERT_TRUE(set.LoadNow({"wine", "", 2}).ok());
  ASSERT_TRUE(set.LoadNow({"wine", "", 1}).ok());
  source.Set("wine", State({}, 1));
  ASSERT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(Served({}, 2), 0);
  EXPECT_EQ(Served(), 1);
  source.Remove("wine");
  ASSERT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(Served(), 0);
  EXPECT_TRUE(set.LoadedModels().empty());
}

TEST_F(ServingSetTest, ReadersSeeOneStateWhileAliasesMove) {
  source.Set("wine", State({{"champion", 1}}, 2));
  ASSERT_TRUE(set.LoadNow({"wine", "", 0}).ok());
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      ServingSet::Reader own(&set);
      while (!stop) {
        const Handle handle = own.Find("wine", {}, 0);
        ASSERT_NE(handle, nullptr);
        ASSERT_TRUE(handle->version == 1 || handle->version == 2);
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    source.Set("wine", State({{"champion", 1 + i % 2}}, 2));
    ASSERT_TRUE(set.Refresh("wine").ok());
  }
  stop = true;
  for (std::thread& each : readers) each.join();
}

TEST_F(ServingSetTest, NoReaderKeepsAVersionThatIsGone) {
  source.Set("wine", State({}, 1));
  std::weak_ptr<const LoadedModel> version = *set.LoadNow({"wine", "", 0});
  ASSERT_EQ(Served(), 1);
  source.Remove("wine");
  ASSERT_TRUE(set.RefreshChanged().ok());
  source.Set("beer", State({}, 1));
  ASSERT_TRUE(set.LoadNow({"beer", "", 0}).ok());  // what has left is destroyed by whoever loads
  EXPECT_TRUE(version.expired());                  // though the reader has not looked since
}

TEST_F(ServingSetTest, WhoeverUsesAVersionKeepsIt) {
  source.Set("wine", State({}, 1));
  Handle used = *set.LoadNow({"wine", "", 0});
  const std::weak_ptr<const LoadedModel> version = used;
  source.Remove("wine");
  ASSERT_TRUE(set.RefreshChanged().ok());
  EXPECT_EQ(used->scorer->output_schema()->size(), 4U);
  used = nullptr;
  EXPECT_FALSE(version.expired());  // not by the thread that used it last
  source.Set("beer", State({}, 1));
  ASSERT_TRUE(set.LoadNow({"beer", "", 0}).ok());
  EXPECT_TRUE(version.expired());
}

// Many more models than there is memory for: each is there when it is asked for.
TEST(ServingSetMemoryTest, WhatIsUsedLeastLeavesAndComesBack) {
  FakeSource source;
  for (int i = 0; i < 50; ++i) source.Set("model" + std::to_string(i), State({}, 1));
  ServingSetOptions options;
  options.poll_interval = std::chrono::milliseconds(0);
  const size_t bytes = [&] {
    ServingSet alone(&source, options);
    return (*alone.LoadNow({"model0", "", 0}))->bytes;
  }();
  options.model_bytes_max = bytes * 10;
  ServingSet set(&source, options);
  ServingSet::Reader reader(&set);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::string name = "model" + std::to_string(i);
      EXPECT_EQ(reader.Find(name, {}, 0), nullptr) << name;
      ASSERT_TRUE(set.LoadNow({name, "", 0}).ok());
      EXPECT_NE(reader.Find(name, {}, 0), nullptr) << name;
      EXPECT_LE(set.loaded_bytes(), options.model_bytes_max);
    }
  }
  EXPECT_EQ(set.LoadedModels().size(), 10U);
  EXPECT_EQ(set.unloads(), 90U);
}

TEST(ServingSetMemoryTest, AModelLargerThanTheLimitIsServedAlone) {
  FakeSource source;
  source.Set("a", State({}, 1));
  source.Set("b", State({}, 1));
  ServingSetOptions options;
  options.poll_interval = std::chrono::milliseconds(0);
  options.model_bytes_max = 1;
  ServingSet set(&source, options);
  ASSERT_TRUE(set.LoadNow({"a", "", 0}).ok());
  ASSERT_TRUE(set.LoadNow({"b", "", 0}).ok());
  ASSERT_EQ(set.LoadedModels().size(), 1U);
  EXPECT_EQ(set.LoadedModels()[0]->name, "b");
}

TEST(UnloadPolicyTest, UnloadsWhatNobodyNamesOrUses) {
  const std::vector<UnloadCandidate> candidates = {
      {"a", 1, 100, 0}, {"a", 2, 100, 0, true}, {"b", 1, 100, 95'000}, {"b", 2, 100, 99'500}, {"b", 3, 100, 97'000}};
  // Of b's the last stays.
  EXPECT_EQ(ChooseUnload(candidates, 100'000, {.last_unnamed_ms = 60'000}), (std::vector<size_t>{0, 2, 4}));
  EXPECT_EQ(ChooseUnload(candidates, 100'000, {.last_unnamed_ms = 1'000'000, .unnamed_ms = 4'000}),
            (std::vector<size_t>{2}));
}

TEST(UnloadPolicyTest, KeepsWithinTheLimitOfMemory) {
  const std::vector<UnloadCandidate> candidates = {
      {"a", 1, 100, 10, true}, {"b", 1, 100, 20, true}, {"c", 1, 100, 90}, {"d", 1, 100, 100, true, true}};
  UnloadLimits limits{.last_unnamed_ms = 1000, .bytes_max = 400};
  EXPECT_EQ(ChooseUnload(candidates, 100, limits), (std::vector<size_t>{}));
  limits.bytes_max = 300;
  EXPECT_EQ(ChooseUnload(candidates, 100, limits), (std::vector<size_t>{2}));
  limits.bytes_max = 200;
  EXPECT_EQ(ChooseUnload(candidates, 100, limits), (std::vector<size_t>{2, 0}));
  limits.bytes_max = 1;
  EXPECT_EQ(ChooseUnload(candidates, 100, limits), (std::vector<size_t>{2, 0, 1}));
}

TEST(UnloadPolicyTest, MakesRoomForSomeSmallOnesAtOnce) {
  std::vector<UnloadCandidate> candidates;
  for (int i = 0; i < 101; ++i) candidates.push_back({"a", i, 10, i, true});
  EXPECT_EQ(ChooseUnload(candidates, 1000, {.bytes_max = 1010}).size(), 0U);
  EXPECT_EQ(ChooseUnload(candidates, 1000, {.bytes_max = 1000}).size(), 6U);  // down to 95 %
}

}  // namespace
}  // namespace scoreway
