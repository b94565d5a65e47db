#include "learn/spark_state.h"

#include <algorithm>

#include "importers/archive/archive.h"
#include "importers/spark/stage_list.h"
#include "learn/estimators.h"

namespace scoreway::learn {
namespace {

// The columns that a stage makes.
std::vector<std::string> OutputsOf(const spark::Stage& stage) {
  std::vector<std::string> names;
  if (const auto one = stage.Text("outputCol"); one.ok()) names.push_back(*one);
  if (const auto several = stage.Texts("outputCols"); several.ok()) {
    names.insert(names.end(), several->begin(), several->end());
  }
  return names;
}

Status ReadAls(const std::vector<spark::Stage>& stages, LearnerState* state) {
  const spark::Stage& als = stages.back();
  SCOREWAY_ASSIGN_OR_RETURN(const double rank, als.Number("rank"));
  state->Set("rank", rank);
  for (const char* side : {"userCol", "itemCol"}) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string name, als.Text(side));
    for (const spark::Stage& before : stages) {
      const std::vector<std::string> made = OutputsOf(before);
      if (&before == &als || std::find(made.begin(), made.end(), name) == made.end()) continue;
      return Status(
          Unsupported(*state, before.class_name() + " makes the ids '" + name +
                                  "' and gives new users and items none; fold in those of the ALSModel itself"));
    }
    state->Set(side, std::move(name));
  }
  return {};
}

}  // namespace

Result<LearnerState> ReadSparkState(std::string_view artifact, uint64_t unpacked_bytes_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const archive::Files files,
                            archive::ReadArchive(artifact, {.bytes_max = unpacked_bytes_max}));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<spark::Stage> stages, spark::SingleStages(files));
  LearnerState state;
  if (stages.empty()) return Unsupported(state, "a pipeline without stages");
  const spark::Stage& last = stages.back();
  state.kind = "spark." + last.class_name();
  state.place = last.folder().empty() ? last.uid() : last.folder();
  state.version = last.spark_version();
  if (state.kind == kSparkAls) {
    SCOREWAY_RETURN_IF_ERROR(ReadAls(stages, &state));
  } else if (state.kind == kSparkKMeans) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string measure, last.Text("distanceMeasure", "euclidean"));
    if (measure != "euclidean")
      return Unsupported(state, "Spark's streaming k-means has no distance '" + measure + "'");
  } else {
    return Unsupported(state, "of Spark's models KMeansModel and ALSModel learn on");
  }
  return state;
}

}  // namespace scoreway::learn
