// Polynomial, AggregateRow and the operators on text of model/operators/derived.h.

#include <algorithm>
#include <limits>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

std::string_view AggregateName(op::RowAggregate function) {
  switch (function) {
    case op::RowAggregate::kSum: return "sum";
    case op::RowAggregate::kProduct: return "product";
    case op::RowAggregate::kMean: return "avg";
    case op::RowAggregate::kMin: return "min";
    case op::RowAggregate::kMax: return "max";
    case op::RowAggregate::kMedian: return "median";
    case op::RowAggregate::kCount: return "sum";
  }
  return "sum";
}

}  // namespace

void Lower(const op::Polynomial& op, Site& site) {
  for (size_t i = 0; i < op.ends.size(); ++i) {
    const uint32_t begin = i == 0 ? 0 : op.ends[i - 1];
    bool missing = false;
    Expression product = Number(1);
    for (uint32_t k = begin; k < op.ends[i]; ++k) {
      const Cell& factor = site.in()[op.factors[k]];
      missing |= factor.may_be_missing;
      product = k == begin ? Ref(factor.field) : Apply("*", {product, Ref(factor.field)});
    }
    if (op.ends[i] == begin + 1) {
      site.Give(site.in()[op.factors[begin]]);
    } else {
      site.Give(product, missing);
    }
  }
}

void Lower(const op::AggregateRow& op, Site& site) {
  const bool counts = op.function == op::RowAggregate::kCount;
  std::vector<Expression> cells, present;
  for (const Cell& cell : site.in()) {
    cells.push_back(counts ? AsNumber(IsPresent(cell.field)) : Ref(cell.field));
    if (cell.may_be_missing) present.push_back(IsPresent(cell.field));
  }
  const Expression aggregate = Apply(AggregateName(op.function), cells);
  if (counts || present.empty()) return site.Give(aggregate, false);
  if (op.skip_missing) return site.Give(aggregate, true);
  site.Give(OnlyIf(present.size() == 1 ? present[0] : Apply("and", present), aggregate), true);
}

void Lower(const op::TextUnary& op, Site& site) {
  for (const Cell& cell : site.in()) {
    const Expression text = Ref(cell.field);
    const auto give_text = [&](std::string_view function) {
      site.GiveText(Guarded(cell, Apply(function, {text})), cell.may_be_missing);
    };
    switch (op.function) {
      case op::TextFunction::kLower: give_text("lowercase"); break;
      case op::TextFunction::kUpper: give_text("uppercase"); break;
      case op::TextFunction::kTrim: give_text("trimBlanks"); break;
      case op::TextFunction::kLength:
        site.Give(Guarded(cell, Apply("stringLength", {text})), cell.may_be_missing);
        break;
      // A field of type double reads the text that it is given.
      case op::TextFunction::kToNumber: site.Give(text, cell.may_be_missing); break;
      case op::TextFunction::kSubstring: {
        if (op.start < 0 || op.end < op.start) return site.Refuse("PMML does not count from the end of a text");
        const int64_t length = std::min<int64_t>(op.end - op.start, std::numeric_limits<int32_t>::max());
        const Expression part = Apply("substring", {text, Integer(op.start + 1), Integer(length)});
        site.GiveText(Guarded(cell, part), cell.may_be_missing);
        break;
      }
      case op::TextFunction::kWithoutAccents:
      case op::TextFunction::kWithoutAccentsAscii: return site.Refuse("PMML does not take letters apart");
    }
  }
}

void Lower(const op::JoinText& op, Site& site) {
  std::vector<Expression> parts;
  Cells cells;
  for (size_t i = 0; i < site.input_count(); ++i) {
    cells.push_back(site.in(i)[0]);
    if (i > 0 && !op.separator.empty()) parts.push_back(Text(op.separator));
    parts.push_back(Ref(cells.back().field));
  }
  site.GiveText(Guarded(cells, parts.size() == 1 ? parts[0] : Apply("concat", parts)), Site::AnyMissing(cells));
}

void Lower(const op::MatchText& op, Site& site) {
  for (const Cell& cell : site.in()) {
    const Expression matches = Apply("matches", {Ref(cell.field), Text(op.pattern)});
    site.Give(Guarded(cell, AsNumber(matches)), cell.may_be_missing);
  }
}

void Lower(const op::ReplaceText& op, Site& site) {
  if (op.replacement.find_first_of("\\$") != std::string::npos) {
    return site.Refuse("PMML does not say how a replacement refers to groups");
  }
  for (const Cell& cell : site.in()) {
    const Expression replaced = Apply("replace", {Ref(cell.field), Text(op.pattern), Text(op.replacement)});
    site.GiveText(Guarded(cell, replaced), cell.may_be_missing);
  }
}

}  // namespace scoreway::pmml_export
