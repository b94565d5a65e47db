#include "service/probe_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "service/probe_hints.h"

namespace scoreway {
namespace {

// A model that refuses most rows is given up on after so many tries a row.
constexpr size_t kTriesPerRow = 8;
constexpr double kOddRows = 0.5, kOddCells = 0.15;
constexpr int64_t kExactMax = int64_t{1} << 53;

class RowMaker {
 public:
  RowMaker(const Model& model, uint64_t seed) : model_(model), hints_(FindProbeHints(model)), random_(seed) {}

  void AppendRow(Batch* batch) {
    const bool odd_row = Chance(kOddRows);
    for (size_t c = 0; c < batch->column_count(); ++c) {
      const bool odd = odd_row && Chance(kOddCells);
      const InputField& field = model_.signature().inputs[c];
      Column& column = batch->column(c);
      if (odd && field.missing == MissingRule::kModel && Chance(0.5)) {
        column.AppendNull();
      } else if (IsText(field.type)) {
        column.AppendString(Text(hints_[c], odd));
      } else {
        AppendNumber(Number(hints_[c], odd), &column);
      }
    }
  }

 private:
  // Of a generator whose numbers are the same everywhere, unlike those of std's distributions.
  double Uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  bool Chance(double probability) { return Uniform() < probability; }
  size_t Index(size_t count) { return static_cast<size_t>(random_() % count); }

  std::string Text(const ProbeHints& hints, bool odd) {
    if (hints.texts.empty()) return "text " + std::to_string(Index(5));
    if (odd && Chance(0.5)) return "never seen";
    return hints.texts[Index(hints.texts.size())];
  }

  double Number(const ProbeHints& hints, bool odd) {
    if (hints.numbers.empty()) return odd ? (Uniform() - 0.5) * 2e6 : (Uniform() - 0.5) * 6;
    if (odd && Chance(0.3)) return Outside(hints.numbers);
    const double number = hints.numbers[Index(hints.numbers.size())];
    if (odd || Chance(0.3)) return Beside(number);
    // Between this number and the next but some.
    const double other = hints.numbers[Index(hints.numbers.size())];
    return number + (other - number) * Uniform();
  }

  double Outside(const std::vector<double>& numbers) {
    const double low = numbers.front(), high = numbers.back();
    const double span = std::max(high - low, 1.0) * (1 + 3 * Uniform());
    return Chance(0.5) ? low - span : high + span;
  }

  // The number, or the next one of float64 or float32 above or below.
  double Beside(double number) {
    const double up = Chance(0.5) ? op::kInfinity : -op::kInfinity;
    switch (Index(4)) {
      case 0: return std::nextafter(number, up);
      case 1: return std::nextafterf(static_cast<float>(number), static_cast<float>(up));
      case 2: {
        // Where rounding to float32 turns.
        const auto near = static_cast<float>(number);
        return (static_cast<double>(near) + std::nextafterf(near, static_cast<float>(up))) / 2;
      }
      default: return number;
    }
  }

  static void AppendNumber(double number, Column* column) {
    if (!std::isfinite(number)) number = 0;
    if (column->type() == Type::kBool) return column->AppendBool(std::fmod(std::fabs(number) * 64, 2) >= 1);
    if (column->type() == Type::kInt64) {
      number = std::clamp(std::nearbyint(number), -static_cast<double>(kExactMax), static_cast<double>(kExactMax));
    }
    if (column->type() == Type::kFloat32) number = static_cast<float>(number);
    column->AppendNumber(std::isfinite(number) ? number : 0);
  }

  const Model& model_;
  std::vector<ProbeHints> hints_;
  std::mt19937_64 random_;
};

void AppendCell(const Column& from, size_t row, Column* to) {
  if (!from.valid(row)) return to->AppendNull();
  if (IsText(from.type())) return to->AppendString(from.string_at(row));
  if (from.type() == Type::kInt64) return to->AppendInt64(from.int64s()[row]);
  to->AppendNumber(from.NumberAt(row));
}

}  // namespace

Result<Batch> MakeProbeRows(const Plan& plan, const ProbeOptions& options) {
  RowMaker maker(plan.model(), options.seed);
  Batch rows(plan.input_schema()), row(plan.input_schema()), answer(plan.output_schema());
  if (rows.column_count() == 0) return rows;
  const ScratchPtr scratch = plan.MakeScratch();
  for (size_t tries = 0; rows.rows() < options.rows && tries < options.rows * kTriesPerRow; ++tries) {
    row.Clear();
    maker.AppendRow(&row);
    const Status scored = plan.Run(row, *scratch, &answer);
    if (scored.code() == Code::kInvalidArgument) continue;
    SCOREWAY_RETURN_IF_ERROR(Status(scored.ok() ? Status() : Status(scored.error())));
    for (size_t c = 0; c < rows.column_count(); ++c) AppendCell(row.column(c), 0, &rows.column(c));
  }
  return rows;
}

}  // namespace scoreway
