// HoeffdingTree: a classification tree that grows by rows as they come, each seen once. A leaf splits when the gain of
// the best question is certainly greater than that of the next best, by Hoeffding's bound. Leaves answer by their most
// frequent class or by naive Bayes, whichever was right more often.
// Sources: P. Domingos, G. Hulten, Mining High-Speed Data Streams (2000); J. Gama et al., Accurate Decision Trees for
// Mining High-Speed Data Streams (2003); G. Holmes et al., Stress-Testing Hoeffding Trees (2005).
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "learn/learner_state.h"
#include "model/operators.h"

namespace scoreway::learn {

struct HoeffdingSettings {
  double grace_period = 200;  // the weight of rows between two attempts to split a leaf
  double delta = 1e-7;        // the chance of a wrong split
  double tie = 0.05;          // below this bound the best question is taken even if others are as good
  double depth_max = 100;
  double leaves_max = 10'000;
  size_t columns_a_leaf = 0;  // drawn for each leaf; 0: all
};

class HoeffdingTree {
 public:
  HoeffdingTree(const HoeffdingSettings& settings, size_t classes, size_t width, std::mt19937_64* random);

  void Learn(std::span<const double> row, size_t label, double weight);
  // A probability a class, in `chances`.
  void Predict(std::span<const double> row, std::span<double> chances) const;

  // Adds its trees, one a class, whose values are logarithms of chances but for a constant. They ask columns 0 .. width
  // for the row and width .. 2 width for its squares.
  void AppendTo(op::LinearTreeEnsemble* ensemble) const;

  // Under names that begin so. Read gives CORRUPT if it is no such tree.
  void Save(const std::string& prefix, LearnerState* state) const;
  Status Read(const std::string& prefix, const LearnerState& state);

 private:
  // Of one column and class in a leaf: a normal distribution, and how far its cells reach.
  struct Normal {
    double count = 0, mean = 0, squares = 0;
    double least = 0, greatest = 0;
    double log_area = 0;  // log(2 pi variance), which is asked for more often than it changes
    void Add(double cell, double weight);
    void MeasureArea();
    double Variance() const { return count > 1 ? squares / (count - 1) : 0; }
    double ShareUpTo(double value) const;
  };
  struct Leaf {
    std::vector<double> counts;  // a class each
    std::vector<Normal> cells;   // column by class
    std::vector<uint32_t> columns;
    double tried_at = 0;  // weight
    double majority_right = 0, bayes_right = 0;
    uint32_t depth = 0;
    bool may_split = true;
  };
  struct Node {
    uint32_t column = 0;
    double threshold = 0;
    uint32_t left = 0, right = 0;  // itself: a leaf
    uint32_t leaf = 0;
  };
  struct Question {
    double gain = 0;
    uint32_t column = 0;
    double threshold = 0;
    std::vector<double> left, right;  // counts of classes
  };

  uint32_t FindLeaf(std::span<const double> row) const;
  uint32_t AddLeaf(std::vector<double> counts, uint32_t depth);
  bool UsesBayes(const Leaf& leaf) const { return leaf.bayes_right >= leaf.majority_right; }
  void BayesLogarithms(const Leaf& leaf, std::span<const double> row, std::span<double> logarithms) const;
  void TrySplit(uint32_t node);
  void BestQuestions(const Leaf& leaf, Question* best, double* second) const;
  // Of the rows whose cells the leaf has seen, not of those that the split above it made it expect: gains compare
  // before and after of the same rows.
  double EntropyBefore(const Leaf& leaf, uint32_t column) const;
  void Consider(const Leaf& leaf, uint32_t column, double threshold, double entropy_before, Question* question) const;

  HoeffdingSettings settings_;
  size_t classes_, width_;
  std::mt19937_64* random_;
  std::vector<Node> nodes_;
  std::vector<Leaf> leaves_;
  std::vector<double> logarithms_;  // of the row that is learned
};

}  // namespace scoreway::learn
