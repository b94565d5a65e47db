// Copying a registry between stores, broken off anywhere, and what CheckRegistry finds.
#include "registry/copy_registry.h"

#include <gtest/gtest.h>

#include "registry/check_registry.h"
#include "registry/registry.h"
#include "registry/runs.h"
#include "registry/version_profiles.h"
#include "store/blob_layout.h"
#include "store/breaking_store.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

class CopyRegistryTest : public ::testing::Test {
 protected:
  CopyRegistryTest() {
    Push("wine", "first", {"champion"}, "key");
    Push("wine", "second", {"champion"}, {});
    Push("wine", std::string(size_t{3} << 20, 'x'), {}, {});
    Push("car", "first", {}, {});  // the same bytes as wine/1
    EXPECT_TRUE(source_.DeleteVersion("wine", 3, false, {"me", "old"}).ok());
  }

  void Push(const std::string& name, const std::string& bytes, std::vector<std::string> aliases, std::string key) {
    PushRequest request;
    request.name = name;
    request.aliases = std::move(aliases);
    request.idempotency_key = std::move(key);
    request.metadata.metrics["auc"] = 0.5;
    request.change = {"me", "because"};
    ASSERT_TRUE(source_.Push(request, bytes).ok());
    clock_.Advance(1'000'000);
  }

  Result<CopyCounts> Copy(Store& to) {
    return CopyRegistry(*from_, to, clock_, [](const CopyCounts&) {});
  }

  // A checkpoint of run 1 of "trained"; gives the SHA-256 of its bytes.
  static std::string Log(Runs* runs, int64_t step, const std::string& bytes) {
    LogRequest log;
    log.name = "trained";
    log.run = 1;
    log.step = step;
    log.replace = true;
    log.metrics["loss"] = 1.0 / static_cast<double>(step);
    const auto artifact = runs->NewArtifact();
    EXPECT_TRUE(artifact->Append(bytes).ok());
    const auto logged = runs->Log(log, artifact.get());
    EXPECT_TRUE(logged.ok()) << logged.status().ToString();
    return logged.ok() ? logged->checkpoint.artifact_sha256 : "";
  }

  // All that the public face tells, as text.
  std::string Told(Registry& registry) {
    std::string text;
    JsonWriter json(&text);
    json.BeginArray();
    ListOptions with_deleted;
    with_deleted.include_deleted = true;
    for (const char* name : {"car", "wine"}) {
      const auto versions = registry.ListVersions(name, with_deleted);
      EXPECT_TRUE(versions.ok()) << versions.status().ToString();
      if (!versions.ok()) return {};
      for (const VersionInfo& version : versions->items) WriteJson(version, &json);
      const auto history = registry.AliasHistory(name, "");
      for (const AliasEvent& event : history->items) json.String(event.alias + event.why);
      const auto model = registry.GetModel(name);
      for (const auto& [alias, version] : model->aliases) json.String(alias + "=" + std::to_string(version));
    }
    json.EndArray();
    return text;
  }

  ManualClock clock_{1'000'000};
  std::unique_ptr<Store> from_ = NewMemoryStore(clock_);
  Registry source_{*from_, clock_};
};

TEST_F(CopyRegistryTest, TheCopyTellsTheSame) {
  const auto to = NewMemoryStore(clock_);
  const auto counts = Copy(*to);
  ASSERT_TRUE(counts.ok()) << counts.status().ToString();
  EXPECT_EQ(counts->models, 2u);
  EXPECT_EQ(counts->versions, 4u);
  EXPECT_EQ(counts->artifacts, 2u);
  EXPECT_EQ(counts->artifacts_there, 1u);
  Registry copy(*to, clock_);
  EXPECT_EQ(Told(copy), Told(source_));
  EXPECT_EQ(*copy.ReadArtifact("wine", 1), "first");
  EXPECT_EQ(copy.ReadArtifact("wine", 3).code(), Code::kNotFound);

  PushRequest again;
  again.name = "wine";
  again.idempotency_key = "key";
  EXPECT_EQ(copy.Push(again, "first")->version, 1) << "the keys go along";
  again.idempotency_key = {};
  EXPECT_EQ(copy.Push(again, "fourth")->version, 4) << "and the numbers";
  // The references of both models hold the artifact that they share.
  ASSERT_TRUE(copy.DeleteVersion("car", 1, true, {}).ok());
  EXPECT_EQ(*copy.ReadArtifact("wine", 1), "first");
}

TEST_F(CopyRegistryTest, BrokenOffAnywhereItGoesOn) {
  const auto to = NewMemoryStore(clock_);
  bool is_done = false;
  for (size_t crash_at = 0; !is_done; ++crash_at) {
    ASSERT_LT(crash_at, 100u);
    BreakingStore breaking(*to);
    breaking.BreakAfter(crash_at);
    is_done = Copy(breaking).ok();
    Registry copy(*to, clock_);
    const auto models = copy.ListModels();
    for (const ModelInfo& model : models->items) {
      EXPECT_EQ(copy.ListVersions(model.name)->items.size(), source_.ListVersions(model.name)->items.size())
          << "half a model is seen";
    }
  }
  Registry copy(*to, clock_);
  EXPECT_EQ(Told(copy), Told(source_));
  const auto again = Copy(*to);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->versions, 0u) << "what is complete is not copied again";
}

TEST_F(CopyRegistryTest, ReferenceProfilesGoAlong) {
  const auto to = NewMemoryStore(clock_);
  VersionProfiles source(*from_, clock_), copy(*to, clock_);
  ASSERT_TRUE(source.Put("wine", 1, {.bytes = "of a sample", .rows = 7, .source = "sample", .who = "ann"}).ok());
  ASSERT_TRUE(Copy(*to).ok());
  const auto profile = copy.Get("wine", 1);
  ASSERT_TRUE(profile.ok() && profile->has_value());
  EXPECT_EQ((*profile)->bytes, "of a sample");
  EXPECT_EQ((*profile)->rows, 7u);
  ASSERT_TRUE(source.Put("wine", 1, {.bytes = "of the log", .rows = 9, .source = "log", .who = "ann"}).ok());
  ASSERT_TRUE(Copy(*to).ok());
  EXPECT_EQ((*copy.Get("wine", 1))->bytes, "of the log");
}

TEST_F(CopyRegistryTest, AModelThatIsNoCopyIsLeftAlone) {
  const auto to = NewMemoryStore(clock_);
  Registry other(*to, clock_);
  PushRequest request;
  request.name = "wine";
  ASSERT_TRUE(other.Push(request, "another model").ok());
  EXPECT_EQ(Copy(*to).code(), Code::kConflict);
  EXPECT_EQ(*other.ReadArtifact("wine", 1), "another model");
}

TEST_F(CopyRegistryTest, RunsGoAlong) {
  Runs runs(*from_, clock_);
  RunInfo said;
  said.name = "trained";  // never pushed
  ASSERT_TRUE(runs.Start(said, {}).ok());
  Log(&runs, 1, "weights 1");
  const std::string first_sha256 = Log(&runs, 20'000, "weights 20000");
  const auto to = NewMemoryStore(clock_);
  ASSERT_TRUE(Copy(*to).ok());
  Runs copy(*to, clock_);
  const auto checkpoints = copy.ListCheckpoints("trained", 1);
  ASSERT_TRUE(checkpoints.ok()) << checkpoints.status().ToString();
  ASSERT_EQ(checkpoints->items.size(), 2u);
  EXPECT_EQ(checkpoints->items[1].metrics.at("loss"), 1.0 / 20'000);
  std::string bytes;
  const auto append = [&](std::string_view chunk) -> Status {
    bytes += chunk;
    return {};
  };
  ASSERT_TRUE(copy.ReadArtifact("trained", 1, 20'000, append).ok());
  EXPECT_EQ(bytes, "weights 20000");

  // The run goes on: a step is logged again, another is new. Copied again, so is the copy.
  Log(&runs, 20'000, "weights again");
  Log(&runs, 20'001, "more weights");
  ASSERT_TRUE(Copy(*to).ok());
  EXPECT_EQ(*copy.ReadArtifact("trained", 1, 20'000, 100), "weights again");
  EXPECT_EQ(*copy.ReadArtifact("trained", 1, 20'001, 100), "more weights");
  EXPECT_FALSE(*Blobs(*to, clock_).Find(first_sha256));
  EXPECT_EQ(copy.Start(said, {})->run.number, 2);
}

TEST_F(CopyRegistryTest, OtherRunsAreNotWrittenOver) {
  RunInfo said;
  said.name = "trained";
  ASSERT_TRUE(Runs(*from_, clock_).Start(said, {}).ok());
  const auto to = NewMemoryStore(clock_);
  said.who = "somebody else";
  ASSERT_TRUE(Runs(*to, clock_).Start(said, {}).ok());
  EXPECT_EQ(Copy(*to).code(), Code::kConflict);
}

TEST_F(CopyRegistryTest, ACheckReadsCheckpoints) {
  RunInfo said;
  said.name = "trained";
  Runs runs(*from_, clock_);
  ASSERT_TRUE(runs.Start(said, {}).ok());
  const std::string sha256 = Log(&runs, 1, "weights");
  const auto check = [&] { return CheckRegistry(source_, *from_, clock_, true, [](const CheckReport&) {}); };
  auto report = check();
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_EQ(report->runs, 1u);
  EXPECT_EQ(report->checkpoints, 1u);
  EXPECT_TRUE(report->faults.empty());

  const auto manifest = BlobManifest::Decode(sha256, **from_->Get(BlobPartition(sha256), kManifestSort));
  ASSERT_TRUE(from_->Apply(ChunkPartition(manifest->upload_id, 0), Put(ChunkSort(0), EncodeChunk("other"))).ok());
  report = check();
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  ASSERT_EQ(report->faults.size(), 1u);
}

TEST_F(CopyRegistryTest, ACheckFindsWhatIsDamaged) {
  const auto check = [&] { return CheckRegistry(source_, *from_, clock_, true, [](const CheckReport&) {}); };
  auto report = check();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->models, 2u);
  EXPECT_EQ(report->versions, 3u);
  EXPECT_TRUE(report->faults.empty());
  EXPECT_EQ(report->old_uploads, 0u);

  const std::string sha256 = source_.GetVersion("wine", 2)->artifact_sha256;
  const auto manifest = BlobManifest::Decode(sha256, **from_->Get(BlobPartition(sha256), kManifestSort));
  ASSERT_TRUE(manifest.ok());
  ASSERT_TRUE(from_->Apply(ChunkPartition(manifest->upload_id, 0), Put(ChunkSort(0), EncodeChunk("other"))).ok());
  report = check();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->faults.size(), 1u);
  EXPECT_NE(report->faults[0].find("wine"), std::string::npos) << report->faults[0];
}

}  // namespace
}  // namespace scoreway
