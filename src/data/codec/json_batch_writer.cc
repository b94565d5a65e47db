#include "data/codec/json_batch_writer.h"

#include <cmath>
#include <vector>

#include "base/number_text.h"
#include "data/codec/json_writer.h"
#include "data/codec/tensor_datatype.h"

namespace scoreway {
namespace {

// True if the number was one that JSON lacks, and was written.
bool AppendSpecial(double value, std::string* out) {
  if (std::isfinite(value)) return false;
  out->append(std::isnan(value) ? "null" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  return true;
}

void AppendCell(const Column& column, size_t row, std::string* out) {
  if (!column.valid(row)) {
    out->append("null");
    return;
  }
  switch (column.type()) {
    case Type::kFloat32: {
      const float value = column.float32s()[row];
      if (!AppendSpecial(static_cast<double>(value), out)) AppendFloat(value, out);
      break;
    }
    case Type::kFloat64: {
      const double value = column.float64s()[row];
      if (!AppendSpecial(value, out)) AppendDouble(value, out);
      break;
    }
    case Type::kInt64: AppendInt64(column.int64s()[row], out); break;
    case Type::kBool: out->append(column.bools()[row] != 0 ? "true" : "false"); break;
    case Type::kString: AppendJsonString(column.string_at(row), out); break;
    case Type::kList: out->append(column.string_at(row)); break;  // is JSON
  }
}

// Writes rows as objects. The keys of many rows are written as JSON once and copied.
class ObjectWriter {
 public:
  ObjectWriter(const Batch& batch, std::span<const size_t> columns, std::string* out)
      : batch_(batch), columns_(columns), out_(out) {
    if (batch.rows() < 4) return;
    key_ends_.reserve(size());
    for (size_t i = 0; i < size(); ++i) {
      AppendKey(i, &keys_);
      key_ends_.push_back(keys_.size());
    }
  }

  void Append(size_t row) {
    out_->push_back('{');
    for (size_t i = 0; i < size(); ++i) {
      if (key_ends_.empty()) {
        AppendKey(i, out_);
      } else {
        const size_t begin = i == 0 ? 0 : key_ends_[i - 1];
        out_->append(keys_, begin, key_ends_[i] - begin);
      }
      AppendCell(batch_.column(at(i)), row, out_);
    }
    out_->push_back('}');
  }

 private:
  size_t size() const { return columns_.empty() ? batch_.column_count() : columns_.size(); }
  size_t at(size_t i) const { return columns_.empty() ? i : columns_[i]; }
  void AppendKey(size_t i, std::string* out) {
    if (i > 0) out->push_back(',');
    AppendJsonString(batch_.schema().field(at(i)).name, out);
    out->push_back(':');
  }

  const Batch& batch_;
  std::span<const size_t> columns_;
  std::string* out_;
  std::string keys_;
  std::vector<size_t> key_ends_;
};

}  // namespace

void AppendJsonRows(const Batch& batch, std::span<const size_t> columns, std::string* out) {
  ObjectWriter writer(batch, columns, out);
  out->push_back('[');
  for (size_t row = 0; row < batch.rows(); ++row) {
    if (row > 0) out->push_back(',');
    writer.Append(row);
  }
  out->push_back(']');
}

void AppendJsonLines(const Batch& batch, std::span<const size_t> columns, std::string* out) {
  ObjectWriter writer(batch, columns, out);
  for (size_t row = 0; row < batch.rows(); ++row) {
    writer.Append(row);
    out->push_back('\n');
  }
}

void AppendJsonTensors(const Batch& batch, std::span<const size_t> columns, std::string* out) {
  const size_t count = columns.empty() ? batch.column_count() : columns.size();
  out->push_back('[');
  for (size_t i = 0; i < count; ++i) {
    const size_t index = columns.empty() ? i : columns[i];
    const Column& column = batch.column(index);
    out->append(i > 0 ? ",{\"name\":" : "{\"name\":");
    AppendJsonString(batch.schema().field(index).name, out);
    out->append(",\"shape\":[");
    AppendInt64(static_cast<int64_t>(column.size()), out);
    out->append("],\"datatype\":\"").append(TensorDatatypeName(column.type())).append("\",\"data\":[");
    for (size_t row = 0; row < column.size(); ++row) {
      if (row > 0) out->push_back(',');
      AppendCell(column, row, out);
    }
    out->append("]}");
  }
  out->push_back(']');
}

}  // namespace scoreway
