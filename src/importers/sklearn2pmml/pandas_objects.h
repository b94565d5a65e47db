// Series and frames of pandas as they lie in a pickle.
#pragma once

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

struct SeriesValues {
  Labels index;
  std::vector<double> values;  // one an entry of the index
};
// CORRUPT, or UNSUPPORTED for the form of another release of pandas.
Result<SeriesValues> ReadSeries(const Object& series);

struct FrameValues {
  std::vector<double> index;
  Labels columns;
  std::vector<double> values;  // row after row
};
// Of numbers only, with an index of numbers.
Result<FrameValues> ReadFrame(const Object& frame);

// The index of a frame.
Result<Labels> ReadFrameIndex(const Object& frame);

// One column of a frame, of numbers or of texts; the others may be of any kind.
Result<Labels> ReadFrameColumn(const Object& frame, std::string_view name);

}  // namespace scoreway::sklearn2pmml
