#include "learn/moments.h"

#include <cmath>

namespace scoreway::learn {
namespace {

// Of one column over a batch: how many cells, their sum, and the sum of squared differences from their mean, with the
// correction for the mean's own rounding.
struct Batch {
  double count = 0, sum = 0, squares = 0;
};

Batch Summarise(const Examples& examples, size_t column) {
  Batch batch;
  for (size_t i = 0; i < examples.count(); ++i) {
    const double cell = examples.row(i)[column];
    if (std::isnan(cell)) continue;
    batch.count += 1;
    batch.sum += cell;
  }
  const double mean = batch.sum / batch.count;
  double correction = 0;
  for (size_t i = 0; i < examples.count(); ++i) {
    const double cell = examples.row(i)[column];
    if (std::isnan(cell)) continue;
    correction += cell - mean;
    batch.squares += (cell - mean) * (cell - mean);
  }
  batch.squares -= correction * correction / batch.count;
  return batch;
}

}  // namespace

void ColumnMoments::Merge(const Examples& examples) {
  for (size_t j = 0; j < examples.width; ++j) {
    const Batch batch = Summarise(examples, j);
    const double past = count[j], total = past + batch.count;
    const double past_sum = mean[j] * past;
    double squares = batch.squares;
    if (past != 0) {
      const double ratio = past / batch.count;
      const double difference = past_sum / ratio - batch.sum;
      squares = variance[j] * past + batch.squares + ratio / total * (difference * difference);
    }
    mean[j] = (past_sum + batch.sum) / total;
    variance[j] = squares / total;
    count[j] = total;
  }
}

}  // namespace scoreway::learn
