// Alternating least squares.

#include <utility>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

struct Factors {
  std::vector<double> ids;
  std::vector<std::vector<double>> columns;  // rank columns, an entry for each id
};

Result<Factors> ReadFactors(const Stage& stage, const char* folder, size_t rank) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable(folder));
  const parquet::Column* id = table.Find("id");
  const parquet::Column* features = table.Find("features");
  if (id == nullptr || features == nullptr || id->kind != parquet::Column::Kind::kInteger || !id->ends.empty() ||
      features->kind != parquet::Column::Kind::kReal || features->ends.size() != 1 ||
      features->size() != rank * table.row_count()) {
    return stage.Corrupt("its factors are not of its rank");
  }
  Factors factors;
  factors.columns.resize(rank);
  for (size_t row = 0; row < table.row_count(); ++row) {
    factors.ids.push_back(id->NumberAt(row));
    const auto range = features->ValuesOf(row);
    if (range.end - range.begin != rank) return stage.Corrupt("its factors are not of its rank");
    for (size_t k = 0; k < rank; ++k) factors.columns[k].push_back(features->reals[range.begin + k]);
  }
  return factors;
}

// The factors of the id in a column, each; missing for one that was not in the training data.
Result<std::vector<ValueId>> LookUp(Context& context, const Stage& stage, const char* parameter, Factors factors) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text(parameter));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Number(stage, name));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId code,
      context.Add(stage, op::EncodeNumber{{name}, {std::move(factors.ids)}, {{false, op::kNaN}}, {{false, op::kNaN}}},
                  {column.value}));
  std::vector<ValueId> parts;
  for (std::vector<double>& table : factors.columns) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context.Add(stage, op::DecodeNumber{std::move(table)}, {code}));
    parts.push_back(part);
  }
  return parts;
}

// A float32 number from the float64 that an operator gives.
Result<ValueId> Rounded(Context& context, const Stage& stage, op::BinaryFunction function, ValueId a, ValueId b) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(stage, op::Binary{function}, {a, b}));
  return context.Add(stage, op::Unary{op::UnaryFunction::kFloat32}, {value});
}

// How Spark's sgemv computes sums: a fused product since netlib of 3.2, on Java 11 and later, and not in Spark 4.
bool IsFused(const Stage& stage) { return stage.AtLeast(3, 2) && !stage.AtLeast(4, 0); }

Status SetList(Context& context, const Stage& stage, const std::string& name, ValueId lists, uint32_t column) {
  FrameColumn list;
  list.kind = FrameColumn::Kind::kList;
  SCOREWAY_ASSIGN_OR_RETURN(list.value, context.Select(stage, lists, {column}));
  context.Set(name, std::move(list));
  context.MarkAnswer(name);
  return {};
}

// recommendForUserSubset: the items and their ratings, as two lists; missing for a user that is not known.
Status LowerRecommendations(Context& context, const Stage& stage, const std::vector<ValueId>& user, Factors items) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string item_name, stage.Text("itemCol"));
  if (context.Peek(item_name) != nullptr) {
    return context.Unsupported(stage, "recommendations where stages before make the column '" + item_name +
                                          "'; the ALSModel itself can be pushed");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, context.Add(stage, op::Concat{}, user));
  op::GreatestProducts greatest;
  greatest.count = context.recommend();
  greatest.fused = IsFused(stage);
  for (size_t i = 0; i < items.ids.size(); ++i) {
    for (const std::vector<double>& column : items.columns) greatest.points.push_back(column[i]);
  }
  greatest.ids = std::move(items.ids);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId lists, context.Add(stage, std::move(greatest), {row}));
  SCOREWAY_RETURN_IF_ERROR(SetList(context, stage, "recommendations", lists, 0));
  context.NoteRecommender();
  return SetList(context, stage, "ratings", lists, 1);
}

}  // namespace

// The product of a user's and an item's factors in float32; missing for a user or item that is not known, also where
// coldStartStrategy would drop the row, so that rows and answers stay together.
Status LowerAls(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const double rank, stage.Number("rank"));
  if (!(rank >= 1 && rank <= 1 << 16)) return stage.Corrupt("has no rank");
  SCOREWAY_ASSIGN_OR_RETURN(Factors users, ReadFactors(stage, "userFactors", static_cast<size_t>(rank)));
  SCOREWAY_ASSIGN_OR_RETURN(Factors items, ReadFactors(stage, "itemFactors", static_cast<size_t>(rank)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ValueId> user, LookUp(context, stage, "userCol", std::move(users)));
  if (context.recommend() != 0) return LowerRecommendations(context, stage, user, std::move(items));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ValueId> item, LookUp(context, stage, "itemCol", std::move(items)));
  // BLAS's sdot as Spark's Java runs it: one product after the other.
  ValueId prediction = 0;
  for (size_t k = 0; k < user.size(); ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId product,
                              Rounded(context, stage, op::BinaryFunction::kMultiply, user[k], item[k]));
    if (k == 0) {
      prediction = product;
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(prediction, Rounded(context, stage, op::BinaryFunction::kAdd, prediction, product));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("predictionCol", "prediction"));
  context.SetNumber(name, prediction);
  context.MarkAnswer(name);
  return {};
}

}  // namespace scoreway::spark
