#include "score/kernels/cell_error.h"
#include "score/kernels/date_time.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

Status NoDate(const Tile& tile, size_t row, uint32_t column, std::string_view text) {
  return CellError(tile, row, {}, column, "text " + ShownCell(text) + " is not a date (as 2004-02-29)");
}

class DateToNumberKernel final : public OperatorKernel<op::DateText> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      double* to = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = op::kNaN;
        if (from[r].data() == nullptr) continue;
        const std::optional<DateTime> date = ReadDateTime(from[r]);
        if (!date) return NoDate(tile, r, c, from[r]);
        to[r] = static_cast<double>(Number(*date));
      }
    }
    return {};
  }

 private:
  int64_t Number(const DateTime& date) const {
    switch (op_.function) {
      case op::DateFunction::kSeconds: return date.days * 86400 + date.seconds_of_day;
      case op::DateFunction::kSecondsOfDay: return date.seconds_of_day;
      default: return date.days;
    }
  }
};

class FormatDateKernel final : public OperatorKernel<op::DateText> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = {};
        if (from[r].data() == nullptr) continue;
        const std::optional<DateTime> date = ReadDateTime(from[r]);
        if (!date) return NoDate(tile, r, c, from[r]);
        to[r] = Format(*date, *tile.texts);
      }
    }
    return {};
  }

 private:
  // A letter gives four characters at most, twice what stands for it.
  std::string_view Format(const DateTime& date, TextArena& texts) const {
    char* const begin = texts.Allocate(2 * op_.format.size());
    char* at = begin;
    for (size_t i = 0; i < op_.format.size(); ++i) {
      if (op_.format[i] != '%') {
        *at++ = op_.format[i];
        continue;
      }
      at = AppendField(op_.format[++i], date, at);
    }
    return {begin, static_cast<size_t>(at - begin)};
  }

  static char* AppendDigits(int64_t number, int count, char* at) {
    for (int i = count - 1; i >= 0; --i, number /= 10) at[i] = static_cast<char>('0' + number % 10);
    return at + count;
  }

  static char* AppendField(char letter, const DateTime& date, char* at) {
    switch (letter) {
      case 'Y': return AppendDigits(date.year, 4, at);
      case 'y': return AppendDigits(date.year % 100, 2, at);
      case 'm': return AppendDigits(date.month, 2, at);
      case 'd': return AppendDigits(date.day, 2, at);
      case 'H': return AppendDigits(date.seconds_of_day / 3600, 2, at);
      case 'M': return AppendDigits(date.seconds_of_day / 60 % 60, 2, at);
      case 'S': return AppendDigits(date.seconds_of_day % 60, 2, at);
      case 'j': return AppendDigits(date.days - DaysSince1970(date.year, 1, 1) + 1, 3, at);
      default: *at = letter; return at + 1;
    }
  }
};

}  // namespace

KernelResult MakeDateText(const KernelContext& context) {
  if (context.output_shape().kind == ValueKind::kNumber) return KernelOf<DateToNumberKernel>(context);
  return KernelOf<FormatDateKernel>(context);
}

}  // namespace scoreway
