#include "importers/pmml/ranking.h"

#include <algorithm>
#include <numeric>

#include "base/number_text.h"

namespace scoreway::pmml {

using op::BinaryFunction;

Result<Ranking> RankColumns(Emit& emit, ValueId numbers, size_t count, bool descending) {
  const size_t width = emit.context().builder().shape(numbers).width;
  const op::RowAggregate best_of = descending ? op::RowAggregate::kMax : op::RowAggregate::kMin;
  std::vector<double> places(width);
  std::iota(places.begin(), places.end(), 0);
  SCOREWAY_RETURN_IF_ERROR(emit.context().Charge(width * sizeof(double), emit.at()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId columns, emit.Numbers(std::move(places)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit.Number(op::kNaN));
  Ranking ranking;
  ValueId left = numbers;
  for (size_t rank = 0; rank < std::min(count, width); ++rank) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, emit.Add(op::AggregateRow{best_of, true}, {left}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_best, emit.Add(op::Binary{BinaryFunction::kEqual, false}, {left, best}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Add(op::Row{op::RowFunction::kArgMax}, {is_best}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(op::UnaryFunction::kIsPresent, best));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId index, emit.Where(known, first, nothing));
    ranking.indices.push_back(index);
    ranking.numbers.push_back(best);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId used, emit.Binary(BinaryFunction::kEqual, columns, index));
    SCOREWAY_ASSIGN_OR_RETURN(left, emit.Where(used, nothing, left));
  }
  return ranking;
}

Result<size_t> RanksWanted(ModelScope& scope) {
  int64_t most = 1;
  const Element output = scope.model().Child("Output");
  if (!output) return size_t{1};
  for (const Element& field : output.Children("OutputField")) {
    const auto text = field.Attribute("rank");
    int64_t rank = 1;
    if (!text) continue;
    if (ParseInt64(*text, &rank) != NumberParse::kOk || rank < 1) {
      return Context::Corrupt(field, "rank '" + std::string(*text) + "' is no rank");
    }
    most = std::max(most, rank);
  }
  return static_cast<size_t>(most);
}

Result<ValueId> BestColumn(Emit& emit, ValueId numbers, ValueId tie_breakers) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId most, emit.Add(op::AggregateRow{op::RowAggregate::kMax}, {numbers}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ties, emit.Binary(BinaryFunction::kEqual, numbers, most));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId never, emit.Number(-op::kInfinity));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId candidates, emit.Where(ties, tie_breakers, never));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, emit.Add(op::Row{op::RowFunction::kArgMax}, {candidates}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(op::UnaryFunction::kIsPresent, most));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
  return emit.Where(known, best, none);
}

Result<Cell> TextOf(Emit& emit, const std::vector<std::string>& texts, ValueId index) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += sizeof(std::string) + text.size();
  SCOREWAY_RETURN_IF_ERROR(emit.context().Charge(bytes, emit.at()));
  Cell cell;
  cell.type = DataType::kString;
  cell.op_type = OpType::kCategorical;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeText{texts}, {index}));
  return cell;
}

}  // namespace scoreway::pmml
