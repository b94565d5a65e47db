// From a model of LightGBM to operators.
#pragma once

#include <optional>
#include <string>

#include "importers/boosters/lightgbm_model.h"
#include "model/model.h"

namespace scoreway::boosters {

enum class LightgbmLink : uint8_t {
  kIdentity,
  kLogistic,  // of `sigmoid` times the score
  kSoftmax,
  kExp,
  kLog1pExp,    // log(1 + exp(score))
  kSignSquare,  // score * |score|
};

struct LightgbmObjective {
  std::string name;  // "" if the model has none
  LightgbmLink link = LightgbmLink::kIdentity;
  double sigmoid = 1;
};

// UNSUPPORTED if the objective is not known.
Result<LightgbmObjective> FindObjective(const LightgbmModel& model);

struct LightgbmScores {
  ValueId raw = 0;         // sums of the trees: what predict(raw_score=True) gives
  ValueId prediction = 0;  // what predict gives
};

// For the features in `matrix`, in which NaN is missing; of the first rounds alone if there is a limit. The model is
// spent.
Result<LightgbmScores> AddLightgbm(ModelBuilder& builder, LightgbmModel model, std::optional<size_t> rounds,
                                   ValueId matrix, const std::string& origin);

// The features as the trees want them: behind them, once more those in which a 0 is missing for some splits.
Result<ValueId> AddZeroMissing(ModelBuilder& builder, const std::vector<uint32_t>& features, ValueId matrix,
                               const std::string& origin);

// A file of its own: outputs are prediction[_<k>] and margin[_<k>]. A column of categories takes those that are texts,
// or their codes.
Result<Model> ImportLightgbm(std::string_view bytes);

}  // namespace scoreway::boosters
