// Between texts, codes and bins.

#include <algorithm>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

constexpr double kWidthMax = 1 << 24;

// The labels of each column. Before Spark 3.0 there was one list.
Result<std::vector<std::vector<std::string>>> LabelsOf(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  std::vector<std::vector<std::string>> lists;
  if (const parquet::Column* labels = table.Find("labelsArray"); labels != nullptr &&
                                                                 labels->kind == parquet::Column::Kind::kText &&
                                                                 labels->ends.size() == 2 && table.row_count() == 1) {
    for (size_t list = 0; list < labels->ends[1].size(); ++list) {
      const auto range = labels->ItemsOf(1, list);
      lists.emplace_back(labels->texts.begin() + range.begin, labels->texts.begin() + range.end);
    }
    return lists;
  }
  const parquet::Column* labels = table.Find("labels");
  if (labels == nullptr || labels->kind != parquet::Column::Kind::kText)
    return stage.Corrupt("its data have no labels");
  lists.push_back(labels->texts);
  return lists;
}

}  // namespace

Status LowerStringIndexer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  SCOREWAY_ASSIGN_OR_RETURN(const auto labels, LabelsOf(stage));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  if (labels.size() != columns.in.size()) return stage.Corrupt("has not one list of labels for each column");
  for (size_t i = 0; i < columns.in.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Text(stage, columns.in[i]));
    // What is not known, and a missing cell: an error, as is the row that "skip" would drop, or a code of their own.
    const op::CodeOrReject other =
        invalid == "keep" ? op::CodeOrReject{false, static_cast<double>(labels[i].size())} : op::CodeOrReject{true};
    if (invalid == "keep") context.AllowMissing(in);
    SCOREWAY_ASSIGN_OR_RETURN(
        const ValueId codes,
        context.Add(stage, op::EncodeText{{columns.in[i]}, {labels[i]}, {other}, {other}}, {in.value}));
    context.SetCategories(in, labels[i]);
    FrameColumn out;
    out.value = codes;
    out.labels = labels[i];
    if (invalid == "keep") out.labels.push_back("__unknown");
    out.code_count = static_cast<uint32_t>(out.labels.size());
    out.made_from = columns.in[i];
    context.Set(columns.out[i], std::move(out));
  }
  return {};
}

Status LowerIndexToString(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in_name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out_name, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Number(stage, in_name));
  std::vector<std::string> labels = in.labels;
  if (stage.IsSet("labels")) {
    SCOREWAY_ASSIGN_OR_RETURN(labels, stage.Texts("labels"));
  }
  if (labels.empty()) return context.Unsupported(stage, "nothing says what the codes of '" + in_name + "' stand for");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context.Add(stage, op::DecodeText{std::move(labels)}, {in.value}));
  FrameColumn out;
  out.kind = FrameColumn::Kind::kText;
  out.value = text;
  context.Set(out_name, std::move(out));
  return {};
}

Status LowerOneHotEncoder(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> sizes, stage.NumbersOf(table, "categorySizes"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool drop_last, stage.Bool("dropLast", true));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  if (sizes.size() != columns.in.size()) return stage.Corrupt("has not one size for each column");
  const bool keep = invalid == "keep";
  for (size_t i = 0; i < columns.in.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Number(stage, columns.in[i]));
    if (!(sizes[i] >= 1 && sizes[i] <= 1 << 20)) return stage.Corrupt("has a size out of range");
    // The codes 0 .. size - 1 are valid; with "keep" any other is one more.
    const auto valid = static_cast<uint32_t>(sizes[i]);
    const uint32_t codes = valid + (keep ? 1 : 0), width = codes - (drop_last ? 1 : 0);
    std::vector<double> categories(valid);
    for (uint32_t k = 0; k < valid; ++k) categories[k] = k;
    const op::CodeOrReject other = keep ? op::CodeOrReject{false, static_cast<double>(valid)} : op::CodeOrReject{true};
    SCOREWAY_ASSIGN_OR_RETURN(
        const ValueId checked,
        context.Add(stage, op::EncodeNumber{{columns.in[i]}, {std::move(categories)}, {other}, {other}}, {in.value}));
    std::vector<int32_t> slots(codes);
    for (uint32_t k = 0; k < codes; ++k) slots[k] = k < width ? static_cast<int32_t>(k) : -1;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId hot,
                              context.Add(stage, op::OneHot{{width}, {std::move(slots)}}, {checked}));
    context.SetVector(columns.out[i], hot);
  }
  return {};
}

// Columns of few values become codes in the order of the values; the map of each lies in a row's map of maps.
Status LowerVectorIndexer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in_name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out_name, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const double width, stage.NumberOf(table, "numFeatures"));
  if (!(width >= 0 && width <= kWidthMax)) return stage.Corrupt("has no number of features");
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Vector(stage, in_name, static_cast<size_t>(width)));
  const parquet::Column* features = table.Find("categoryMaps.key_value.key");
  const parquet::Column* values = table.Find("categoryMaps.key_value.value.key_value.key");
  const parquet::Column* codes = table.Find("categoryMaps.key_value.value.key_value.value");
  if (features == nullptr || values == nullptr || codes == nullptr || values->ends.size() != 2 ||
      values->ends != codes->ends || values->ends[1].size() != features->size()) {
    return stage.Corrupt("its data have no maps of categories");
  }
  std::vector<ValueId> columns;
  for (uint32_t c = 0; c < in.width; ++c) {
    SCOREWAY_ASSIGN_OR_RETURN(ValueId column, context.Select(stage, in.value, {c}));
    for (size_t f = 0; f < features->size(); ++f) {
      if (features->NumberAt(f) != c) continue;
      const auto range = values->ItemsOf(1, f);
      std::vector<double> categories(range.end - range.begin);
      for (size_t k = range.begin; k < range.end; ++k) {
        const double code = codes->NumberAt(k);
        if (!(code >= 0 && code < static_cast<double>(categories.size()))) return stage.Corrupt("has a damaged map");
        categories[static_cast<size_t>(code)] = values->NumberAt(k);
      }
      const op::CodeOrReject other =
          invalid == "keep" ? op::CodeOrReject{false, static_cast<double>(categories.size())} : op::CodeOrReject{true};
      const std::string name = in_name + "[" + std::to_string(c) + "]";
      SCOREWAY_ASSIGN_OR_RETURN(
          column, context.Add(stage, op::EncodeNumber{{name}, {std::move(categories)}, {other}, {other}}, {column}));
    }
    columns.push_back(column);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, op::Concat{}, std::move(columns)));
  context.SetVector(out_name, out);
  return {};
}

// Splits s_0 < ... < s_n: the bucket i of s_i <= x < s_{i+1}, the last one closed.
Status LowerBucketizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  std::vector<std::vector<double>> splits;
  if (stage.IsSet("splitsArray")) {
    const JsonValue::Array* lists = stage.Find("splitsArray")->array();
    for (size_t i = 0; lists != nullptr && i < lists->size(); ++i) {
      std::vector<double>& list = splits.emplace_back();
      const JsonValue::Array* items = (*lists)[i].array();
      for (size_t k = 0; items != nullptr && k < items->size(); ++k) {
        if (!(*items)[k].AsNumber(&list.emplace_back())) return stage.Corrupt("has a split that is no number");
      }
    }
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(splits.emplace_back(), stage.Numbers("splits"));
  }
  if (splits.size() != columns.in.size()) return stage.Corrupt("has not one list of splits for each column");
  for (size_t i = 0; i < columns.in.size(); ++i) {
    const std::vector<double>& edges = splits[i];
    if (edges.size() < 3 || !std::is_sorted(edges.begin(), edges.end())) return stage.Corrupt("has damaged splits");
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Number(stage, columns.in[i]));
    const auto buckets = static_cast<uint32_t>(edges.size() - 1);
    op::NumberDomain domain;
    domain.column_names = {columns.in[i]};
    domain.low = {edges.front()};
    domain.high = {edges.back()};
    domain.invalid = op::InvalidCell::kReject;
    domain.reject_missing = invalid != "keep";
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked, context.Add(stage, std::move(domain), {in.value}));
    std::vector<double> inner(edges.begin() + 1, edges.end() - 1);
    SCOREWAY_ASSIGN_OR_RETURN(ValueId bucket,
                              context.Add(stage, op::Bin{.edges = {std::move(inner)}, .codes = {buckets}}, {checked}));
    if (invalid == "keep") {
      context.AllowMissing(in);
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing,
                                context.Add(stage, op::Unary{op::UnaryFunction::kIsMissing}, {checked}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId extra,
                                context.Add(stage, op::Constant{{static_cast<double>(buckets)}}, {}));
      SCOREWAY_ASSIGN_OR_RETURN(bucket, context.Add(stage, op::Where{}, {missing, extra, bucket}));
    }
    FrameColumn out;
    out.value = bucket;
    out.code_count = buckets + (invalid == "keep" ? 1 : 0);
    context.Set(columns.out[i], std::move(out));
  }
  return {};
}

// Categories to what the target was among them in the mean, drawn towards the mean of all by `smoothing` rows of it.
// Two categories are none: that of all rows, and that of rows without one.
Status LowerTargetEncoder(Context& context, const Stage& stage) {
  constexpr double kAll = 2147483647, kMissing = -1;
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  SCOREWAY_ASSIGN_OR_RETURN(const double smoothing, stage.Number("smoothing", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string target, stage.Text("targetType", "binary"));
  if (target != "binary" && target != "continuous") {
    return context.Unsupported(stage, "the type of target '" + target + "'");
  }
  if (table.row_count() != columns.in.size()) return stage.Corrupt("has not one list of categories for each column");
  for (size_t row = 0; row < table.row_count(); ++row) {
    SCOREWAY_ASSIGN_OR_RETURN(const double index, stage.NumberOf(table, "index", row));
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> categories, stage.NumbersOf(table, "categories", row));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> counts, stage.NumbersOf(table, "counts", row));
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> means, stage.NumbersOf(table, "stats", row));
    const auto all = std::find(categories.begin(), categories.end(), kAll);
    if (!(index >= 0 && index < static_cast<double>(columns.in.size())) || counts.size() != categories.size() ||
        means.size() != categories.size() || all == categories.end()) {
      return stage.Corrupt("has damaged categories");
    }
    // Of a target of two classes it is how often the second one occurred.
    for (size_t k = 0; target == "binary" && k < means.size(); ++k) means[k] /= counts[k];
    const auto at = static_cast<size_t>(index);
    const double mean_of_all = means[static_cast<size_t>(all - categories.begin())];
    op::CodeOrReject missing{true}, other{invalid != "keep", static_cast<double>(categories.size())};
    op::DecodeNumber decode;
    for (size_t k = 0; k < categories.size(); ++k) {
      const double weight = counts[k] / (counts[k] + smoothing);
      decode.table.push_back(weight * means[k] + (1 - weight) * mean_of_all);
      if (categories[k] == kMissing) missing = {false, static_cast<double>(k)};
    }
    decode.table.push_back(mean_of_all);
    if (missing.reject) missing = other;
    for (double& category : categories) {
      // Never the category of a cell.
      if (category == kAll || category == kMissing) category = -op::kInfinity;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Number(stage, columns.in[at]));
    if (!missing.reject) context.AllowMissing(in);
    SCOREWAY_ASSIGN_OR_RETURN(
        const ValueId code,
        context.Add(stage, op::EncodeNumber{{columns.in[at]}, {std::move(categories)}, {other}, {missing}},
                    {in.value}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(stage, std::move(decode), {code}));
    context.SetNumber(columns.out[at], mean);
  }
  return {};
}

Status LowerBinarizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  std::vector<double> thresholds;
  if (stage.IsSet("thresholds")) {
    SCOREWAY_ASSIGN_OR_RETURN(thresholds, stage.Numbers("thresholds"));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, stage.Number("threshold", 0));
    thresholds.assign(columns.in.size(), threshold);
  }
  if (thresholds.size() != columns.in.size()) return stage.Corrupt("has not one threshold for each column");
  for (size_t i = 0; i < columns.in.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Any(stage, columns.in[i]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, op::Threshold{thresholds[i]}, {in.value}));
    if (in.kind == FrameColumn::Kind::kVector) {
      context.SetVector(columns.out[i], out);
    } else {
      FrameColumn binary;
      binary.value = out;
      binary.code_count = 2;
      context.Set(columns.out[i], std::move(binary));
    }
  }
  return {};
}

}  // namespace scoreway::spark
