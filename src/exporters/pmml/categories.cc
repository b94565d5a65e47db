// The operators of model/operators/categories.h.

#include <algorithm>
#include <cmath>
#include <optional>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

std::string CodeText(double code) { return NumberText(code); }
std::string CellText(double value) { return NumberText(value); }
const std::string& CellText(const std::string& value) { return value; }

// Readers may trim the text between tags, and take empty text for none.
bool SurvivesTags(const std::string& text) {
  constexpr std::string_view kBlanks = " \t\n\r";
  return !text.empty() && kBlanks.find(text.front()) == kBlanks.npos && kBlanks.find(text.back()) == kBlanks.npos;
}
bool SurvivesTags(double) { return true; }

std::optional<std::string> CodeOf(const op::CodeOrReject& rule) {
  if (rule.reject || std::isnan(rule.code)) return std::nullopt;
  return CodeText(rule.code);
}

// Asks for a category by an attribute, which keeps blanks, where a table would not.
Expression CodeBeside(const std::string& field, const std::string& category, size_t code, const Expression& others) {
  const Expression is_it = Apply("equal", {NormDiscrete(field, category, "0.0"), Number(1)});
  return If(is_it, Number(static_cast<double>(code)), others);
}
Expression CodeBeside(const std::string&, double, size_t, const Expression& others) { return others; }

// As Cell::code_count has it.
template <typename Encode>
uint32_t CodeCount(const Encode& op, size_t column) {
  double end = static_cast<double>(op.categories[column].size());
  for (const op::CodeOrReject* rule : {&op.unknown[column], &op.missing[column]}) {
    if (rule->reject || std::isnan(rule->code)) continue;
    if (rule->code < 0 || rule->code > 1e6 || rule->code != std::floor(rule->code)) return 0;
    end = std::max(end, rule->code + 1);
  }
  return static_cast<uint32_t>(end);
}

// Whether every code has its row in a table of that size.
bool AllInTable(const Cell& cell, size_t size) {
  return !cell.may_be_missing && cell.code_count > 0 && cell.code_count <= size;
}

template <typename Encode>
void LowerEncode(const Encode& op, Site& site) {
  for (size_t c = 0; c < op.categories.size(); ++c) {
    const Cell& cell = site.in()[c];
    const auto& categories = op.categories[c];
    std::vector<TableRow> rows;
    for (size_t code = 0; code < categories.size(); ++code) {
      if (!IsXmlText(CellText(categories[code]))) return site.Refuse("XML cannot hold a category");
      if (SurvivesTags(categories[code]))
        rows.emplace_back(CellText(categories[code]), CodeText(static_cast<double>(code)));
    }
    const std::optional<std::string> unknown = CodeOf(op.unknown[c]);
    const std::optional<std::string> missing = cell.may_be_missing ? CodeOf(op.missing[c]) : std::nullopt;
    Expression codes =
        MapValues(cell.field, rows, "double", unknown ? &*unknown : nullptr, missing ? &*missing : nullptr);
    for (size_t code = 0; code < categories.size(); ++code) {
      if (!SurvivesTags(categories[code])) codes = CodeBeside(cell.field, categories[code], code, codes);
    }
    site.GiveCode(codes, !unknown || (cell.may_be_missing && !missing), CodeCount(op, c));
    const Expression present = IsPresent(site.LastField());
    const bool missing_rejects = cell.may_be_missing && op.missing[c].reject;
    if (op.unknown[c].reject) {
      // A missing cell that may pass comes out missing too.
      const bool missing_passes = cell.may_be_missing && !missing && !missing_rejects;
      site.AcceptOnly(missing_passes ? Apply("or", {IsMissing(cell.field), present}) : present);
    } else if (missing_rejects) {
      site.AcceptOnly(IsPresent(cell.field));
    }
  }
}

// The codes that have a slot, and it.
std::vector<TableRow> SlotRows(const std::vector<int32_t>& slots) {
  std::vector<TableRow> rows;
  for (size_t code = 0; code < slots.size(); ++code) {
    if (slots[code] >= 0) rows.emplace_back(CodeText(static_cast<double>(code)), CodeText(slots[code]));
  }
  return rows;
}

bool IsIdentity(const std::vector<int32_t>& slots) {
  for (size_t code = 0; code < slots.size(); ++code) {
    if (slots[code] != static_cast<int32_t>(code)) return false;
  }
  return true;
}

template <typename Value>
std::vector<TableRow> DecodeRows(const std::vector<Value>& table) {
  std::vector<TableRow> rows;
  for (size_t code = 0; code < table.size(); ++code) {
    rows.emplace_back(CodeText(static_cast<double>(code)), CellText(table[code]));
  }
  return rows;
}

}  // namespace

void Lower(const op::EncodeNumber& op, Site& site) { LowerEncode(op, site); }
void Lower(const op::EncodeText& op, Site& site) { LowerEncode(op, site); }

void Lower(const op::DecodeNumber& op, Site& site) {
  std::vector<TableRow> rows = DecodeRows(op.table);
  bool gives_missing = false;
  for (size_t code = op.table.size(); code-- > 0;) {
    if (!std::isnan(op.table[code])) continue;
    rows.erase(rows.begin() + static_cast<ptrdiff_t>(code));
    gives_missing = true;
  }
  for (size_t c = 0; c < site.in().size(); ++c) {
    const Cell& cell = site.in()[c];
    const std::string code = site.WholeField("code," + std::to_string(c), cell);
    site.Give(MapValues(code, rows, "double", nullptr, nullptr), gives_missing || !AllInTable(cell, op.table.size()));
  }
}

void Lower(const op::DecodeText& op, Site& site) {
  for (const std::string& text : op.table) {
    if (!SurvivesTags(text)) {
      return site.Refuse("a label is empty or has blanks at its ends, which PMML tables lose");
    }
  }
  for (size_t c = 0; c < site.in().size(); ++c) {
    const Cell& cell = site.in()[c];
    const std::string code = site.WholeField("code," + std::to_string(c), cell);
    site.GiveText(MapValues(code, DecodeRows(op.table), "string", nullptr, nullptr),
                  !AllInTable(cell, op.table.size()));
  }
}

void Lower(const op::OneHot& op, Site& site) {
  for (size_t c = 0; c < op.widths.size(); ++c) {
    std::string field = site.WholeField("code," + std::to_string(c), site.in()[c]);
    if (!IsIdentity(op.slots[c])) {
      field =
          site.Helper("slot," + std::to_string(c), MapValues(field, SlotRows(op.slots[c]), "double", nullptr, nullptr));
    }
    for (uint32_t slot = 0; slot < op.widths[c]; ++slot) {
      site.GiveCode(NormDiscrete(field, CodeText(slot), "0.0"), false, 2);
    }
  }
}

void Lower(const op::Bin& op, Site& site) {
  const std::string_view closure = op.right_closed ? "openClosed" : "closedOpen";
  for (size_t c = 0; c < op.edges.size(); ++c) {
    const Cell& cell = site.in()[c];
    const std::vector<double>& edges = op.edges[c];
    const size_t bins = std::min<size_t>(edges.size() + 1, op.codes[c]);
    if (bins == 1) {
      site.GiveCode(Unless(cell, Missing(), Number(0)), cell.may_be_missing, 1);
      continue;
    }
    Expression discretize;
    discretize.fields = {cell.field};
    discretize.xml = "<Discretize" + AttributeText("field", cell.field) + " dataType=\"double\">";
    for (size_t bin = 0; bin < bins; ++bin) {
      const bool first = bin == 0, last = bin + 1 == bins;
      // Between equal edges there is nothing.
      if (!first && !last && edges[bin - 1] == edges[bin]) continue;
      discretize.xml += "<DiscretizeBin" + AttributeText("binValue", CodeText(static_cast<double>(bin))) +
                        "><Interval" + AttributeText("closure", closure);
      if (!first) discretize.xml += AttributeText("leftMargin", edges[bin - 1]);
      if (!last) discretize.xml += AttributeText("rightMargin", edges[bin]);
      discretize.xml += "/></DiscretizeBin>";
    }
    discretize.xml += "</Discretize>";
    site.GiveCode(discretize, cell.may_be_missing, op.codes[c]);
  }
}

}  // namespace scoreway::pmml_export
