// The tables behind JudgeGlobal, one name a word.
#pragma once

#include <string_view>
#include <unordered_set>

namespace scoreway::pickle {

using Names = std::unordered_set<std::string_view>;

// Top-level packages of which saved models are made.
const Names& KnownPackages();
// All of the standard library that may stand in a model: module and name.
const Names& KnownStandardNames();
// The built-in types; every other built-in either runs something or reaches for attributes.
const Names& KnownBuiltins();
// The top-level modules of the standard library of Python 2 and 3. Those of KnownStandardNames apart, none is needed.
const Names& StandardLibrary();
// Other packages whose purpose is to reach outside or to run what they are given.
const Names& ForbiddenPackages();
// Packages that save functions and classes by value.
const Names& CodePackages();
// Parts of a dotted name that lead from a package to what it imported, or to the inside of an object.
const Names& DoorsInNames();
// Modules inside good packages that run, compile or load what they are given.
const Names& DoorsInModules();
// Functions that load, run or open something, whatever package offers them.
const Names& ForbiddenFunctions();

}  // namespace scoreway::pickle
