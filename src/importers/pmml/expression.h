// Expressions of PMML: what a DerivedField, a DefineFunction or an OutputField is computed from, lowered to operators.
#pragma once

#include <map>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// The DefineFunction around and its parameters by name; null outside of one.
struct Parameters {
  Element function;
  std::map<std::string_view, Cell, std::less<>> cells;
};

// One expression: with the type it has of itself.
Result<Cell> LowerExpression(ModelScope& scope, const Element& expression, const Parameters* parameters);

// The expression among the children of a DerivedField, DefineFunction, OutputField or TextIndex; empty if none.
Element FindExpression(const Element& container);

// What a DerivedField, DefineFunction or OutputField gives: its expression cast to its dataType.
Result<Cell> EvaluateContainer(ModelScope& scope, const Element& container, const Parameters* parameters = nullptr);

// ---- the kinds of expression, each in its file ----
Result<Cell> LowerApply(ModelScope& scope, const Element& apply, const Parameters* parameters);
Result<Cell> LowerNormContinuous(ModelScope& scope, const Element& norm, const Parameters* parameters);
// The inverse of a NormContinuous: the number whose norm is y, beyond its points by the lines at its ends.
Result<ValueId> Denormalize(Emit& emit, const Element& norm, ValueId y);
Result<Cell> LowerDiscretize(ModelScope& scope, const Element& discretize, const Parameters* parameters);
Result<Cell> LowerMapValues(ModelScope& scope, const Element& map, const Parameters* parameters);
Result<Cell> LowerTextIndex(ModelScope& scope, const Element& index, const Parameters* parameters);

// The field that an expression names: a parameter of the function around, else a field of the model.
Result<Cell> ExpressionField(ModelScope& scope, const Element& user, const Parameters* parameters,
                             std::string_view attribute = "field");

// The constant a text of the document stands for, as a type or, without one, as what it looks like: an integer, a
// double, else text. The cell points into the text.
Result<Cell> ConstantCell(Emit& emit, std::string_view text, std::optional<DataType> type);
// The number of a mapMissingTo; tools that know none write it empty, which JPMML-Evaluator reads as 0.
Result<Cell> ReplacementCell(Emit& emit, std::string_view text);
// A cell that is always missing.
Result<Cell> MissingCell(Emit& emit, DataType type);

// Brings two cells to one type, as the branches of an `if` are: equal types stay, numbers widen, else text.
Status Unify(Emit& emit, Cell* a, Cell* b);
// `cell`, or where it is missing the replacement.
Result<Cell> ReplaceMissing(Emit& emit, const Cell& cell, const Cell& replacement);

}  // namespace scoreway::pmml
