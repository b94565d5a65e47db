#include "learn/new_learner.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/number_text.h"
#include "learn/estimators.h"
#include "learn/learner_settings.h"
#include "model/saved_format.h"

namespace scoreway::learn {
namespace {

// The origins of operators that learn, and of the others.
constexpr char kLearner[] = "learner", kInput[] = "input", kAnswer[] = "answer";

struct Kind {
  std::string_view name, state_kind;
  std::map<std::string_view, double> settings;  // with their defaults
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"logistic", "scoreway.Logistic", {{"rate", 0.01}, {"l2", 0}, {"standardize", 1}}},
      {"ftrl", "scoreway.Ftrl", {{"rate", 0.1}, {"beta", 1}, {"l1", 0}, {"l2", 0}, {"standardize", 1}}},
      {"streaming-k-means",
       kStreamingKMeans,
       {{"clusters", 8}, {"decay", 1}, {"half_life", 0}, {"points", 0}, {"seed", 1}}},
      {"hoeffding-tree",
       "scoreway.HoeffdingTree",
       {{"grace_period", 200}, {"delta", 1e-7}, {"tie", 0.05}, {"depth_max", 100}, {"leaves_max", 10'000}}},
      {"adaptive-random-forest",
       "scoreway.AdaptiveRandomForest",
       {{"trees", 10},
        {"columns_a_leaf", 0},
        {"rate", 6},
        {"grace_period", 50},
        {"delta", 0.01},
        {"tie", 0.05},
        {"depth_max", 100},
        {"leaves_max", 1000},
        {"warning_delta", 0.01},
        {"drift_delta", 0.001},
        {"seed", 1}}},
  };
  return kinds;
}

template <typename Names>
std::string Listed(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

Result<const Kind*> FindKind(const std::string& name) {
  for (const Kind& kind : Kinds()) {
    if (kind.name == name) return &kind;
  }
  return Error{
      Code::kInvalidArgument, "'" + name + "' is no kind of learner; there are " + Listed(NewLearnerKinds()), {}};
}

Status CheckNames(const std::vector<std::string>& names, size_t least, const char* what) {
  const std::set<std::string> different(names.begin(), names.end());
  if (different.size() == names.size() && names.size() >= least && !different.contains("")) return {};
  return Status(Code::kInvalidArgument,
                "a learner needs " + std::to_string(least) + " " + what + " or more, each named once");
}

// Settings of other kinds are taken as their defaults where they are out of range; these say so.
Result<LearnerState> CheckedClusters(LearnerState state) {
  std::map<std::string, double> settings;
  for (const LearnerSetting& setting : SettingsOf(state.kind)) {
    settings.emplace(setting.name, state.NumberOr(setting.name, 0));
  }
  SCOREWAY_RETURN_IF_ERROR(ApplySettings(settings, &state));
  const double clusters = state.NumberOr("clusters", 0);
  if (clusters == std::floor(clusters) && clusters >= 2 && clusters <= 10'000) return state;
  return Error{Code::kInvalidArgument, "a whole number from 2 to 10000", "setting 'clusters'"};
}

// The state as it begins: settings and classes.
Result<LearnerState> BeginState(const Kind& kind, const NewLearnerRequest& request) {
  LearnerState state;
  state.kind = kind.state_kind;
  state.place = kLearner;
  for (const auto& [name, value] : kind.settings) state.Set(std::string(name), value);
  for (const auto& [name, value] : request.settings) {
    if (!kind.settings.contains(name)) {
      std::vector<std::string_view> names;
      for (const auto& [known, unused] : kind.settings) names.push_back(known);
      return Error{Code::kInvalidArgument,
                   "'" + name + "' is no setting of " + request.kind + "; there are " + Listed(names),
                   {}};
    }
    state.Set(name, value);
  }
  if (state.Has("columns_a_leaf") && state.NumberOr("columns_a_leaf", 0) == 0) {
    state.Set("columns_a_leaf", std::round(std::sqrt(static_cast<double>(request.inputs.size()))));
  }
  if (kind.state_kind == kStreamingKMeans) return CheckedClusters(std::move(state));
  std::vector<double> numbers;
  for (const std::string& text : request.classes) {
    int64_t number = 0;
    if (ParseInt64(text, &number) == NumberParse::kOk) numbers.push_back(static_cast<double>(number));
  }
  const bool whole = numbers.size() == request.classes.size();
  state.Set("classes_type", std::string(TypeName(whole ? Type::kInt64 : Type::kString)));
  if (whole) {
    state.numbers["classes_"] = std::move(numbers);
  } else {
    state.texts["classes_"] = request.classes;
  }
  return state;
}

// Builds the model around operators that have learned nothing.
class ModelMaker {
 public:
  ModelMaker(const NewLearnerRequest& request, const LearnerState& state)
      : request_(request), state_(state), builder_(Provenance{"scoreway-learner", "scoreway", "", state.kind}) {}

  Result<Model> Make() {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rows, AddRows());
    if (state_.kind == kStreamingKMeans) {
      SCOREWAY_RETURN_IF_ERROR(AddClusters(rows));
      return std::move(builder_).Build();
    }
    const bool trees = state_.kind == "scoreway.HoeffdingTree" || state_.kind == "scoreway.AdaptiveRandomForest";
    ValueId codes = 0, chances = 0;
    if (trees) {
      SCOREWAY_ASSIGN_OR_RETURN(chances, AddTrees(rows));
      SCOREWAY_ASSIGN_OR_RETURN(codes, Add(op::Row{op::RowFunction::kArgMax, false}, {chances}, kAnswer));
    } else {
      SCOREWAY_RETURN_IF_ERROR(AddLogistic(rows, &codes, &chances));
    }
    SCOREWAY_RETURN_IF_ERROR(AddOutputs(codes, chances));
    return std::move(builder_).Build();
  }

 private:
  size_t classes() const { return request_.classes.size(); }
  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs, const char* origin) {
    return builder_.Add(std::move(params), std::move(inputs), origin);
  }

  Result<ValueId> AddRows() {
    std::vector<ValueId> inputs;
    for (const std::string& name : request_.inputs) {
      inputs.push_back(builder_.AddInput(name));
      SCOREWAY_RETURN_IF_ERROR(builder_.UseInput(inputs.back(), Type::kFloat64));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, Add(op::Concat{}, std::move(inputs), kInput));
    return Add(op::RequireFinite{false, false, request_.inputs}, {all}, kInput);
  }

  // All centres at one place, until the first batch says where they begin.
  Status AddClusters(ValueId rows) {
    op::Distances distances;
    distances.metric = op::Distances::Metric::kSquaredEuclidean;
    distances.points.assign(static_cast<size_t>(state_.NumberOr("clusters", 1)) * request_.inputs.size(), 0);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId far, Add(std::move(distances), {rows}, kLearner));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, Add(op::Row{op::RowFunction::kArgMin}, {far}, kAnswer));
    return builder_.AddOutput("predict", Type::kInt64, nearest, 0);
  }

  Status AddLogistic(ValueId rows, ValueId* codes, ValueId* chances) {
    const size_t width = request_.inputs.size(), sums = classes() == 2 ? 1 : classes();
    op::Affine scale{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
    scale.offset.assign(width, 0);
    scale.factor.assign(width, 1);
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(sums);
    linear.weights.assign(sums * width, 0);
    linear.bias.assign(sums, 0);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, Add(std::move(scale), {rows}, kLearner));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, Add(std::move(linear), {scaled}, kLearner));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, Add(op::Unary{op::UnaryFunction::kLogistic}, {sum}, kAnswer));
    if (sums > 1) {
      SCOREWAY_ASSIGN_OR_RETURN(*codes, Add(op::Row{op::RowFunction::kArgMax, false}, {sum}, kAnswer));
      SCOREWAY_ASSIGN_OR_RETURN(*chances, Add(op::Row{op::RowFunction::kNormalizeSum, true}, {each}, kAnswer));
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(*codes, Add(op::Threshold{}, {sum}, kAnswer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId twice, Add(op::Concat{}, {each, each}, kAnswer));
    op::Affine both{.form = op::Affine::Form::kMultiplyAdd, .offset = {1, 0}, .factor = {-1, 1}};
    SCOREWAY_ASSIGN_OR_RETURN(*chances, Add(std::move(both), {twice}, kAnswer));
    return {};
  }

  Result<ValueId> AddTrees(ValueId rows) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, Add(op::Unary{op::UnaryFunction::kSquare}, {rows}, kInput));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId both, Add(op::Concat{}, {rows, squares}, kInput));
    const bool forest = state_.kind == "scoreway.AdaptiveRandomForest";
    const auto trees = static_cast<size_t>(forest ? state_.NumberWithin("trees", 1, 1000, 10) : 1);
    std::vector<ValueId> chances;
    for (size_t i = 0; i < trees; ++i) {
      // A leaf a class, all alike.
      op::LinearTreeEnsemble empty;
      empty.trees.outputs = static_cast<uint32_t>(classes());
      for (uint32_t k = 0; k < classes(); ++k) {
        empty.trees.roots.push_back(k);
        empty.trees.tree_output.push_back(k);
        empty.trees.feature.push_back(0);
        empty.trees.threshold.push_back(0);
        empty.trees.left.push_back(k);
        empty.trees.right.push_back(k);
        empty.trees.flags.push_back(0);
        empty.trees.payload.push_back(k);
        empty.trees.leaf_values.push_back(0);
        empty.leaf_constants.push_back(0);
        empty.term_ends.push_back(0);
      }
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes, Add(std::move(empty), {both}, kLearner));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, Add(op::Row{op::RowFunction::kSoftmax, false}, {votes}, kAnswer));
      chances.push_back(each);
    }
    if (!forest) return chances[0];
    op::WeightedSum sum;
    sum.weights.assign(trees, 1);
    sum.divisor = static_cast<double>(trees);
    return Add(std::move(sum), std::move(chances), kLearner);
  }

  Status AddOutputs(ValueId codes, ValueId chances) {
    const auto numbers = state_.numbers.find("classes_");
    const bool whole = numbers != state_.numbers.end();
    op::Params decode =
        whole ? op::Params(op::DecodeNumber{numbers->second}) : op::Params(op::DecodeText{request_.classes});
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId decoded, Add(std::move(decode), {codes}, kAnswer));
    SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput("predict", whole ? Type::kInt64 : Type::kString, decoded, 0));
    for (uint32_t k = 0; k < classes(); ++k) {
      SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput("proba_" + request_.classes[k], Type::kFloat64, chances, k));
    }
    return {};
  }

  const NewLearnerRequest& request_;
  const LearnerState& state_;
  ModelBuilder builder_;
};

}  // namespace

std::vector<std::string_view> NewLearnerKinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : Kinds()) names.push_back(kind.name);
  return names;
}

Result<LearnerCheckpoint> NewLearner(const NewLearnerRequest& request) {
  SCOREWAY_ASSIGN_OR_RETURN(const Kind* const kind, FindKind(request.kind));
  SCOREWAY_RETURN_IF_ERROR(CheckNames(request.inputs, 1, "inputs"));
  if (kind->state_kind != kStreamingKMeans) {
    SCOREWAY_RETURN_IF_ERROR(CheckNames(request.classes, 2, "classes"));
  } else if (!request.classes.empty()) {
    return Error{Code::kInvalidArgument, request.kind + " learns without classes", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const LearnerState state, BeginState(*kind, request));
  SCOREWAY_ASSIGN_OR_RETURN(Model model, ModelMaker(request, state).Make());
  const auto artifact = std::make_shared<const std::string>(SaveModel(model, SaveState(state)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<Learner> learner, Learner::Make(artifact));
  return learner->Checkpoint();
}

}  // namespace scoreway::learn
