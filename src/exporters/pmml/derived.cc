// Polynomial, AggregateRow and the operators on text of model/operators/derived.h.

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
    switch (op.function) {
      case op::TextFunction::kLower:
        site.GiveText(Guarded(cell, Apply("lowercase", {text})), cell.may_be_missing);
        break;
      case op::TextFunction::kUpper:
        site.GiveText(Guarded(cell, Apply("uppercase", {text})), cell.may_be_missing);
        break;
      case op::TextFunction::kTrim:
        site.GiveText(Guarded(cell, Apply("trimBlanks", {text})), cell.may_be_missing);
        break;
      case op::TextFunction::kLength:
        site.Give(Guarded(cell, Apply("stringLength", {text})), cell.may_be_missing);
        break;
      case op::TextFunction::kToNumber:
      case op::TextFunction::kSubstring: return site.Refuse("PMML has no such function of every text");
    }
  }
}

void Lower(const op::JoinText& op, Site& site) {
  std::vector<Expression> parts;
  bool missing = false;
  for (size_t i = 0; i < site.input_count(); ++i) {
    const Cell& cell = site.in(i)[0];
    if (i > 0 && !op.separator.empty()) parts.push_back(Text(op.separator));
    parts.push_back(Ref(cell.field));
    missing |= cell.may_be_missing;
  }
  if (missing) return site.Refuse("PMML does not say what a missing text among others joins to");
  site.GiveText(parts.size() == 1 ? parts[0] : Apply("concat", parts), false);
}

}  // namespace scoreway::pmml_export
