// FieldDomain: what a MiningField does to the values of a field: which are missing, which invalid, and what becomes of
// them and of outliers.
#pragma once

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// Whether the MiningField leaves the values of the field as they are. A field that arrives from a model around has been
// treated there; such a MiningField passes it on.
Result<bool> IsPlain(Context& context, const Element& mining_field);

// The values of `field` (a DataField, or an element of another kind without a domain) as `mining_field` treats them.
Result<Cell> TreatField(Context& context, const Element& field, const Element& mining_field, const Cell& cell);

// The same of a number of the document, as an instance of training has it. Nothing where it becomes missing; CORRUPT
// where it is invalid and not to be.
Result<std::optional<double>> TreatNumber(Context& context, const Element& field, const Element& mining_field,
                                          DataType type, double number);
// Whether a text of the document stays as it is.
Result<bool> KeepsText(Context& context, const Element& field, const Element& mining_field, std::string_view text);

// The texts of the Value elements with that property ("valid", "invalid", "missing").
std::vector<std::string> ValuesOf(const Element& field, std::string_view property);

}  // namespace scoreway::pmml
