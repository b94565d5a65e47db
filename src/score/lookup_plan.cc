#include "score/lookup_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <variant>

namespace scoreway {
namespace {

// What a lookup may hold, and all of them together: a table stays within the nearest caches, and filling it takes no
// time that anybody notices.
constexpr size_t kCellsMax = 1024;
constexpr uint32_t kColumnsMax = 64;
constexpr size_t kTableNumbersMax = size_t{1} << 15;
constexpr size_t kAllNumbersMax = size_t{1} << 19;
constexpr size_t kRunsMax = size_t{1} << 18;

constexpr ValueId kMany = std::numeric_limits<ValueId>::max();  // rests on several inputs, or on one not looked up
constexpr ValueId kNothing = std::numeric_limits<ValueId>::max() - 1;  // a constant

const std::vector<double>* AllowedNumbers(const Operator& op) {
  const auto* domain = std::get_if<op::NumberDomain>(&op.params);
  return domain != nullptr && domain->allowed.size() == 1 && !domain->allowed[0].empty() ? &domain->allowed[0]
                                                                                         : nullptr;
}

class Finder {
 public:
  Finder(const Model& model, const PlanOperators& chosen, const std::vector<bool>& is_constant)
      : model_(model), chosen_(chosen), source_(model.values().size(), kMany) {
    for (ValueId value = 0; value < source_.size(); ++value) {
      if (is_constant[value]) source_[value] = kNothing;
    }
    lookups_.resize(model.signature().inputs.size());
    for (ValueId input = 0; input < lookups_.size(); ++input) lookups_[input].input = input;
  }

  std::vector<Lookup> Find(std::span<const OutputField* const> outputs) {
    FindSources();
    for (const Operator* op : chosen_.operators) Assign(*op);
    for (Lookup& lookup : lookups_) AddCells(&lookup);
    FindOutputs(outputs);
    for (Lookup& lookup : lookups_) lookup.others_alike = OthersAreAlike(lookup);
    std::erase_if(lookups_, [this](const Lookup& lookup) { return !Pays(lookup); });
    return std::move(lookups_);
  }

 private:
  // Texts may be looked up; numbers that can only be a few.
  void FindSources() {
    const std::vector<InputField>& inputs = model_.signature().inputs;
    for (ValueId input = 0; input < inputs.size(); ++input) {
      if (inputs[input].type == Type::kString || inputs[input].type == Type::kBool) source_[input] = input;
    }
    for (const Operator* op : chosen_.operators) {
      if (AllowedNumbers(*op) != nullptr && op->inputs[0] < inputs.size()) source_[op->inputs[0]] = op->inputs[0];
    }
  }

  void Assign(const Operator& op) {
    ValueId source = kNothing;
    for (ValueId input : op.inputs) {
      const ValueId of_input = source_[chosen_.same_as[input]];
      if (of_input == kNothing || of_input == source) continue;
      source = source == kNothing ? of_input : kMany;
    }
    if (source == kNothing || source == kMany || model_.values()[op.output].width > kColumnsMax) return;
    source_[op.output] = source;
    lookups_[source].operators.push_back(&op);
  }

  void AddCells(Lookup* lookup) const {
    const InputField& field = model_.signature().inputs[lookup->input];
    if (field.type == Type::kString) {
      AddTexts(field, lookup);
    } else if (!IsText(field.type)) {
      std::set<double> numbers;
      if (field.type == Type::kBool) numbers = {0, 1};
      for (const Operator* op : lookup->operators) {
        if (const auto* allowed = AllowedNumbers(*op)) numbers.insert(allowed->begin(), allowed->end());
      }
      lookup->numbers.assign(numbers.begin(), numbers.end());
    }
  }

  static void AddTexts(const InputField& field, Lookup* lookup) {
    std::set<std::string> texts(field.categories.begin(), field.categories.end());
    for (const Operator* op : lookup->operators) {
      if (const auto* encode = std::get_if<op::EncodeText>(&op->params); encode && encode->categories.size() == 1) {
        texts.insert(encode->categories[0].begin(), encode->categories[0].end());
      }
      if (const auto* domain = std::get_if<op::TextDomain>(&op->params)) {
        if (domain->allowed.size() == 1) texts.insert(domain->allowed[0].begin(), domain->allowed[0].end());
        texts.insert(domain->missing_markers.begin(), domain->missing_markers.end());
      }
    }
    lookup->texts.assign(texts.begin(), texts.end());
  }

  void FindOutputs(std::span<const OutputField* const> outputs) {
    std::vector<bool> wanted(source_.size(), false);
    for (const OutputField* output : outputs) wanted[chosen_.same_as[output->value]] = true;
    for (const Operator* op : chosen_.operators) {
      for (ValueId input : op->inputs) {
        const ValueId value = chosen_.same_as[input];
        if (source_[op->output] != source_[value]) wanted[value] = true;
      }
    }
    for (Lookup& lookup : lookups_) {
      for (const Operator* op : lookup.operators) {
        if (wanted[op->output]) lookup.outputs.push_back(op->output);
      }
    }
  }

  // An operator that only asks whether its text is one of those that AddTexts has taken from it, if it asks for more
  // than whether there is one.
  static bool AsksForListedTexts(const Operator& op) {
    if (const auto* encode = std::get_if<op::EncodeText>(&op.params)) return encode->categories.size() == 1;
    return std::holds_alternative<op::TextDomain>(op.params) || std::holds_alternative<op::Unary>(op.params);
  }

  // The text itself may come through a domain; who reads it must ask for listed texts only, and no other kernel may.
  bool OthersAreAlike(const Lookup& lookup) const {
    if (model_.values()[lookup.input].kind != ValueKind::kText) return false;
    std::vector<bool> carries(source_.size(), false);
    carries[lookup.input] = true;
    for (const Operator* op : lookup.operators) {
      const bool reads =
          std::ranges::any_of(op->inputs, [&](ValueId input) { return carries[chosen_.same_as[input]]; });
      if (!reads) continue;
      if (!AsksForListedTexts(*op)) return false;
      carries[op->output] = std::holds_alternative<op::TextDomain>(op->params);
    }
    return std::ranges::none_of(lookup.outputs, [&](ValueId output) { return carries[output]; });
  }

  // Bounds what lookups take together, the first come first.
  bool Pays(const Lookup& lookup) {
    const size_t cells = lookup.cells();
    if (lookup.operators.size() < 2 || cells == 0 || cells > kCellsMax) return false;
    size_t width = 0;
    for (ValueId output : lookup.outputs) width += model_.values()[output].width;
    const size_t numbers = width * (cells + 1), runs = lookup.operators.size() * (cells + 1);
    if (numbers > kTableNumbersMax || numbers > numbers_left_ || runs > runs_left_) return false;
    numbers_left_ -= numbers;
    runs_left_ -= runs;
    return true;
  }

  const Model& model_;
  const PlanOperators& chosen_;
  std::vector<ValueId> source_;  // by ValueId
  std::vector<Lookup> lookups_;  // by input
  size_t numbers_left_ = kAllNumbersMax, runs_left_ = kRunsMax;
};

}  // namespace

std::vector<Lookup> FindLookups(const Model& model, const PlanOperators& chosen, const std::vector<bool>& is_constant,
                                std::span<const OutputField* const> outputs) {
  return Finder(model, chosen, is_constant).Find(outputs);
}

}  // namespace scoreway
