#include "challenge/loss.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "data/codec/json_writer.h"

namespace scoreway {
namespace {

bool IsMissing(const Cell& cell) { return !cell.column->valid(cell.row); }
bool IsText(const Cell& cell) { return IsText(cell.column->type()); }
double NumberOf(const Cell& cell) { return cell.column->NumberAt(cell.row); }

// As JSON would write it, without quotes.
std::string TextOf(const Cell& cell) {
  if (IsText(cell)) return std::string(cell.column->string_at(cell.row));
  if (cell.column->type() == Type::kBool) return NumberOf(cell) != 0 ? "true" : "false";
  std::string text;
  JsonWriter(&text).Double(NumberOf(cell));
  return text;
}

bool AreEqual(const Cell& a, const Cell& b) {
  return IsText(a) || IsText(b) ? TextOf(a) == TextOf(b) : NumberOf(a) == NumberOf(b);
}

// `positive` is JSON: 1, "yes", true.
bool IsPositive(const Cell& label, std::string_view positive) {
  if (positive.size() >= 2 && positive.front() == '"') positive = positive.substr(1, positive.size() - 2);
  if (TextOf(label) == positive) return true;
  return label.column->type() == Type::kBool && positive == (NumberOf(label) != 0 ? "1" : "0");
}

}  // namespace

std::optional<double> LossOf(const ChallengePolicy& policy, const Cell& output, const Cell& label) {
  if (IsMissing(output) || IsMissing(label)) return std::nullopt;
  if (policy.metric == LossKind::kError) return AreEqual(output, label) ? 0 : 1;
  if (IsText(output)) return std::nullopt;
  const double answer = NumberOf(output);
  if (std::isnan(answer)) return std::nullopt;
  const auto share = [&](double loss) { return std::min(loss / policy.scale, 1.0); };
  if (policy.metric == LossKind::kBrier || policy.metric == LossKind::kLogLoss) {
    const bool happened = IsPositive(label, policy.positive);
    const double probability = std::clamp(answer, 0.0, 1.0);
    if (policy.metric == LossKind::kLogLoss) return share(-std::log(happened ? probability : 1 - probability));
    return (probability - happened) * (probability - happened);
  }
  if (IsText(label)) return std::nullopt;
  const double far = std::abs(answer - NumberOf(label));
  if (std::isnan(far)) return std::nullopt;
  return share(policy.metric == LossKind::kAbsoluteError ? far : far * far);
}

}  // namespace scoreway
