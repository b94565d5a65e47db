// Objectives of XGBoost: what a prediction is made of a margin, and a margin of base_score.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "importers/boosters/xgboost_model.h"
#include "model/model.h"

namespace scoreway::boosters {

enum class XgboostLink : uint8_t {
  kIdentity,
  kLogistic,  // of each margin
  kExp,
  kHinge,      // 1 above 0, else 0
  kSoftmax,    // a probability a class
  kArgMax,     // the class itself
  kSort,       // several quantiles, put in rising order
  kExpectile,  // several expectiles, each above the one before
};

struct XgboostObjective {
  std::string name;
  XgboostLink link = XgboostLink::kIdentity;
  // Whether the two classes of a classifier are told apart; several targets are so each.
  bool binary_classes() const;
  bool many_classes() const { return link == XgboostLink::kSoftmax || link == XgboostLink::kArgMax; }
};

// UNSUPPORTED if the objective is not known.
Result<XgboostObjective> FindObjective(const XgboostModel& model);

// The margins that base_score stands for, one an output.
Result<std::vector<double>> BaseMargins(const XgboostModel& model, const XgboostObjective& objective);

// What Booster.predict gives, rounded to float32.
Result<ValueId> AddXgboostPrediction(ModelBuilder& builder, const XgboostObjective& objective, ValueId margin,
                                     const std::string& origin);

}  // namespace scoreway::boosters
