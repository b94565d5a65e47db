// TopicSearch: the variational inference of a document's topics (M. Hoffman, D. Blei, F. Bach, "Online learning for
// latent Dirichlet allocation", 2010), which libraries begin and end in their own ways. Kept between rows, so that rows
// like those before allocate nothing.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "score/kernels/kernels.h"

namespace scoreway {

class TopicSearch {
 public:
  // By which psi, and with what in place of a norm of 0.
  struct Way {
    double (*digamma)(double);
    double norm_min;
  };

  // The terms of a document, a row of counts; false: there is none. A count that is missing makes all topics missing.
  bool Read(const Block& counts, size_t row) {
    terms_.clear();
    for (uint32_t w = 0; w < counts.width; ++w) {
      const double count = counts.number_column(w)[row];
      if (count != 0) terms_.push_back({w, count});
    }
    return !terms_.empty();
  }

  // One step of the topics' parameters, of which `prior` has one each and `topics` a row of as many for each term: the
  // mean change.
  double Step(const std::vector<double>& topics, const std::vector<double>& prior, const Way& way) {
    const size_t size = prior.size();
    Weigh(way.digamma);
    sums_.assign(size, 0);
    for (const Term& term : terms_) {
      const double* row = topics.data() + size_t{term.index} * size;
      double norm = 0;
      for (size_t k = 0; k < size; ++k) norm += row[k] * weights_[k];
      const double share = term.count / (norm + way.norm_min);
      for (size_t k = 0; k < size; ++k) sums_[k] += row[k] * share;
    }
    double change = 0;
    for (size_t k = 0; k < size; ++k) {
      const double next = weights_[k] * sums_[k] + prior[k];
      change += std::abs(next - parameters[k]);
      parameters[k] = next;
    }
    return change / static_cast<double>(size);
  }

  // To a sum of 1.
  void Normalize() {
    const double sum = std::accumulate(parameters.begin(), parameters.end(), 0.0);
    for (double& parameter : parameters) parameter /= sum;
  }

  std::vector<double> parameters;  // of the topics

 private:
  struct Term {
    uint32_t index;
    double count;
  };

  // exp(psi(parameter) - psi(sum of them)).
  void Weigh(double (*digamma)(double)) {
    const double whole = digamma(std::accumulate(parameters.begin(), parameters.end(), 0.0));
    weights_.clear();
    for (const double parameter : parameters) weights_.push_back(std::exp(digamma(parameter) - whole));
  }

  std::vector<Term> terms_;
  std::vector<double> weights_, sums_;
};

}  // namespace scoreway
