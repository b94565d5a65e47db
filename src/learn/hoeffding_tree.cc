#include "learn/hoeffding_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace scoreway::learn {
namespace {

constexpr int kThresholdsAColumn = 10;
constexpr double kBranchShareMin = 0.01;    // of a leaf's weight, in each branch
constexpr double kMajorityShareMax = 0.99;  // above it a leaf does not split
constexpr double kNever = -700;             // the logarithm of no chance, which stays finite

double Sum(std::span<const double> counts) { return std::accumulate(counts.begin(), counts.end(), 0.0); }

double Entropy(std::span<const double> counts) {
  const double total = Sum(counts);
  double entropy = 0;
  for (double count : counts) {
    if (count > 0) entropy -= count / total * std::log2(count / total);
  }
  return entropy;
}

void Softmax(std::span<double> values) {
  const double greatest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) sum += value = std::exp(value - greatest);
  for (double& value : values) value /= sum;
}

size_t ArgMax(std::span<const double> values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

void HoeffdingTree::Normal::Add(double cell, double weight) {
  least = count == 0 ? cell : std::min(least, cell);
  greatest = count == 0 ? cell : std::max(greatest, cell);
  count += weight;
  const double apart = cell - mean;
  mean += weight / count * apart;
  squares += weight * apart * (cell - mean);
  MeasureArea();
}

void HoeffdingTree::Normal::MeasureArea() {
  const double variance = Variance();
  log_area = variance > 0 ? std::log(2 * std::numbers::pi * variance) : 0;
}

double HoeffdingTree::Normal::ShareUpTo(double value) const {
  if (value < least) return 0;
  if (value >= greatest) return 1;
  const double deviation = std::sqrt(Variance());
  if (deviation == 0) return value >= mean ? 1 : 0;
  return 0.5 * std::erfc((mean - value) / (deviation * std::numbers::sqrt2));
}

HoeffdingTree::HoeffdingTree(const HoeffdingSettings& settings, size_t classes, size_t width, std::mt19937_64* random)
    : settings_(settings), classes_(classes), width_(width), random_(random), logarithms_(classes) {
  AddLeaf(std::vector<double>(classes), 0);
}

uint32_t HoeffdingTree::AddLeaf(std::vector<double> counts, uint32_t depth) {
  Leaf leaf;
  leaf.counts = std::move(counts);
  leaf.tried_at = Sum(leaf.counts);
  leaf.depth = depth;
  leaf.columns.resize(width_);
  std::iota(leaf.columns.begin(), leaf.columns.end(), 0);
  if (settings_.columns_a_leaf > 0 && settings_.columns_a_leaf < width_) {
    std::shuffle(leaf.columns.begin(), leaf.columns.end(), *random_);
    leaf.columns.resize(settings_.columns_a_leaf);
  }
  leaf.cells.resize(leaf.columns.size() * classes_);
  const auto index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({0, 0, index, index, static_cast<uint32_t>(leaves_.size())});
  leaves_.push_back(std::move(leaf));
  return index;
}

uint32_t HoeffdingTree::FindLeaf(std::span<const double> row) const {
  uint32_t node = 0;
  while (nodes_[node].left != node) {
    node = row[nodes_[node].column] <= nodes_[node].threshold ? nodes_[node].left : nodes_[node].right;
  }
  return node;
}

void HoeffdingTree::BayesLogarithms(const Leaf& leaf, std::span<const double> row, std::span<double> logarithms) const {
  const double total = Sum(leaf.counts);
  for (size_t k = 0; k < classes_; ++k) {
    logarithms[k] = leaf.counts[k] > 0 ? std::log(leaf.counts[k] / total) : kNever;
    if (leaf.counts[k] <= 0) continue;
    for (size_t i = 0; i < leaf.columns.size(); ++i) {
      const Normal& normal = leaf.cells[i * classes_ + k];
      const double variance = normal.Variance();
      if (variance <= 0) continue;
      const double apart = row[leaf.columns[i]] - normal.mean;
      logarithms[k] -= 0.5 * (normal.log_area + apart * apart / variance);
    }
  }
}

void HoeffdingTree::Predict(std::span<const double> row, std::span<double> chances) const {
  const Leaf& leaf = leaves_[nodes_[FindLeaf(row)].leaf];
  const double total = Sum(leaf.counts);
  if (total > 0 && UsesBayes(leaf)) {
    BayesLogarithms(leaf, row, chances);
    return Softmax(chances);
  }
  for (size_t k = 0; k < classes_; ++k) {
    chances[k] = total > 0 ? leaf.counts[k] / total : 1 / static_cast<double>(classes_);
  }
}

void HoeffdingTree::Learn(std::span<const double> row, size_t label, double weight) {
  const uint32_t node = FindLeaf(row);
  Leaf& leaf = leaves_[nodes_[node].leaf];
  if (Sum(leaf.counts) > 0) {
    if (ArgMax(leaf.counts) == label) leaf.majority_right += weight;
    BayesLogarithms(leaf, row, logarithms_);
    if (ArgMax(logarithms_) == label) leaf.bayes_right += weight;
  } else {
    leaf.majority_right += weight;
  }
  leaf.counts[label] += weight;
  for (size_t i = 0; i < leaf.columns.size(); ++i) {
    leaf.cells[i * classes_ + label].Add(row[leaf.columns[i]], weight);
  }
  if (!leaf.may_split) return;
  const double seen = Sum(leaf.counts);
  if (seen - leaf.tried_at < settings_.grace_period) return;
  leaf.tried_at = seen;
  TrySplit(node);
}

double HoeffdingTree::EntropyBefore(const Leaf& leaf, uint32_t column) const {
  std::vector<double> counts(classes_);
  for (size_t k = 0; k < classes_; ++k) counts[k] = leaf.cells[column * classes_ + k].count;
  return Entropy(counts);
}

void HoeffdingTree::Consider(const Leaf& leaf, uint32_t column, double threshold, double entropy_before,
                             Question* question) const {
  question->column = leaf.columns[column];
  question->threshold = threshold;
  for (size_t k = 0; k < classes_; ++k) {
    const Normal& normal = leaf.cells[column * classes_ + k];
    question->left[k] = normal.ShareUpTo(threshold) * normal.count;
    question->right[k] = normal.count - question->left[k];
  }
  const double left = Sum(question->left), right = Sum(question->right), total = left + right;
  if (std::min(left, right) <= kBranchShareMin * total) {
    question->gain = -std::numeric_limits<double>::infinity();
    return;
  }
  question->gain = entropy_before - left / total * Entropy(question->left) - right / total * Entropy(question->right);
}

// The best question of all columns, and the gain of the best of another column; no question gains nothing.
void HoeffdingTree::BestQuestions(const Leaf& leaf, Question* best, double* second) const {
  Question question;
  question.left.resize(classes_);
  question.right.resize(classes_);
  for (uint32_t i = 0; i < leaf.columns.size(); ++i) {
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    for (size_t k = 0; k < classes_; ++k) {
      const Normal& normal = leaf.cells[i * classes_ + k];
      if (normal.count == 0) continue;
      least = std::min(least, normal.least);
      greatest = std::max(greatest, normal.greatest);
    }
    const double entropy_before = EntropyBefore(leaf, i);
    Question of_column;
    of_column.gain = -std::numeric_limits<double>::infinity();
    for (int step = 1; step <= kThresholdsAColumn && least < greatest; ++step) {
      Consider(leaf, i, least + (greatest - least) * step / (kThresholdsAColumn + 1), entropy_before, &question);
      if (question.gain > of_column.gain) of_column = question;
    }
    if (of_column.gain > best->gain) {
      *second = best->gain;
      *best = std::move(of_column);
    } else {
      *second = std::max(*second, of_column.gain);
    }
  }
}

void HoeffdingTree::TrySplit(uint32_t node) {
  Leaf& leaf = leaves_[nodes_[node].leaf];
  const double total = Sum(leaf.counts);
  if (*std::max_element(leaf.counts.begin(), leaf.counts.end()) > kMajorityShareMax * total) return;
  if (leaf.depth >= settings_.depth_max || static_cast<double>(leaves_.size()) >= settings_.leaves_max) {
    leaf.may_split = false;
    return;
  }
  Question best;
  double second = 0;
  BestQuestions(leaf, &best, &second);
  if (best.left.empty()) return;
  const auto seen_classes =
      std::count_if(leaf.counts.begin(), leaf.counts.end(), [](double count) { return count > 0; });
  const double range = std::log2(std::max<double>(2, static_cast<double>(seen_classes)));
  const double bound = std::sqrt(range * range * std::log(1 / settings_.delta) / (2 * total));
  if (best.gain - second <= bound && bound >= settings_.tie) return;
  // The left branch takes the leaf's place; its counts are those that the question expects.
  const uint32_t depth = leaf.depth + 1;
  const uint32_t left = AddLeaf(std::move(best.left), depth), right = AddLeaf(std::move(best.right), depth);
  Node& split = nodes_[node];
  const uint32_t freed = split.leaf;
  split.column = best.column;
  split.threshold = best.threshold;
  split.left = left;
  split.right = right;
  split.leaf = 0;
  // No leaf is left without a node: the last takes the place of the one that was split.
  leaves_[freed] = std::move(leaves_.back());
  leaves_.pop_back();
  nodes_[right].leaf = freed;
}

void HoeffdingTree::AppendTo(op::LinearTreeEnsemble* ensemble) const {
  op::TreeEnsemble& trees = ensemble->trees;
  for (size_t k = 0; k < classes_; ++k) {
    const auto first = static_cast<uint32_t>(trees.feature.size());
    trees.roots.push_back(first);
    trees.tree_output.push_back(static_cast<uint32_t>(k));
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      trees.feature.push_back(node.column);
      trees.threshold.push_back(node.threshold);
      trees.left.push_back(first + node.left);
      trees.right.push_back(first + node.right);
      trees.flags.push_back(0);
      trees.payload.push_back(0);
      if (node.left != i) continue;
      trees.payload.back() = static_cast<uint32_t>(trees.leaf_values.size());
      const Leaf& leaf = leaves_[node.leaf];
      const double total = Sum(leaf.counts);
      double constant = total == 0 ? 0 : leaf.counts[k] > 0 ? std::log(leaf.counts[k] / total) : kNever;
      if (total > 0 && leaf.counts[k] > 0 && UsesBayes(leaf)) {
        for (size_t c = 0; c < leaf.columns.size(); ++c) {
          const Normal& normal = leaf.cells[c * classes_ + k];
          const double variance = normal.Variance();
          if (variance <= 0) continue;
          constant -= 0.5 * (normal.log_area + normal.mean * normal.mean / variance);
          ensemble->term_features.push_back(leaf.columns[c]);
          ensemble->term_weights.push_back(normal.mean / variance);
          ensemble->term_features.push_back(leaf.columns[c] + static_cast<uint32_t>(width_));
          ensemble->term_weights.push_back(-0.5 / variance);
        }
      }
      trees.leaf_values.push_back(constant);
      ensemble->leaf_constants.push_back(constant);
      ensemble->term_ends.push_back(static_cast<uint32_t>(ensemble->term_features.size()));
    }
  }
}

void HoeffdingTree::Save(const std::string& prefix, LearnerState* state) const {
  std::vector<double> nodes, leaves, columns, cells;
  for (const Node& node : nodes_) {
    nodes.insert(nodes.end(), {static_cast<double>(node.column), node.threshold, static_cast<double>(node.left),
                               static_cast<double>(node.right), static_cast<double>(node.leaf)});
  }
  for (const Leaf& leaf : leaves_) {
    leaves.insert(leaves.end(), leaf.counts.begin(), leaf.counts.end());
    leaves.insert(leaves.end(), {leaf.tried_at, leaf.majority_right, leaf.bayes_right, static_cast<double>(leaf.depth),
                                 leaf.may_split ? 1.0 : 0.0});
    columns.insert(columns.end(), leaf.columns.begin(), leaf.columns.end());
    for (const Normal& normal : leaf.cells) {
      cells.insert(cells.end(), {normal.count, normal.mean, normal.squares, normal.least, normal.greatest});
    }
  }
  state->Set(prefix + "nodes", std::move(nodes));
  state->Set(prefix + "leaves", std::move(leaves));
  state->Set(prefix + "columns", std::move(columns));
  state->Set(prefix + "cells", std::move(cells));
}

Status HoeffdingTree::Read(const std::string& prefix, const LearnerState& state) {
  constexpr size_t kNodeNumbers = 5, kNormalNumbers = 5;
  const size_t leaf_numbers = classes_ + 5;
  const Status misfit(Code::kCorrupt, "'" + prefix + "nodes' is no tree", state.place);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> nodes, state.Numbers(prefix + "nodes"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> leaves, state.Numbers(prefix + "leaves"));
  const size_t node_count = nodes.size() / kNodeNumbers, leaf_count = leaves.size() / leaf_numbers;
  const size_t columns_a_leaf = leaves_[0].columns.size();
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> columns,
                            state.Numbers(prefix + "columns", leaf_count * columns_a_leaf));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> cells,
                            state.Numbers(prefix + "cells", columns.size() * classes_ * kNormalNumbers));
  if (nodes.empty() || nodes.size() % kNodeNumbers != 0 || leaves.size() % leaf_numbers != 0) return misfit.error();
  const auto index = [](double number, size_t end, uint32_t* out) {
    if (!(number >= 0 && number < static_cast<double>(end))) return false;
    *out = static_cast<uint32_t>(number);
    return true;
  };
  nodes_.assign(node_count, {});
  leaves_.assign(leaf_count, {});
  for (uint32_t i = 0; i < node_count; ++i) {
    const double* numbers = &nodes[i * kNodeNumbers];
    Node& node = nodes_[i];
    node.threshold = numbers[1];
    const bool sound = index(numbers[0], width_, &node.column) && index(numbers[2], node_count, &node.left) &&
                       index(numbers[3], node_count, &node.right) && index(numbers[4], leaf_count, &node.leaf);
    // Children stand behind their parents, so that no way goes in a circle.
    if (!sound || node.left < i || node.right < i || (node.left == i) != (node.right == i)) return misfit.error();
  }
  size_t column = 0, cell = 0;
  for (size_t i = 0; i < leaf_count; ++i) {
    Leaf& leaf = leaves_[i];
    const double* numbers = &leaves[i * leaf_numbers];
    leaf.counts.assign(numbers, numbers + classes_);
    numbers += classes_;
    leaf.tried_at = numbers[0];
    leaf.majority_right = numbers[1];
    leaf.bayes_right = numbers[2];
    if (!index(numbers[3], 1 << 20, &leaf.depth)) return misfit.error();
    leaf.may_split = numbers[4] != 0;
    leaf.columns.resize(columns_a_leaf);
    for (uint32_t& each : leaf.columns) {
      if (!index(columns[column++], width_, &each)) return misfit.error();
    }
    leaf.cells.resize(columns_a_leaf * classes_);
    for (Normal& normal : leaf.cells) {
      normal = {cells[cell], cells[cell + 1], cells[cell + 2], cells[cell + 3], cells[cell + 4]};
      normal.MeasureArea();
      cell += kNormalNumbers;
    }
  }
  return {};
}

}  // namespace scoreway::learn
