// NewLearner: a learner of our own that has seen nothing yet, as the artifact of a first version.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learn/learner.h"

namespace scoreway::learn {

struct NewLearnerRequest {
  std::string kind;                  // one of NewLearnerKinds
  std::vector<std::string> inputs;   // columns of numbers
  std::vector<std::string> classes;  // two at least, all of them; texts, or whole numbers if all are; of clusters none
  std::map<std::string, double> settings;
};

// "logistic", "ftrl", "streaming-k-means", "hoeffding-tree", "adaptive-random-forest".
std::vector<std::string_view> NewLearnerKinds();

// INVALID_ARGUMENT for an unknown kind or setting (naming those there are), and for names that come twice.
Result<LearnerCheckpoint> NewLearner(const NewLearnerRequest& request);

}  // namespace scoreway::learn
