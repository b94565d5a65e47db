// Which names may stand in a saved model, and which mean that the file was made to run something.
//
// We call nothing, so a payload could not run here even if it were let through. It is refused all the same: the file
// would attack whoever loads it with Python, and a model that carries such a thing is not the model it claims to be.
//
// Four verdicts, from the module and the name alone:
//   known      - a package models are made of (sklearn, numpy, xgboost ...), or one of the few names of the standard
//                library that real models hold: collections.OrderedDict, datetime.date, functools.partial. Data;
//                whether it is supported is for the importer to say.
//   forbidden  - the rest of the standard library (os, subprocess, ...), the built-in functions beyond plain types,
//                packages whose purpose is to reach outside (pip, requests, ...), and inside any other package the
//                doors back to those: a dotted name through os ("utils.os.system"), functions that load, run or open
//                (numpy.load, joblib.load, numpy.testing's runstring).
//   code       - cloudpickle and dill write lambdas and __main__'s classes as byte code. No attack as such, but nothing
//                that can be read as data: UNSUPPORTED, with the advice to use an importable function.
//   unknown    - any other package: a user's own. Its classes pass as data, since the importer names them if they
//                matter; a call of one of its functions is refused as UNSUPPORTED, for its result cannot be known.
//
// An allow-list decides for the standard library and the builtins, for there a block-list is never complete. For other
// packages a pure allow-list would refuse good models over a user's scorer in an attribute that nobody reads.
#pragma once

#include <vector>

#include "importers/pickle/object.h"

namespace scoreway::pickle {

enum class GlobalVerdict { kKnown, kForbidden, kCode, kUnknown };
GlobalVerdict JudgeGlobal(std::string_view module, std::string_view name);

// PERMISSION_DENIED naming the first forbidden global and its place in the object tree (the offset when nothing of the
// tree holds it any more); if there is none, UNSUPPORTED naming code saved by value or an unknown function that would
// have been called.
Status RefuseForbiddenGlobals(const Document& document);

// The same by names only, for what was read of a malformed pickle; the place is the offset.
Status RefuseForbiddenNames(const std::vector<const Global*>& globals);

}  // namespace scoreway::pickle
