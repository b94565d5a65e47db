#include "service/probe_hints.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_set>
#include <variant>

namespace scoreway {
namespace {

// Enough to meet every threshold of a feature; more cost time and show nothing new.
constexpr size_t kNumbersMax = 20'000;

// A column that is an input, but for a scale: cell = (input - offset) / factor.
struct Source {
  uint32_t input = 0;
  double offset = 0;
  double factor = 1;
};
using Sources = std::vector<std::optional<Source>>;  // by column

class HintFinder {
 public:
  explicit HintFinder(const Model& model) : model_(model), hints_(model.signature().inputs.size()) {
    sources_.resize(model.values().size());
    seen_.resize(hints_.size());
    for (uint32_t i = 0; i < hints_.size(); ++i) {
      sources_[i] = {Source{i, 0, 1}};
      for (const std::string& category : model.signature().inputs[i].categories) AddText(i, category);
    }
  }

  std::vector<ProbeHints> Find() && {
    for (const Operator& op : model_.operators()) {
      sources_[op.output].resize(model_.values()[op.output].width);
      std::visit([&](const auto& params) { Visit(params, op); }, op.params);
    }
    for (ProbeHints& hints : hints_) {
      std::sort(hints.numbers.begin(), hints.numbers.end());
      hints.numbers.erase(std::unique(hints.numbers.begin(), hints.numbers.end()), hints.numbers.end());
    }
    return std::move(hints_);
  }

 private:
  const Sources& In(const Operator& op) const { return sources_[op.inputs[0]]; }
  // The operator's cells are those of its input.
  void Pass(const Operator& op) { sources_[op.output] = In(op); }

  void AddNumber(const std::optional<Source>& source, double cell) {
    if (!source) return;
    const double number = cell * source->factor + source->offset;
    ProbeHints& hints = hints_[source->input];
    if (std::isfinite(number) && hints.numbers.size() < kNumbersMax) hints.numbers.push_back(number);
  }
  void AddText(uint32_t input, const std::string& text) {
    if (seen_[input].insert(text).second) hints_[input].texts.push_back(text);
  }

  template <typename Params>
  void Visit(const Params&, const Operator&) {}

  void Visit(const op::Concat&, const Operator& op) {
    Sources& out = sources_[op.output];
    out.clear();
    for (const ValueId input : op.inputs) out.insert(out.end(), sources_[input].begin(), sources_[input].end());
  }
  void Visit(const op::Select& select, const Operator& op) {
    for (size_t i = 0; i < select.columns.size(); ++i) sources_[op.output][i] = In(op)[select.columns[i]];
  }
  void Visit(const op::RequireFinite&, const Operator& op) { Pass(op); }
  void Visit(const op::ImputeNumber& impute, const Operator& op) {
    Pass(op);
    for (size_t c = 0; c < impute.fill.size(); ++c) {
      AddNumber(In(op)[c], impute.fill[c]);
      AddNumber(In(op)[c], impute.marker);
    }
  }
  void Visit(const op::ImputeText& impute, const Operator& op) {
    Pass(op);
    for (size_t c = 0; c < impute.fill.size(); ++c) {
      if (impute.has_marker && In(op)[c]) AddText(In(op)[c]->input, impute.marker);
    }
  }
  void Visit(const op::NumberDomain& domain, const Operator& op) {
    Pass(op);
    for (size_t c = 0; c < domain.low.size(); ++c) {
      AddNumber(In(op)[c], domain.low[c]);
      AddNumber(In(op)[c], domain.high[c]);
      for (const double marker : domain.missing_markers) AddNumber(In(op)[c], marker);
      if (!domain.clip_low.empty()) AddNumber(In(op)[c], domain.clip_low[c]);
      if (!domain.clip_high.empty()) AddNumber(In(op)[c], domain.clip_high[c]);
      if (domain.allowed.empty()) continue;
      for (const double value : domain.allowed[c]) AddNumber(In(op)[c], value);
    }
  }
  void Visit(const op::TextDomain& domain, const Operator& op) {
    Pass(op);
    for (size_t c = 0; c < In(op).size(); ++c) {
      if (!In(op)[c]) continue;
      for (const std::string& marker : domain.missing_markers) AddText(In(op)[c]->input, marker);
      if (domain.allowed.empty()) continue;
      for (const std::string& value : domain.allowed[c]) AddText(In(op)[c]->input, value);
    }
  }
  void Visit(const op::Affine& affine, const Operator& op) {
    const bool divides = affine.form == op::Affine::Form::kSubtractDivide;
    for (size_t c = 0; c < In(op).size(); ++c) {
      if (!In(op)[c]) continue;
      double offset = affine.offset.empty() ? 0 : affine.offset[c];
      double factor = affine.factor.empty() ? 1 : affine.factor[c];
      if (!divides) {
        factor = 1 / factor;
        offset = -offset * factor;
      }
      const Source& in = *In(op)[c];
      const Source out{in.input, in.offset + in.factor * offset, in.factor * factor};
      if (!std::isfinite(out.offset) || !std::isfinite(out.factor)) continue;
      sources_[op.output][c] = out;
      // A scaler's columns lie about 0, most within 2.
      for (const double cell : {-2.0, 0.0, 1.0, 2.0}) AddNumber(out, cell);
    }
  }
  void Visit(const op::EncodeNumber& encode, const Operator& op) {
    for (size_t c = 0; c < encode.categories.size(); ++c) {
      for (const double category : encode.categories[c]) AddNumber(In(op)[c], category);
    }
  }
  void Visit(const op::EncodeText& encode, const Operator& op) {
    for (size_t c = 0; c < encode.categories.size(); ++c) {
      if (!In(op)[c]) continue;
      for (const std::string& category : encode.categories[c]) AddText(In(op)[c]->input, category);
    }
  }
  void Visit(const op::Bin& bin, const Operator& op) {
    for (size_t c = 0; c < bin.edges.size(); ++c) {
      for (const double edge : bin.edges[c]) AddNumber(In(op)[c], edge);
    }
  }
  void Visit(const op::Threshold& threshold, const Operator& op) {
    for (const auto& source : In(op)) AddNumber(source, threshold.threshold);
  }
  void Visit(const op::Interpolate& interpolate, const Operator& op) {
    for (const auto& source : In(op)) {
      for (const double x : interpolate.x) AddNumber(source, x);
    }
  }
  void Visit(const op::GaussianLikelihood& normal, const Operator& op) {
    const size_t width = In(op).size();
    for (size_t i = 0; i < normal.mean.size(); ++i) AddNumber(In(op)[i % width], normal.mean[i]);
  }
  void Visit(const op::Distances& distances, const Operator& op) {
    const size_t width = In(op).size();
    for (size_t i = 0; i < distances.points.size(); ++i) AddNumber(In(op)[i % width], distances.points[i]);
  }
  void Visit(const op::TreeEnsemble& trees, const Operator& op) {
    for (size_t i = 0; i < trees.feature.size(); ++i) {
      if (trees.left[i] == i) continue;
      const std::optional<Source>& source = In(op)[trees.feature[i]];
      if ((trees.flags[i] & op::TreeEnsemble::kCategorical) == 0) {
        AddNumber(source, trees.threshold[i]);
      } else {
        AddNumber(source, 0);
        AddNumber(source, std::min(trees.category_bits[i], 12U));
      }
    }
  }

  const Model& model_;
  std::vector<ProbeHints> hints_;
  std::vector<std::unordered_set<std::string>> seen_;
  std::vector<Sources> sources_;  // by ValueId
};

}  // namespace

std::vector<ProbeHints> FindProbeHints(const Model& model) { return HintFinder(model).Find(); }

}  // namespace scoreway
