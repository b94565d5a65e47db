#include "score/plan_operators.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <variant>

namespace scoreway {
namespace {

// Larger parameters are hardly there twice, and are not worth the comparison.
constexpr size_t kKeyBytesMax = 4096;

// Operator as bytes: what it does to which Values. Too long a key stops growing, and counts for none.
class Key {
 public:
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  void Put(const T& value) {
    PutBytes(&value, sizeof(value));
  }
  void Put(const op::CodeOrReject& rule) {
    Put(rule.reject);
    Put(rule.code);
  }
  void Put(const std::string& text) {
    Put(text.size());
    PutBytes(text.data(), text.size());
  }
  template <typename T>
  void Put(const std::vector<T>& items) {
    Put(items.size());
    for (size_t i = 0; i < items.size() && !too_long(); ++i) Put(items[i]);
  }

  bool too_long() const { return bytes_.size() > kKeyBytesMax; }
  const std::string& bytes() const { return bytes_; }

 private:
  void PutBytes(const void* bytes, size_t size) {
    bytes_.append(static_cast<const char*>(bytes), std::min(size, kKeyBytesMax + 1));
  }

  std::string bytes_;
};

Key KeyOf(const Operator& op, const std::vector<ValueId>& same_as) {
  Key key;
  key.Put(op.params.index());
  key.Put(op.inputs.size());
  for (ValueId input : op.inputs) key.Put(same_as[input]);
  std::visit(
      [&key](const auto& params) {
        params.Fields(params, [&key](std::string_view, const auto& field) { key.Put(field); });
      },
      static_cast<const op::AnyParams&>(op.params));
  return key;
}

std::vector<const Operator*> LiveOperators(const Model& model, std::span<const OutputField* const> outputs,
                                           std::vector<bool>* read) {
  read->assign(model.values().size(), false);
  for (const OutputField* output : outputs) (*read)[output->value] = true;
  std::vector<const Operator*> live;
  for (size_t i = model.operators().size(); i-- > 0;) {
    const Operator& op = model.operators()[i];
    if (!(*read)[op.output]) continue;
    for (ValueId input : op.inputs) (*read)[input] = true;
    live.push_back(&op);
  }
  std::reverse(live.begin(), live.end());
  return live;
}

}  // namespace

PlanOperators ChooseOperators(const Model& model, std::span<const OutputField* const> outputs) {
  PlanOperators chosen;
  chosen.same_as.resize(model.values().size());
  std::iota(chosen.same_as.begin(), chosen.same_as.end(), ValueId{0});
  std::unordered_map<std::string, ValueId> known;
  for (const Operator* op : LiveOperators(model, outputs, &chosen.read)) {
    const Key key = KeyOf(*op, chosen.same_as);
    if (!key.too_long()) {
      const auto [it, is_new] = known.emplace(key.bytes(), op->output);
      if (!is_new) {
        chosen.same_as[op->output] = it->second;
        continue;
      }
    }
    chosen.operators.push_back(op);
  }
  return chosen;
}

}  // namespace scoreway
