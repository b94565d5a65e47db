#include "service/copy_definitions.h"

#include <string>

#include "features/feature_store.h"
#include "registry/api_keys.h"
#include "registry/traffic_policies.h"
#include "registry/trainers.h"

namespace scoreway {
namespace {

struct Definitions {
  std::string what;
  Partition partition;
  std::string prefix;  // of the rows
};

std::vector<Definitions> All() {
  return {{"API key", ApiKeysPartition(), {}},
          {"feature view", FeatureViewsPartition(), kFeatureViewPrefix},
          {"views of model", FeatureViewsPartition(), kFeatureUsePrefix},
          {"traffic policy of", TrafficPoliciesPartition(), {}},
          {"trainer of", TrainersPartition(), {}}};
}

Status CopyRow(const Definitions& of, const Row& row, Store& to, DefinitionCounts* counts) {
  Status put = to.Apply(of.partition, PutIfAbsent(row.sort, row.value));
  if (put.ok()) {
    ++counts->copied;
    return {};
  }
  if (put.code() != Code::kConflict) return put;
  SCOREWAY_ASSIGN_OR_RETURN(const auto there, to.Get(of.partition, row.sort));
  if (there != row.value) {
    return Status(Code::kConflict, "the target has another one; it is copied once that is removed",
                  of.what + " '" + row.sort.substr(of.prefix.size()) + "'");
  }
  ++counts->there;
  return {};
}

}  // namespace

Result<DefinitionCounts> CopyDefinitions(Store& from, Store& to) {
  DefinitionCounts counts;
  for (const Definitions& of : All()) {
    ScanRange range = of.prefix.empty() ? ScanRange() : ScanPrefix(of.prefix);
    range.row_count_max = 1000;
    SCOREWAY_RETURN_IF_ERROR(
        ForEachRow(from, of.partition, range, [&](const Row& row) { return CopyRow(of, row, to, &counts); }));
  }
  return counts;
}

}  // namespace scoreway
