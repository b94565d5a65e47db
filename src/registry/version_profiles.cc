#include "registry/version_profiles.h"

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "registry/model_names.h"
#include "registry/registry_rows.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr uint64_t kProfileBytesMax = uint64_t{512} << 20;

struct ProfileRow : ProfileBlob {
  VersionProfile profile;  // without its bytes
};

std::string RowText(const ProfileRow& row) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("sha256", row.sha256);
  json.StringField("reference", row.reference);
  json.UintField("rows", row.profile.rows);
  json.StringField("source", row.profile.source);
  json.StringField("created", FormatUtc(row.profile.created_micros));
  json.StringField("who", row.profile.who);
  json.EndObject();
  return text;
}

Result<ProfileRow> ParseRow(const Partition& partition, std::string_view sort, std::string_view text) {
  ProfileRow row;
  std::string created;
  JsonMembers members(text);
  members.Read("sha256", &row.sha256);
  members.Read("reference", &row.reference);
  members.Read("rows", &row.profile.rows);
  members.Read("source", &row.profile.source);
  members.Read("created", &created);
  members.Read("who", &row.profile.who);
  row.profile.created_micros = ParseUtc(created).value_or(0);
  if (Status status = members.status(); !status.ok()) return DamagedRow(partition, sort, status.error());
  return row;
}

}  // namespace

Partition ProfilesPartition(std::string_view model) { return {"profile", std::string(model)}; }

Result<ProfileBlob> BlobOfProfile(const Partition& partition, const Row& row) {
  SCOREWAY_ASSIGN_OR_RETURN(ProfileRow parsed, ParseRow(partition, row.sort, row.value));
  return ProfileBlob(std::move(parsed));
}

void WriteJson(const VersionProfile& profile, JsonWriter* json) {
  json->BeginObject();
  json->UintField("rows", profile.rows);
  json->StringField("source", profile.source);
  json->StringField("created", FormatUtc(profile.created_micros));
  json->StringField("who", profile.who);
  json->EndObject();
}

Status VersionProfiles::Put(std::string_view model, int64_t version, const VersionProfile& profile) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  const Partition partition = ProfilesPartition(model);
  const std::string sort = VersionSort(version);
  SCOREWAY_ASSIGN_OR_RETURN(const auto before, store_.Get(partition, sort));
  ProfileRow row;
  row.profile = profile;
  row.profile.created_micros = clock_.NowMicros();
  row.reference = "profile/" + std::string(model) + "/" + std::to_string(version) + "/" + RandomId();
  SCOREWAY_ASSIGN_OR_RETURN(const BlobInfo blob, blobs_.Put(profile.bytes, row.reference));
  row.sha256 = blob.sha256;
  if (Status status = store_.Apply(partition, PutIfUnchanged(sort, RowText(row), before)); !status.ok()) {
    // Whether it was written is not known where the store gave no answer; the blob stays then.
    if (status.code() == Code::kConflict) (void)blobs_.Release(row.sha256, row.reference);
    return status;
  }
  if (!before) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const ProfileRow replaced, ParseRow(partition, sort, *before));
  return blobs_.Release(replaced.sha256, replaced.reference);
}

// The row has the reference of its blob, which ends in a random number.
Result<std::optional<std::string>> VersionProfiles::Mark(std::string_view model, int64_t version) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  return store_.Get(ProfilesPartition(model), VersionSort(version));
}

Result<std::optional<VersionProfile>> VersionProfiles::Get(std::string_view model, int64_t version) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  const Partition partition = ProfilesPartition(model);
  const std::string sort = VersionSort(version);
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(partition, sort));
  if (!text) return std::optional<VersionProfile>();
  SCOREWAY_ASSIGN_OR_RETURN(ProfileRow row, ParseRow(partition, sort, *text));
  SCOREWAY_ASSIGN_OR_RETURN(row.profile.bytes, blobs_.ReadAll(row.sha256, kProfileBytesMax));
  return std::optional<VersionProfile>(std::move(row.profile));
}

}  // namespace scoreway
