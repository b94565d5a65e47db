// The few callables whose result is plain data and known in advance: folding replaces a call with that data, by our own
// code. collections.OrderedDict() becomes a Dict, numpy.dtype("f8") a DType. Everything else stays an Instance.
#pragma once

#include "importers/pickle/arena.h"

namespace scoreway::pickle {

// What callable(*args) stands for. Null when the callable or these arguments have no known meaning.
Result<Node*> FoldCall(Arena* arena, const Global& callable, const Nodes& args);

}  // namespace scoreway::pickle
