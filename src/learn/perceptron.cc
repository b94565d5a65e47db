// MLPClassifier and MLPRegressor of scikit-learn, by stochastic gradients or Adam.
// Source of Adam: D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization (2015).

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "learn/estimators.h"
#include "learn/numpy_random.h"

namespace scoreway::learn {
namespace {

enum class Activation { kIdentity, kRelu, kTanh, kLogistic, kSoftmax };

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

void Softmax(std::span<double> row) {
  const double greatest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& cell : row) sum += cell = std::exp(cell - greatest);
  for (double& cell : row) cell /= sum;
}

void Activate(Activation activation, size_t width, std::vector<double>* cells) {
  switch (activation) {
    case Activation::kIdentity: return;
    case Activation::kRelu:
      for (double& cell : *cells) cell = std::max(cell, 0.0);
      return;
    case Activation::kTanh:
      for (double& cell : *cells) cell = std::tanh(cell);
      return;
    case Activation::kLogistic:
      for (double& cell : *cells) cell = Sigmoid(cell);
      return;
    case Activation::kSoftmax:
      for (size_t begin = 0; begin < cells->size(); begin += width) Softmax(std::span(*cells).subspan(begin, width));
      return;
  }
}

// Multiplies deltas by the derivative at what the activation gave.
void MultiplyByDerivative(Activation activation, const std::vector<double>& given, std::vector<double>* deltas) {
  for (size_t i = 0; i < deltas->size(); ++i) {
    double& delta = (*deltas)[i];
    switch (activation) {
      case Activation::kRelu: delta = given[i] == 0 ? 0 : delta; break;
      case Activation::kTanh: delta *= 1 - given[i] * given[i]; break;
      case Activation::kLogistic: delta = delta * given[i] * (1 - given[i]); break;
      default: break;
    }
  }
}

// How gradients become steps. Moments are kept for all weights, one layer after the other, then all intercepts.
struct Optimizer {
  bool adam = true;
  double rate_init = 0.001, rate = 0.001;
  // Adam.
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8, steps = 0;
  std::vector<double> means, squares;
  // Stochastic gradients.
  double momentum = 0.9, power_t = 0.5;
  bool nesterov = true;
  std::string schedule = "constant";
  std::vector<double> velocities;

  // Adds the steps for these gradients, which belong to the moments from `begin` on.
  void Step(size_t begin, const std::vector<double>& gradients, std::vector<double>* weights) {
    for (size_t i = 0; i < gradients.size(); ++i) {
      const double gradient = gradients[i];
      if (adam) {
        double& mean = means[begin + i];
        double& square = squares[begin + i];
        mean = beta_1 * mean + (1 - beta_1) * gradient;
        square = beta_2 * square + (1 - beta_2) * (gradient * gradient);
        (*weights)[i] += -rate * mean / (std::sqrt(square) + epsilon);
      } else {
        double& velocity = velocities[begin + i];
        velocity = momentum * velocity - rate * gradient;
        (*weights)[i] += nesterov ? momentum * velocity - rate * gradient : velocity;
      }
    }
  }
  void BeginStep() {
    if (!adam) return;
    steps += 1;
    rate = rate_init * std::sqrt(1 - std::pow(beta_2, steps)) / (1 - std::pow(beta_1, steps));
  }
};

class Perceptron final : public Estimator {
 public:
  TargetKind target_kind() const override { return classes_ == 0 ? TargetKind::kNumber : TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    std::vector<uint32_t> order(examples.count());
    std::iota(order.begin(), order.end(), 0);
    if (shuffles_) NumpyRandom(seed_).Shuffle(&order);
    const size_t batch = std::clamp<size_t>(batch_size_, 1, examples.count());
    double loss = 0;
    for (size_t begin = 0; begin < order.size(); begin += batch) {
      const size_t size = std::min(batch, order.size() - begin);
      loss += LearnBatch(examples, std::span(order).subspan(begin, size)) * static_cast<double>(size);
    }
    rows_seen_ += static_cast<double>(examples.count());
    EndIteration(loss / static_cast<double>(examples.count()));
    for (const std::vector<double>& layer : weights_) {
      if (!std::all_of(layer.begin(), layer.end(), [](double weight) { return std::isfinite(weight); })) {
        return Status(Code::kInvalidArgument, "the weights have grown beyond all numbers; scale the inputs");
      }
    }
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("coefs_", Flat(weights_));
    state->Set("intercepts_", Flat(biases_));
    state->Set("t_", rows_seen_);
    state->Set("best_loss_", best_loss_);
    state->Set("_no_improvement_count", no_improvement_);
    state->Set("optimizer.learning_rate", optimizer_.rate);
    state->Set("optimizer.t", optimizer_.steps);
    state->Set("optimizer.ms", optimizer_.means);
    state->Set("optimizer.vs", optimizer_.squares);
    state->Set("optimizer.velocities", optimizer_.velocities);
  }

  Status Write(PlacedOperators* operators) const override {
    const auto linears = operators->All<op::Linear>();
    if (linears.size() != weights_.size()) return Status(Code::kCorrupt, "one weighted sum a layer was expected");
    for (size_t layer = 0; layer < linears.size(); ++layer) {
      const size_t in = sizes_[layer], out = sizes_[layer + 1];
      linears[layer]->weights.resize(in * out);
      for (size_t i = 0; i < in; ++i) {
        for (size_t j = 0; j < out; ++j) linears[layer]->weights[j * in + i] = weights_[layer][i * out + j];
      }
      linears[layer]->bias = biases_[layer];
    }
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakePerceptron(const LearnerState&, size_t);
  using Layers = std::vector<std::vector<double>>;

  static std::vector<double> Flat(const Layers& layers) {
    std::vector<double> flat;
    for (const std::vector<double>& layer : layers) flat.insert(flat.end(), layer.begin(), layer.end());
    return flat;
  }

  size_t layers() const { return weights_.size(); }
  size_t outputs() const { return sizes_.back(); }

  double Target(const Examples& examples, uint32_t row, size_t output) const {
    const double target = examples.targets[row];
    if (classes_ == 0 || outputs() == 1) return target;
    return target == static_cast<double>(output) ? 1 : 0;
  }

  // What each layer gives for the rows, the rows themselves first.
  Layers Forward(const Examples& examples, std::span<const uint32_t> rows) const {
    Layers given(layers() + 1);
    for (uint32_t row : rows) {
      const std::span<const double> cells = examples.row(row);
      given[0].insert(given[0].end(), cells.begin(), cells.end());
    }
    for (size_t layer = 0; layer < layers(); ++layer) {
      const size_t in = sizes_[layer], out = sizes_[layer + 1];
      std::vector<double>& next = given[layer + 1];
      next.assign(rows.size() * out, 0);
      for (size_t row = 0; row < rows.size(); ++row) {
        for (size_t i = 0; i < in; ++i) {
          const double cell = given[layer][row * in + i];
          for (size_t j = 0; j < out; ++j) next[row * out + j] += cell * weights_[layer][i * out + j];
        }
        for (size_t j = 0; j < out; ++j) next[row * out + j] += biases_[layer][j];
      }
      Activate(layer + 1 == layers() ? last_ : hidden_, out, &next);
    }
    return given;
  }

  // One step down the gradient of these rows; gives their mean loss.
  double LearnBatch(const Examples& examples, std::span<const uint32_t> rows) {
    const auto count = static_cast<double>(rows.size());
    const Layers given = Forward(examples, rows);
    std::vector<double> deltas = given.back();
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t j = 0; j < outputs(); ++j) deltas[row * outputs() + j] -= Target(examples, rows[row], j);
    }
    const double loss = optimizer_.schedule == "adaptive" ? Loss(examples, rows, given.back()) : 0;
    Layers weight_gradients(layers()), bias_gradients(layers());
    for (size_t layer = layers(); layer-- > 0;) {
      const size_t in = sizes_[layer], out = sizes_[layer + 1];
      std::vector<double>& by_weight = weight_gradients[layer];
      std::vector<double>& by_bias = bias_gradients[layer];
      by_weight.assign(in * out, 0);
      by_bias.assign(out, 0);
      for (size_t row = 0; row < rows.size(); ++row) {
        for (size_t i = 0; i < in; ++i) {
          const double cell = given[layer][row * in + i];
          for (size_t j = 0; j < out; ++j) by_weight[i * out + j] += cell * deltas[row * out + j];
        }
        for (size_t j = 0; j < out; ++j) by_bias[j] += deltas[row * out + j];
      }
      for (size_t i = 0; i < by_weight.size(); ++i) {
        by_weight[i] = (by_weight[i] + alpha_ * weights_[layer][i]) / count;
      }
      for (double& gradient : by_bias) gradient /= count;
      if (layer == 0) break;
      std::vector<double> before(rows.size() * in);
      for (size_t row = 0; row < rows.size(); ++row) {
        for (size_t i = 0; i < in; ++i) {
          double sum = 0;
          for (size_t j = 0; j < out; ++j) sum += deltas[row * out + j] * weights_[layer][i * out + j];
          before[row * in + i] = sum;
        }
      }
      MultiplyByDerivative(hidden_, given[layer], &before);
      deltas = std::move(before);
    }
    optimizer_.BeginStep();
    size_t begin = 0;
    for (size_t layer = 0; layer < layers(); begin += weights_[layer++].size()) {
      optimizer_.Step(begin, weight_gradients[layer], &weights_[layer]);
    }
    for (size_t layer = 0; layer < layers(); begin += biases_[layer++].size()) {
      optimizer_.Step(begin, bias_gradients[layer], &biases_[layer]);
    }
    return loss;
  }

  // With the penalty on the weights; what the adaptive rate watches.
  double Loss(const Examples& examples, std::span<const uint32_t> rows, const std::vector<double>& given) const {
    double sum = 0, squares = 0;
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t j = 0; j < outputs(); ++j) {
        const double target = Target(examples, rows[row], j), answer = given[row * outputs() + j];
        sum += classes_ == 0 ? 0.5 * (target - answer) * (target - answer) : LogLoss(target, answer);
      }
    }
    for (const std::vector<double>& layer : weights_) {
      for (double weight : layer) squares += weight * weight;
    }
    return (sum + 0.5 * alpha_ * squares) / static_cast<double>(rows.size());
  }

  double LogLoss(double target, double answer) const {
    constexpr double kLeast = std::numeric_limits<double>::epsilon();
    answer = std::clamp(answer, kLeast, 1 - kLeast);
    const double loss = target == 0 ? 0 : -target * std::log(answer);
    return outputs() > 1 || target == 1 ? loss : loss - (1 - target) * std::log(1 - answer);
  }

  void EndIteration(double loss) {
    if (optimizer_.adam) return;
    if (optimizer_.schedule == "invscaling") {
      optimizer_.rate = optimizer_.rate_init / std::pow(rows_seen_ + 1, optimizer_.power_t);
    }
    if (optimizer_.schedule != "adaptive") return;
    no_improvement_ = loss > best_loss_ - tolerance_ ? no_improvement_ + 1 : 0;
    best_loss_ = std::min(best_loss_, loss);
    if (no_improvement_ <= no_change_max_ || optimizer_.rate <= 1e-6) return;
    optimizer_.rate /= 5;
    no_improvement_ = 0;
  }

  size_t classes_ = 0;         // 0: a regressor
  std::vector<size_t> sizes_;  // of the input and each layer
  Layers weights_;             // of layer l: sizes_[l] rows of sizes_[l + 1]
  Layers biases_;
  Activation hidden_ = Activation::kRelu, last_ = Activation::kIdentity;
  double alpha_ = 0.0001;
  size_t batch_size_ = 200;
  bool shuffles_ = false;
  uint32_t seed_ = 0;
  Optimizer optimizer_;
  double rows_seen_ = 0, best_loss_ = 0, tolerance_ = 1e-4, no_improvement_ = 0, no_change_max_ = 10;
};

Result<Activation> ReadActivation(const LearnerState& state, std::string_view attribute) {
  const std::string name = state.TextOr(attribute, "relu");
  if (name == "identity") return Activation::kIdentity;
  if (name == "relu") return Activation::kRelu;
  if (name == "tanh") return Activation::kTanh;
  if (name == "logistic") return Activation::kLogistic;
  if (name == "softmax") return Activation::kSoftmax;
  return Unsupported(state, std::string(attribute) + " '" + name + "'");
}

Result<Optimizer> ReadOptimizer(const LearnerState& state, size_t parameters) {
  Optimizer optimizer;
  const std::string solver = state.TextOr("solver", "adam");
  if (solver != "adam" && solver != "sgd")
    return Unsupported(state, "solver '" + solver + "', which learns all at once");
  optimizer.adam = solver == "adam";
  optimizer.rate_init = state.NumberOr("learning_rate_init", 0.001);
  SCOREWAY_ASSIGN_OR_RETURN(optimizer.rate, state.Number("optimizer.learning_rate"));
  if (optimizer.adam) {
    optimizer.beta_1 = state.NumberOr("beta_1", 0.9);
    optimizer.beta_2 = state.NumberOr("beta_2", 0.999);
    optimizer.epsilon = state.NumberOr("epsilon", 1e-8);
    SCOREWAY_ASSIGN_OR_RETURN(optimizer.steps, state.Number("optimizer.t"));
    SCOREWAY_ASSIGN_OR_RETURN(optimizer.means, state.Numbers("optimizer.ms", parameters));
    SCOREWAY_ASSIGN_OR_RETURN(optimizer.squares, state.Numbers("optimizer.vs", parameters));
  } else {
    optimizer.schedule = state.TextOr("learning_rate", "constant");
    optimizer.momentum = state.NumberOr("momentum", 0.9);
    optimizer.nesterov = state.NumberOr("nesterovs_momentum", 1) != 0;
    optimizer.power_t = state.NumberOr("power_t", 0.5);
    SCOREWAY_ASSIGN_OR_RETURN(optimizer.velocities, state.Numbers("optimizer.velocities", parameters));
  }
  return optimizer;
}

}  // namespace

Result<EstimatorPtr> MakePerceptron(const LearnerState& state, size_t width) {
  auto network = std::make_unique<Perceptron>();
  if (state.kind.ends_with("Classifier")) {
    SCOREWAY_ASSIGN_OR_RETURN(network->classes_, ClassCount(state));
  }
  if (state.NumberOr("early_stopping", 0) != 0) return Unsupported(state, "early_stopping, which partial_fit refuses");
  if (state.TextOr("loss", "") == "poisson") return Unsupported(state, "loss 'poisson'");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> sizes, state.Numbers("layer_sizes"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, state.Numbers("coefs_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> biases, state.Numbers("intercepts_"));
  network->sizes_.push_back(width);
  size_t weight = 0, bias = 0;
  for (double size_number : sizes) {
    const Error misfit{Code::kCorrupt, "the layers do not fit each other", state.place};
    if (!(size_number >= 1 && size_number <= static_cast<double>(biases.size() - bias))) return misfit;
    const auto size = static_cast<size_t>(size_number);
    if ((weights.size() - weight) / size < network->sizes_.back()) return misfit;
    const size_t cells = size * network->sizes_.back();
    const auto from = weights.begin() + static_cast<ptrdiff_t>(weight);
    const auto bias_from = biases.begin() + static_cast<ptrdiff_t>(bias);
    network->weights_.emplace_back(from, from + static_cast<ptrdiff_t>(cells));
    network->biases_.emplace_back(bias_from, bias_from + static_cast<ptrdiff_t>(size));
    network->sizes_.push_back(size);
    weight += cells;
    bias += size;
  }
  const size_t outputs = network->classes_ <= 2 ? 1 : network->classes_;
  if (weight != weights.size() || bias != biases.size() || network->weights_.empty()) {
    return Error{Code::kCorrupt, "the layers do not fit each other", state.place};
  }
  if (network->sizes_.back() != outputs) return Unsupported(state, "several targets a row");
  SCOREWAY_ASSIGN_OR_RETURN(network->hidden_, ReadActivation(state, "activation"));
  SCOREWAY_ASSIGN_OR_RETURN(network->last_, ReadActivation(state, "out_activation_"));
  SCOREWAY_ASSIGN_OR_RETURN(network->optimizer_, ReadOptimizer(state, weights.size() + biases.size()));
  network->alpha_ = state.NumberOr("alpha", 0.0001);
  // "auto" is a text, and means 200.
  network->batch_size_ = static_cast<size_t>(state.NumberWithin("batch_size", 1, 1e15, 200));
  // Without a seed scikit-learn takes any order: the rows' own is one of them.
  network->shuffles_ = state.NumberOr("shuffle", 1) != 0 && state.Has("random_state");
  network->seed_ = static_cast<uint32_t>(state.NumberWithin("random_state", 0, 4294967295.0, 0));
  network->rows_seen_ = state.NumberOr("t_", 0);
  network->best_loss_ = state.NumberOr("best_loss_", std::numeric_limits<double>::infinity());
  network->tolerance_ = state.NumberOr("tol", 1e-4);
  network->no_improvement_ = state.NumberOr("_no_improvement_count", 0);
  network->no_change_max_ = state.NumberOr("n_iter_no_change", 10);
  return EstimatorPtr(std::move(network));
}

}  // namespace scoreway::learn
