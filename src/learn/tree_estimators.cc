// A Hoeffding tree, and an adaptive random forest of them: every tree learns each row as often as a Poisson number
// says, a leaf looks at some columns only, and a tree whose errors rise is replaced by one that began to grow when it
// was warned. Source: H. Gomes et al., Adaptive Random Forests for Evolving Data Stream Classification (2017).

#include <algorithm>
#include <cmath>
#include <sstream>

#include "drift/change_detectors.h"
#include "learn/estimators.h"
#include "learn/hoeffding_tree.h"

namespace scoreway::learn {
namespace {

HoeffdingSettings ReadSettings(const LearnerState& state) {
  HoeffdingSettings settings;
  settings.grace_period = state.NumberWithin("grace_period", 1, 1e12, settings.grace_period);
  settings.delta = state.NumberWithin("delta", 1e-300, 1, settings.delta);
  settings.tie = state.NumberWithin("tie", 0, 1e3, settings.tie);
  settings.depth_max = state.NumberWithin("depth_max", 0, 1e3, settings.depth_max);
  settings.leaves_max = state.NumberWithin("leaves_max", 1, 1e6, settings.leaves_max);
  settings.columns_a_leaf = static_cast<size_t>(state.NumberWithin("columns_a_leaf", 0, 1e6, 0));
  return settings;
}

// Of the model's first operator at the place, which takes rows and their squares.
Result<size_t> ColumnsOf(const LearnerState& state, size_t width) {
  if (width >= 2 && width % 2 == 0) return width / 2;
  return Error{Code::kCorrupt, "rows without their squares", state.place};
}

// The settings and an empty ensemble of as many classes; what it held before is dropped.
void Clear(size_t classes, op::LinearTreeEnsemble* ensemble) {
  *ensemble = op::LinearTreeEnsemble{};
  ensemble->trees.outputs = static_cast<uint32_t>(classes);
}

class TreeEstimator final : public Estimator {
 public:
  TreeEstimator(HoeffdingTree tree, size_t classes, size_t width)
      : tree_(std::move(tree)), classes_(classes), width_(width) {}
  TargetKind target_kind() const override { return TargetKind::kClass; }
  Status Learn(const Examples& examples) override {
    for (size_t i = 0; i < examples.count(); ++i) {
      tree_.Learn(examples.row(i).first(width_), static_cast<size_t>(examples.targets[i]), 1);
    }
    return {};
  }
  void Save(LearnerState* state) const override { tree_.Save("tree.", state); }
  Status Write(PlacedOperators* operators) const override {
    const auto ensembles = operators->All<op::LinearTreeEnsemble>();
    if (ensembles.size() != 1) return Status(Code::kCorrupt, "one tree was expected");
    Clear(classes_, ensembles[0]);
    tree_.AppendTo(ensembles[0]);
    return {};
  }

 private:
  HoeffdingTree tree_;
  size_t classes_, width_;
};

class ForestEstimator final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    std::vector<double> chances(classes_);
    for (size_t i = 0; i < examples.count(); ++i) {
      const auto row = examples.row(i).first(width_);
      const auto label = static_cast<size_t>(examples.targets[i]);
      for (Member& member : members_) LearnMember(row, label, &member, chances);
    }
    return {};
  }

  void Save(LearnerState* state) const override {
    std::ostringstream words;
    words << *random_;
    state->Set("random", words.str());
    for (size_t i = 0; i < members_.size(); ++i) {
      const std::string prefix = Prefix(i);
      const Member& member = members_[i];
      member.tree.Save(prefix, state);
      state->Set(prefix + "seen", std::vector<double>{member.seen, member.right});
      state->Set(prefix + "warning", member.warning.State());
      state->Set(prefix + "drift", member.drift.State());
      const std::string behind = prefix + "background.";
      for (const char* part : {"nodes", "leaves", "columns", "cells"}) state->numbers.erase(behind + part);
      if (member.background) member.background->Save(behind, state);
    }
  }

  Status Write(PlacedOperators* operators) const override {
    const auto ensembles = operators->All<op::LinearTreeEnsemble>();
    const auto sums = operators->All<op::WeightedSum>();
    if (ensembles.size() != members_.size() || sums.size() != 1) {
      return Status(Code::kCorrupt, "one ensemble a tree was expected, and their sum");
    }
    op::WeightedSum& sum = *sums[0];
    sum.weights.assign(members_.size(), 1);
    for (size_t i = 0; i < members_.size(); ++i) {
      Clear(classes_, ensembles[i]);
      members_[i].tree.AppendTo(ensembles[i]);
      if (members_[i].seen > 0) sum.weights[i] = members_[i].right / members_[i].seen;
    }
    double total = 0;
    for (double weight : sum.weights) total += weight;
    if (total == 0) sum.weights.assign(members_.size(), 1);
    sum.divisor = total == 0 ? static_cast<double>(members_.size()) : total;
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeAdaptiveForest(const LearnerState&, size_t);

  struct Member {
    HoeffdingTree tree;
    std::unique_ptr<HoeffdingTree> background = nullptr;  // grows since the warning
    double seen = 0, right = 0;                           // rows, before they were learned
    Adwin warning, drift;
  };

  static std::string Prefix(size_t index) { return "tree" + std::to_string(index) + "."; }
  static Adwin NewDetector(double delta) { return Adwin(Adwin::Options{.delta = delta}); }
  HoeffdingTree NewTree() const { return HoeffdingTree(settings_, classes_, width_, random_.get()); }

  void LearnMember(std::span<const double> row, size_t label, Member* member, std::span<double> chances) {
    member->tree.Predict(row, chances);
    const bool right = static_cast<size_t>(std::max_element(chances.begin(), chances.end()) - chances.begin()) == label;
    member->seen += 1;
    member->right += right ? 1 : 0;
    const double weight = std::poisson_distribution<int>(rate_)(*random_);
    if (weight == 0) return;
    if (member->background) member->background->Learn(row, label, weight);
    member->tree.Learn(row, label, weight);
    // A tree whose errors become fewer is learning: that is no reason to drop it.
    if (member->warning.Add(right ? 0 : 1) && member->warning.rose()) {
      member->background = std::make_unique<HoeffdingTree>(NewTree());
      member->warning = NewDetector(warning_delta_);
    }
    if (!member->drift.Add(right ? 0 : 1) || !member->drift.rose()) return;
    member->tree = member->background ? std::move(*member->background) : NewTree();
    member->background = nullptr;
    member->warning = NewDetector(warning_delta_);
    member->drift = NewDetector(drift_delta_);
    member->seen = member->right = 0;
  }

  HoeffdingSettings settings_;
  size_t classes_ = 0, width_ = 0;
  double rate_ = 6, warning_delta_ = 0.01, drift_delta_ = 0.001;
  std::unique_ptr<std::mt19937_64> random_ = std::make_unique<std::mt19937_64>(1);
  std::vector<Member> members_;
};

}  // namespace

Result<EstimatorPtr> MakeHoeffdingTree(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t classes, ClassCount(state));
  SCOREWAY_ASSIGN_OR_RETURN(const size_t columns, ColumnsOf(state, width));
  HoeffdingSettings settings = ReadSettings(state);
  settings.columns_a_leaf = 0;
  HoeffdingTree tree(settings, classes, columns, nullptr);
  if (state.Has("tree.nodes")) SCOREWAY_RETURN_IF_ERROR(tree.Read("tree.", state));
  return EstimatorPtr(std::make_unique<TreeEstimator>(std::move(tree), classes, columns));
}

Result<EstimatorPtr> MakeAdaptiveForest(const LearnerState& state, size_t width) {
  auto forest = std::make_unique<ForestEstimator>();
  SCOREWAY_ASSIGN_OR_RETURN(forest->classes_, ClassCount(state));
  SCOREWAY_ASSIGN_OR_RETURN(forest->width_, ColumnsOf(state, width));
  forest->settings_ = ReadSettings(state);
  forest->rate_ = state.NumberWithin("rate", 0.01, 100, 6);
  forest->warning_delta_ = state.NumberWithin("warning_delta", 1e-300, 1, 0.01);
  forest->drift_delta_ = state.NumberWithin("drift_delta", 1e-300, 1, 0.001);
  *forest->random_ = std::mt19937_64(static_cast<uint64_t>(state.NumberWithin("seed", 0, 9e15, 1)));
  const auto trees = static_cast<size_t>(state.NumberWithin("trees", 1, 1000, 10));
  for (size_t i = 0; i < trees; ++i) {
    forest->members_.push_back({.tree = forest->NewTree(),
                                .warning = ForestEstimator::NewDetector(forest->warning_delta_),
                                .drift = ForestEstimator::NewDetector(forest->drift_delta_)});
    const std::string prefix = ForestEstimator::Prefix(i);
    if (!state.Has(prefix + "nodes")) continue;
    ForestEstimator::Member& member = forest->members_.back();
    SCOREWAY_RETURN_IF_ERROR(member.tree.Read(prefix, state));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> seen, state.Numbers(prefix + "seen", 2));
    member.seen = seen[0];
    member.right = seen[1];
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> warning, state.Numbers(prefix + "warning"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> drift, state.Numbers(prefix + "drift"));
    if (!member.warning.SetState(warning) || !member.drift.SetState(drift)) {
      return Error{Code::kCorrupt, "'" + prefix + "warning' and drift are no windows", state.place};
    }
    if (!state.Has(prefix + "background.nodes")) continue;
    member.background = std::make_unique<HoeffdingTree>(forest->NewTree());
    SCOREWAY_RETURN_IF_ERROR(member.background->Read(prefix + "background.", state));
  }
  if (state.Has("random")) {
    std::istringstream words(state.TextOr("random", ""));
    words >> *forest->random_;
    if (!words) return Error{Code::kCorrupt, "'random' is no generator", state.place};
  }
  return EstimatorPtr(std::move(forest));
}

}  // namespace scoreway::learn
