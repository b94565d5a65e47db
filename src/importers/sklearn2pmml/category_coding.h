// The steps that the encoders of category_encoders share: which categories a column has, and the codes of its cells.
#pragma once

#include <map>

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

// What a column's cells become: a row of numbers for each known category, one for any other and one for a missing cell.
struct Coding {
  Labels known;
  std::vector<double> ordinals;  // of each known category
  double unknown = -1;
  double missing = -1;
  bool reject_unknown = false;
  bool reject_missing = false;

  double unknown_code() const { return static_cast<double>(known.size()); }
  double missing_code() const { return static_cast<double>(known.size() + 1); }
  // The numbers of all codes.
  std::vector<double> Table() const {
    std::vector<double> table = ordinals;
    table.push_back(unknown);
    table.push_back(missing);
    return table;
  }
};

// Known categories with a number each; an entry for missing cells is taken apart. CORRUPT unless there is one number a
// category, and at least one category.
Result<Coding> MakeCoding(const Object& at, Labels categories, std::vector<double> numbers);

// The coding of each column that the encoder changes, by its position in the table.
using Codings = std::map<size_t, Coding>;
// Of an OrdinalEncoder.
Result<Codings> ReadCodings(Context& context, const Object& ordinal, const Table& in);

// What the encoder keeps for a column in its dict `mapping`.
struct ColumnTable {
  std::string name;  // empty where columns are numbered
  size_t position = 0;
  Object table;
};
Result<std::vector<ColumnTable>> ReadColumnTables(Context& context, const Object& encoder, const Table& in);

// Codes of one column: positions among the known categories, then unknown, then missing.
Result<ValueId> AddCodes(Context& context, const Object& encoder, const Table& column, const Coding& coding);
// The numbers of the codes, in place of column `position` of `table`.
Status ReplaceByNumbers(Context& context, const Object& encoder, size_t position, const Coding& coding, Table* table);

// Columns of the answer that are left out as they never varied.
Result<std::vector<std::string>> DroppedColumns(Context& context, const Object& encoder);
bool Holds(const std::vector<std::string>& names, const std::string& name);
void Drop(const std::vector<std::string>& names, Table* table);

// How the encoder wants cells treated that it does not know, and missing ones.
Result<std::string> Rule(Context& context, const Object& encoder, std::string_view name);

}  // namespace scoreway::sklearn2pmml
