// Encoders: categories to codes or to 0/1 columns.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// What one column's cells become. Codes number the categories that are not the missing one, in their order; two more
// codes stand for a missing and for an unknown cell.
struct Coding {
  Labels categories;
  bool reject_unknown = true;
  bool reject_missing = true;

  size_t known() const { return categories.size() - (categories.missing_at ? 1 : 0); }
  double missing_code() const { return static_cast<double>(known()); }
  double unknown_code() const { return static_cast<double>(known() + 1); }
  // The position in `categories` of a code below known().
  size_t Position(size_t code) const {
    return categories.missing_at && code >= *categories.missing_at ? code + 1 : code;
  }
};

Type InputType(const Coding& coding) {
  const Type type = coding.categories.type;
  // An int64 column of numpy has no missing cells; one that may miss was float64 when it was trained on.
  return type == Type::kInt64 && !coding.reject_missing ? Type::kFloat64 : type;
}

template <typename Encode, typename List>
Encode MakeEncode(const std::vector<Coding>& codings, const std::vector<size_t>& positions, List Labels::*list) {
  Encode encode;
  for (size_t position : positions) {
    const Coding& coding = codings[position];
    List known = coding.categories.*list;
    if (coding.categories.missing_at)
      known.erase(known.begin() + static_cast<ptrdiff_t>(*coding.categories.missing_at));
    encode.categories.push_back(std::move(known));
    encode.unknown.push_back({coding.reject_unknown, coding.unknown_code()});
    encode.missing.push_back({coding.reject_missing, coding.missing_code()});
  }
  return encode;
}

// Codes of each column, as a table of one column each in the order of `in`. Columns of text and of numbers are encoded
// by one operator each.
Result<Table> Encode(Context& context, const Object& encoder, const Table& in, const std::vector<Coding>& codings) {
  Table out;
  out.columns.resize(in.width());
  for (const bool text : {true, false}) {
    std::vector<size_t> positions;
    for (size_t i = 0; i < codings.size(); ++i) {
      if ((codings[i].categories.type == Type::kString) == text) positions.push_back(i);
    }
    if (positions.empty()) continue;
    const Table part = in.Select(positions);
    for (size_t i = 0; i < positions.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(context.DecideInput(encoder, part.columns[i], InputType(codings[positions[i]])));
    }
    op::Params params;
    if (text) {
      auto encode = MakeEncode<op::EncodeText>(codings, positions, &Labels::texts);
      encode.column_names = context.ColumnNames(part);
      params = std::move(encode);
    } else {
      auto encode = MakeEncode<op::EncodeNumber>(codings, positions, &Labels::numbers);
      encode.column_names = context.ColumnNames(part);
      params = std::move(encode);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells,
                              text ? context.Texts(encoder, part) : context.DecidedNumbers(encoder, part));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context.Add(std::move(params), {cells}, encoder));
    const Table encoded = context.TableOf(codes);
    for (size_t i = 0; i < positions.size(); ++i) {
      out.columns[positions[i]] = encoded.columns[i];
      context.NoteCategories(part.columns[i], codings[positions[i]].categories);
      if (codings[positions[i]].reject_missing) context.RejectMissing(part.columns[i]);
    }
  }
  return out;
}

Result<std::vector<Labels>> ReadCategories(const Object& encoder, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> lists, encoder.Items("categories_"));
  if (lists.size() != width) {
    return encoder.Corrupt("has categories for " + std::to_string(lists.size()) + " columns, but " +
                           std::to_string(width) + " come in");
  }
  std::vector<Labels> categories;
  for (const Object& list : lists) {
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, list.ReadLabels());
    categories.push_back(std::move(labels));
  }
  return categories;
}

// How categories are numbered after the infrequent ones of a column are grouped; the identity when none are.
struct Grouping {
  std::vector<size_t> group;  // by position in categories_
  std::optional<size_t> infrequent_group;
  size_t groups = 0;
};

Result<std::vector<Grouping>> ReadGroupings(const Object& encoder, const std::vector<Labels>& categories) {
  std::vector<Grouping> groupings(categories.size());
  for (size_t i = 0; i < categories.size(); ++i) {
    for (size_t k = 0; k < categories[i].size(); ++k) groupings[i].group.push_back(k);
    groupings[i].groups = categories[i].size();
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool enabled, encoder.BoolOr("_infrequent_enabled", false));
  const Object mappings_at = encoder.Get("_default_to_infrequent_mappings");
  if (!enabled || !mappings_at.has_value()) return groupings;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> mappings, mappings_at.Items());
  if (mappings.size() != categories.size()) return mappings_at.Corrupt("not one mapping a column");
  for (size_t i = 0; i < mappings.size(); ++i) {
    if (mappings[i].is_none()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> mapping, mappings[i].Integers());
    // An ordinal encoder leaves the missing category, always the last, out of the mapping.
    const size_t known = categories[i].size() - (categories[i].missing_at ? 1 : 0);
    if (mapping.empty() || (mapping.size() != categories[i].size() && mapping.size() != known)) {
      return mappings[i].Corrupt("not one group a category");
    }
    for (size_t k = 0; k < mapping.size(); ++k) {
      if (mapping[k] < 0 || static_cast<size_t>(mapping[k]) >= categories[i].size()) {
        return mappings[i].Corrupt("a group out of range");
      }
      groupings[i].group[k] = static_cast<size_t>(mapping[k]);
    }
    const int64_t last = *std::max_element(mapping.begin(), mapping.end());
    groupings[i].infrequent_group = static_cast<size_t>(last);
    groupings[i].groups = static_cast<size_t>(last) + 1;
  }
  return groupings;
}

// The group that each column leaves out, if any.
Result<std::vector<std::optional<size_t>>> ReadDropped(const Object& encoder, size_t width) {
  std::vector<std::optional<size_t>> dropped(width);
  const Object drops = encoder.GetFirst({"_drop_idx_after_grouping", "drop_idx_"});
  if (!drops.has_value()) return dropped;
  std::vector<int64_t> plain;
  if (drops.is_array() && (*drops.node().AsArray())->stored_nodes() == nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(plain, drops.Integers());
    if (plain.size() != width) return drops.Corrupt("not one entry a column");
    for (size_t i = 0; i < width; ++i) {
      if (plain[i] < 0) return drops.Corrupt("an index below 0");
      dropped[i] = static_cast<size_t>(plain[i]);
    }
    return dropped;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, drops.Items());
  if (items.size() != width) return drops.Corrupt("not one entry a column");
  for (size_t i = 0; i < width; ++i) {
    if (items[i].is_none()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t index, items[i].Integer());
    if (index < 0) return items[i].Corrupt("an index below 0");
    dropped[i] = static_cast<size_t>(index);
  }
  return dropped;
}

// The output column of a group, or -1 if it is left out.
int32_t Slot(size_t group, const std::optional<size_t>& dropped) {
  if (!dropped || group < *dropped) return static_cast<int32_t>(group);
  return group == *dropped ? -1 : static_cast<int32_t>(group) - 1;
}

Result<Table> AddOneHot(Context& context, const Object& encoder, const Table& codes, op::OneHot one_hot) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Numbers(encoder, codes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(one_hot), {all}, encoder));
  return context.TableOf(out);
}

// One column of codes replaced by the numbers of a table.
Result<TableColumn> Decode(Context& context, const Object& encoder, const TableColumn& codes,
                           std::vector<double> numbers) {
  SCOREWAY_RETURN_IF_ERROR(context.Charge(numbers.size() * sizeof(double), encoder));
  Table one;
  one.columns.push_back(codes);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Numbers(encoder, one));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(op::DecodeNumber{std::move(numbers)}, {value}, encoder));
  return TableColumn{out, 0, {}, {}};
}

}  // namespace

Result<Table> TransformOneHotEncoder(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Labels> categories, ReadCategories(encoder, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Grouping> groupings, ReadGroupings(encoder, categories));
  SCOREWAY_ASSIGN_OR_RETURN(const auto dropped, ReadDropped(encoder, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string unknown, encoder.TextOr("handle_unknown", "error"));
  // 'warn' was made to do what it says in 1.8.
  const bool to_infrequent = unknown == "infrequent_if_exist" || (unknown == "warn" && context.AtLeast(1, 8));
  if (unknown != "error" && unknown != "ignore" && unknown != "warn" && !to_infrequent) {
    return context.Unsupported(encoder, "handle_unknown '" + unknown + "'");
  }

  std::vector<Coding> codings;
  op::OneHot one_hot;
  for (size_t i = 0; i < in.width(); ++i) {
    Coding coding{categories[i], unknown == "error", false};
    // A missing cell that training had no category for is just another unknown one.
    coding.reject_missing = !categories[i].missing_at && coding.reject_unknown;
    const int32_t unknown_slot =
        to_infrequent && groupings[i].infrequent_group ? Slot(*groupings[i].infrequent_group, dropped[i]) : -1;
    std::vector<int32_t> slots;
    for (size_t code = 0; code < coding.known(); ++code) {
      slots.push_back(Slot(groupings[i].group[coding.Position(code)], dropped[i]));
    }
    slots.push_back(categories[i].missing_at ? Slot(groupings[i].group[*categories[i].missing_at], dropped[i])
                                             : unknown_slot);
    slots.push_back(unknown_slot);
    if (dropped[i] && *dropped[i] >= groupings[i].groups) return encoder.Corrupt("a dropped category out of range");
    one_hot.widths.push_back(static_cast<uint32_t>(groupings[i].groups - (dropped[i] ? 1 : 0)));
    one_hot.slots.push_back(std::move(slots));
    codings.push_back(std::move(coding));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Table codes, Encode(context, encoder, in, codings));
  return AddOneHot(context, encoder, codes, std::move(one_hot));
}

Result<Table> TransformOrdinalEncoder(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Labels> categories, ReadCategories(encoder, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Grouping> groupings, ReadGroupings(encoder, categories));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string unknown, encoder.TextOr("handle_unknown", "error"));
  if (unknown != "error" && unknown != "use_encoded_value") {
    return context.Unsupported(encoder, "handle_unknown '" + unknown + "'");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double unknown_value, encoder.NumberOr("unknown_value", op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(const double missing_value, encoder.NumberOr("encoded_missing_value", op::kNaN));

  std::vector<Coding> codings;
  for (const Labels& labels : categories) {
    Coding coding{labels, unknown == "error", false};
    // Before 1.0 missing cells were refused whatever was said of unknown ones.
    coding.reject_missing = !labels.missing_at && (coding.reject_unknown || !context.AtLeast(1, 0));
    codings.push_back(std::move(coding));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Table out, Encode(context, encoder, in, codings));
  for (size_t i = 0; i < in.width(); ++i) {
    const bool plain = !categories[i].missing_at && !groupings[i].infrequent_group && unknown == "error";
    // None is a category like any other; only NaN has a code of its own.
    double missing_number = unknown_value;
    if (categories[i].missing_is_none) {
      missing_number = static_cast<double>(groupings[i].group[*categories[i].missing_at]);
    } else if (categories[i].missing_at) {
      missing_number = missing_value;
    }
    if (!plain) {
      std::vector<double> numbers;
      for (size_t code = 0; code < codings[i].known(); ++code) {
        numbers.push_back(static_cast<double>(groupings[i].group[codings[i].Position(code)]));
      }
      numbers.push_back(missing_number);
      numbers.push_back(unknown_value);
      SCOREWAY_ASSIGN_OR_RETURN(out.columns[i], Decode(context, encoder, out.columns[i], std::move(numbers)));
    }
    out.columns[i].name = in.columns[i].name;
    if (!codings[i].reject_missing && std::isnan(missing_number)) {
      out.columns[i].missing_from = in.columns[i].missing_from;
    }
  }
  return out;
}

Result<Table> TransformLabelBinarizer(Context& context, const Object& binarizer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(binarizer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(Labels classes, binarizer.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const double low, binarizer.NumberOr("neg_label", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const double high, binarizer.NumberOr("pos_label", 1));
  const size_t count = classes.size();
  if (count == 0) return binarizer.Corrupt("has no classes");

  // Two classes make one column, and one class a column that is never set.
  op::OneHot one_hot{{static_cast<uint32_t>(count > 2 ? count : 1)}, {{}}};
  const Coding coding{std::move(classes), false, !classes.missing_at.has_value()};
  for (size_t code = 0; code < coding.known() + (coding.categories.missing_at ? 1 : 0); ++code) {
    const size_t position = code < coding.known() ? coding.Position(code) : *coding.categories.missing_at;
    const auto slot = static_cast<int32_t>(position);
    one_hot.slots[0].push_back(count > 2 ? slot : (count == 2 && position == 1 ? 0 : -1));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Table codes, Encode(context, binarizer, in, {coding}));
  SCOREWAY_ASSIGN_OR_RETURN(Table out, AddOneHot(context, binarizer, codes, std::move(one_hot)));
  if (low == 0 && high == 1) return out;
  op::Affine affine{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  affine.offset.assign(out.width(), low);
  affine.factor.assign(out.width(), high - low);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Numbers(binarizer, out));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId moved, context.Add(std::move(affine), {value}, binarizer));
  return context.TableOf(moved);
}

Result<Table> TransformLabelEncoder(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(encoder, in, 1));
  Coding coding;
  SCOREWAY_ASSIGN_OR_RETURN(coding.categories, encoder.ReadLabels("classes_"));
  coding.reject_missing = !coding.categories.missing_at;
  if (coding.categories.missing_at && *coding.categories.missing_at + 1 != coding.categories.size()) {
    return context.Unsupported(encoder, "a missing class that is not the last");
  }
  return Encode(context, encoder, in, {coding});
}

Result<Table> TransformTargetEncoder(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Labels> categories, ReadCategories(encoder, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> encodings, encoder.Items("encodings_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix means, encoder.Numbers("target_mean_"));
  if (in.width() == 0 || encodings.size() % in.width() != 0 || means.size() != encodings.size() / in.width()) {
    return encoder.Corrupt("encodings_ do not fit the columns");
  }
  std::vector<Coding> codings;
  for (const Labels& labels : categories) codings.push_back(Coding{labels, false, false});
  SCOREWAY_ASSIGN_OR_RETURN(const Table codes, Encode(context, encoder, in, codings));
  Table out;
  for (size_t k = 0; k < encodings.size(); ++k) {
    const size_t column = k / means.size();
    const double mean = means.values[k % means.size()];
    const Coding& coding = codings[column];
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix encoding, encodings[k].Numbers());
    if (encoding.size() != coding.categories.size()) return encodings[k].Corrupt("not one number a category");
    std::vector<double> numbers;
    for (size_t code = 0; code < coding.known(); ++code) numbers.push_back(encoding.values[coding.Position(code)]);
    numbers.push_back(coding.categories.missing_at ? encoding.values[*coding.categories.missing_at] : mean);
    numbers.push_back(mean);
    SCOREWAY_ASSIGN_OR_RETURN(TableColumn decoded, Decode(context, encoder, codes.columns[column], std::move(numbers)));
    out.columns.push_back(std::move(decoded));
  }
  return out;
}

}  // namespace scoreway::sklearn
