// Tables that map categories to others, and encoders that let missing cells be.

#include <algorithm>
#include <cmath>
#include <map>

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

// Scalars of Python as labels of one type. None and NaN are left out and counted.
struct Scalars {
  Labels labels;
  std::vector<bool> present;  // of each scalar
};

Result<Scalars> ReadScalars(const std::vector<Object>& objects) {
  Scalars scalars;
  bool any = false;
  for (const Object& object : objects) {
    const Type type = object.is_text() ? Type::kString : object.is_bool() ? Type::kBool : Type::kInt64;
    if (object.is_none()) {
      scalars.present.push_back(false);
      continue;
    }
    if (any && (type == Type::kString) != (scalars.labels.type == Type::kString)) {
      return Error{Code::kUnsupported, "texts and numbers in one table", object.path()};
    }
    if (type == Type::kString) {
      SCOREWAY_ASSIGN_OR_RETURN(scalars.labels.texts.emplace_back(), object.Text());
      scalars.labels.type = type;
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const double number, object.Number());
      const bool present = !std::isnan(number);
      scalars.present.push_back(present);
      const Type exact = object.node().kind() == pickle::Kind::kFloat ? Type::kFloat64 : type;
      if (!any) scalars.labels.type = exact;
      if (present && exact == Type::kFloat64) scalars.labels.type = exact;
      if (!present) continue;
      scalars.labels.numbers.push_back(number);
      any = true;
      continue;
    }
    scalars.present.push_back(true);
    any = true;
  }
  return scalars;
}

struct Pairs {
  std::vector<Object> keys, values;
};

Result<Pairs> ReadPairs(const Object& transformer) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object mapping, transformer.Want("mapping"));
  const Result<pickle::DictView> dict = mapping.node().AsDict();
  if (!dict.ok()) return AtPlace(mapping.path(), dict.error());
  Pairs pairs;
  for (size_t i = 0; i < dict->size(); ++i) {
    pairs.keys.emplace_back(&dict->key(i), mapping.path());
    pairs.values.emplace_back(&dict->value(i), mapping.path());
  }
  if (pairs.keys.empty()) return mapping.Corrupt("an empty table");
  return pairs;
}

// The codes of a column: the position of its cell among `known`, `unknown` for others, missing for a missing one.
Result<ValueId> CodesOf(Context& context, const Object& user, const Table& column, const Labels& known, double unknown,
                        double missing) {
  SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, column.columns[0], known.type));
  context.NoteCategories(column.columns[0], known);
  if (known.type == Type::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(user, column));
    return context.Add(
        op::EncodeText{context.ColumnNames(column), {known.texts}, {{false, unknown}}, {{false, missing}}}, {cells},
        user);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.DecidedNumbers(user, column));
  return context.Add(
      op::EncodeNumber{context.ColumnNames(column), {known.numbers}, {{false, unknown}}, {{false, missing}}}, {cells},
      user);
}

// What codes stand for: `entries`, in which missing ones may be. A code that is NaN stays missing.
Result<Table> Decode(Context& context, const Object& user, ValueId codes, const Scalars& entries, const Table& like) {
  const bool text = entries.labels.type == Type::kString;
  // A missing entry is a code beyond the table.
  std::vector<double> order;
  const auto beyond = static_cast<double>(entries.labels.size());
  double next = 0;
  for (const bool present : entries.present) order.push_back(present ? next++ : beyond);
  if (std::find(entries.present.begin(), entries.present.end(), false) != entries.present.end()) {
    SCOREWAY_ASSIGN_OR_RETURN(codes, context.Add(op::DecodeNumber{std::move(order)}, {codes}, user));
  }
  op::Params params = op::DecodeNumber{entries.labels.numbers};
  if (text) params = op::DecodeText{entries.labels.texts};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(params), {codes}, user));
  Table out = TypedTable(context, value, like, entries.labels.type);
  out.columns[0].name.clear();
  return out;
}

Result<Scalars> ReadEntries(const Object& transformer, std::vector<Object> values) {
  const Object otherwise = transformer.Get("default_value");
  if (otherwise.exists()) values.push_back(otherwise);
  SCOREWAY_ASSIGN_OR_RETURN(Scalars entries, ReadScalars(values));
  if (!otherwise.exists()) entries.present.push_back(false);
  return entries;
}

Status RefuseCategories(Context& context, const Object& transformer) {
  if (!transformer.Get("dtype").has_value()) return {};
  return Status(context.Unsupported(transformer, "a table that gives a categorical dtype"));
}

// One component of the keys of a table of several columns: the distinct values, and which of them each key has.
struct Component {
  Labels known;
  std::vector<size_t> of_key;
};

Result<Component> ReadComponent(const std::vector<Object>& cells) {
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars scalars, ReadScalars(cells));
  Component component;
  component.known.type = scalars.labels.type;
  if (scalars.labels.size() != cells.size()) return cells[0].Corrupt("a missing value in a key");
  const auto place = [&component](const auto& all, auto* known) {
    for (const auto& cell : all) {
      const auto found = std::find(known->begin(), known->end(), cell);
      component.of_key.push_back(static_cast<size_t>(found - known->begin()));
      if (found == known->end()) known->push_back(cell);
    }
  };
  if (scalars.labels.type == Type::kString) {
    place(scalars.labels.texts, &component.known.texts);
  } else {
    place(scalars.labels.numbers, &component.known.numbers);
  }
  return component;
}

}  // namespace

Result<Table> TransformLookup(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(RefuseCategories(context, transformer));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Pairs pairs, ReadPairs(transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars keys, ReadScalars(pairs.keys));
  if (keys.labels.size() != pairs.keys.size()) return transformer.Corrupt("a missing value as a key");
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars entries, ReadEntries(transformer, pairs.values));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, CodesOf(context, transformer, in, keys.labels,
                                                         static_cast<double>(keys.labels.size()), op::kNaN));
  // A missing cell comes out as it is: in a column of texts or of numbers, whichever the table gives.
  return Decode(context, transformer, codes, entries, in);
}

Result<Table> TransformFilterLookup(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Pairs pairs, ReadPairs(transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars keys, ReadScalars(pairs.keys));
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars values, ReadScalars(pairs.values));
  if (keys.labels.size() != values.labels.size() || keys.labels.size() != pairs.keys.size() ||
      keys.labels.type != values.labels.type) {
    return transformer.Corrupt("a table that does not give what it takes");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, CodesOf(context, transformer, in, keys.labels, op::kNaN, op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(const Table decoded, Decode(context, transformer, codes, values, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId found,
                            context.Add(op::Unary{op::UnaryFunction::kIsPresent}, {codes}, transformer));
  const bool text = keys.labels.type == Type::kString;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId same,
                            text ? context.Texts(transformer, in) : context.DecidedNumbers(transformer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            context.Add(op::Where{}, {found, decoded.columns[0].value, same}, transformer));
  return TypedTable(context, value, in, CellType(context, in.columns[0]));
}

Result<Table> TransformMultiLookup(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(RefuseCategories(context, transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const Pairs pairs, ReadPairs(transformer));
  std::vector<std::vector<Object>> cells(in.width());
  for (const Object& key : pairs.keys) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, key.Items());
    if (parts.size() != in.width()) return key.Corrupt("a key that has not one value a column");
    for (size_t i = 0; i < parts.size(); ++i) cells[i].push_back(parts[i]);
  }
  // Each combination is a number: the codes of its columns as digits, where the last digit stands for any other cell.
  std::vector<ValueId> digits;
  std::vector<double> strides;
  std::vector<double> numbers(pairs.keys.size());
  double stride = 1;
  for (size_t i = 0; i < in.width(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const Component component, ReadComponent(cells[i]));
    const auto other = static_cast<double>(component.known.size());
    const size_t position[] = {i};
    SCOREWAY_ASSIGN_OR_RETURN(digits.emplace_back(),
                              CodesOf(context, transformer, in.Select(position), component.known, other, op::kNaN));
    strides.push_back(stride);
    for (size_t key = 0; key < numbers.size(); ++key) {
      numbers[key] += stride * static_cast<double>(component.of_key[key]);
    }
    stride *= other + 1;
    if (stride > 9e15) return context.Unsupported(transformer, "a table of that many combinations");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Concat(std::move(digits), transformer));
  op::Linear linear;
  linear.weights = std::move(strides);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId combination, context.Add(std::move(linear), {joined}, transformer));
  const auto other = static_cast<double>(numbers.size());
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId codes,
      context.Add(op::EncodeNumber{{}, {std::move(numbers)}, {{false, other}}, {{false, op::kNaN}}}, {combination},
                  transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const Scalars entries, ReadEntries(transformer, pairs.values));
  Table like;
  like.columns.emplace_back();
  for (const TableColumn& column : in.columns) {
    auto& from = like.columns[0].missing_from;
    from.insert(from.end(), column.missing_from.begin(), column.missing_from.end());
  }
  auto& from = like.columns[0].missing_from;
  std::sort(from.begin(), from.end());
  from.erase(std::unique(from.begin(), from.end()), from.end());
  return Decode(context, transformer, codes, entries, like);
}

Result<Table> TransformPmmlLabelBinarizer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Object classes_at, transformer.Want("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels classes, ReadValues(classes_at));
  if (classes.missing_at || classes.size() == 0) return classes_at.Corrupt("classes that cannot be");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, CodesOf(context, transformer, in, classes, op::kNaN, op::kNaN));
  op::OneHot one_hot;
  one_hot.widths = {static_cast<uint32_t>(classes.size())};
  one_hot.slots.emplace_back();
  for (size_t i = 0; i < classes.size(); ++i) one_hot.slots[0].push_back(static_cast<int32_t>(i));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(one_hot), {codes}, transformer));
  return context.TableOf(value);
}

Result<Table> TransformPmmlLabelEncoder(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Object classes_at, transformer.Want("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels classes, ReadValues(classes_at));
  if (classes.missing_at || classes.size() == 0) return classes_at.Corrupt("classes that cannot be");
  SCOREWAY_ASSIGN_OR_RETURN(const double missing, transformer.NumberOr("missing_values", op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, CodesOf(context, transformer, in, classes, missing, missing));
  Table out = TypedTable(context, codes, in, std::nullopt);
  if (!std::isnan(missing)) out.columns[0].missing_from.clear();
  return out;
}

}  // namespace scoreway::sklearn2pmml
