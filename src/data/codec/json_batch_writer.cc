#include "data/codec/json_batch_writer.h"

#include <cmath>
#include <vector>

#include "base/number_text.h"
#include "data/codec/json_writer.h"
#include "data/codec/raw_tensor.h"
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

// {"name":"predict","shape":[2],"datatype":"FP64"
void AppendTensorHead(const Batch& batch, size_t index, std::string* out) {
  out->append("{\"name\":");
  AppendJsonString(batch.schema().field(index).name, out);
  out->append(",\"shape\":[");
  AppendInt64(static_cast<int64_t>(batch.column(index).size()), out);
  out->append("],\"datatype\":\"").append(TensorDatatypeName(batch.column(index).type())).push_back('"');
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

void AppendJsonCells(const Column& column, std::string* out) {
  out->push_back('[');
  for (size_t row = 0; row < column.size(); ++row) {
    if (row > 0) out->push_back(',');
    AppendCell(column, row, out);
  }
  out->push_back(']');
}

void AppendJsonTensors(const Batch& batch, std::span<const size_t> columns, std::string* out) {
  (void)AppendTensors(batch, columns, {}, TensorForm::kJson, out, nullptr);  // only bytes can fail
}

Status AppendTensors(const Batch& batch, std::span<const size_t> columns, std::span<const TensorForm> forms,
                     TensorForm otherwise, std::string* out, std::string* binary) {
  const size_t count = columns.empty() ? batch.column_count() : columns.size();
  out->push_back('[');
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out->push_back(',');
    const size_t index = columns.empty() ? i : columns[i];
    AppendTensorHead(batch, index, out);
    const TensorForm form = i < forms.size() && forms[i] != TensorForm::kUnsaid ? forms[i] : otherwise;
    if (form != TensorForm::kBinary) {
      out->append(",\"data\":");
      AppendJsonCells(batch.column(index), out);
      out->push_back('}');
      continue;
    }
    const size_t before = binary->size();
    if (Status status = AppendRawCells(batch.column(index), binary); !status.ok()) {
      return AtPlace("output '" + batch.schema().field(index).name + "'", ToError(std::move(status)));
    }
    out->append(",\"parameters\":{\"binary_data_size\":");
    AppendInt64(static_cast<int64_t>(binary->size() - before), out);
    out->append("}}");
  }
  out->push_back(']');
  return {};
}

}  // namespace scoreway
