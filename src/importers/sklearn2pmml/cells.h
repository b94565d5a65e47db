// Cells: small steps from columns to columns that the lowerings share.
#pragma once

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

// A table of the columns of `value`, cell by cell made of those of `like`, whose cells are of that type in Python.
Table TypedTable(Context& context, ValueId value, const Table& like, std::optional<Type> cell_type);

// One text in every row.
Result<ValueId> ConstantText(Context& context, const Object& user, const std::string& text);

// Columns of the table as texts, one Value a column: what str() makes of each cell; a missing cell stays missing.
// Whole numbers and fractions side by side in one array are all fractions.
Result<std::vector<ValueId>> TextsOf(Context& context, const Object& user, const Table& in);

// The only column of a table.
Result<TableColumn> OnlyColumn(const Object& user, const Table& in);

}  // namespace scoreway::sklearn2pmml
