#include "data/codec/tensor_binding.h"

#include <algorithm>
#include <string>

#include "data/codec/column_names.h"

namespace scoreway {
namespace {

Error Invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

std::string Count(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

Status SetShape(std::span<const uint64_t> shape, TensorHead* head) {
  if (shape.empty() || shape.size() > 2) return Invalid("only shapes [n] and [n, k] are tables");
  head->rows = shape[0];
  head->width = shape.size() == 2 ? shape[1] : 1;
  return {};
}

void TensorBinding::Begin(Batch* batch, const JsonReadOptions& options) {
  batch_ = batch;
  options_ = &options;
  is_bound_.assign(batch->column_count(), false);
  tensors_ = 0;
  rows_ = 0;
  has_matrix_ = false;
}

Status TensorBinding::Bind(const TensorHead& head, size_t* first) {
  const Schema& schema = batch_->schema();
  const size_t columns = schema.size();
  if (tensors_ > 0 && has_matrix_) return Invalid("a tensor of all columns stands alone, without others");
  const auto index = schema.Find(head.name, tensors_);
  if (head.width == columns && !(columns == 1 && tensors_ > 0)) {
    if (tensors_ > 0) return Invalid("a tensor of all columns stands alone, without others");
    has_matrix_ = true;
    *first = 0;
  } else if (head.width != 1) {
    return Invalid("it has " + Count(head.width, "column") + "; wanted are all " + std::to_string(columns) +
                   " in one tensor, or a tensor of shape [n] for each");
  } else if (!index) {
    std::vector<std::string_view> names;
    for (const Field& field : schema.fields()) names.push_back(field.name);
    return Invalid("there is no column of that name" + DidYouMean(head.name, names));
  } else if (is_bound_[*index]) {
    return Invalid("it stands twice");
  } else {
    *first = *index;
  }
  for (size_t i = *first; i < *first + head.width; ++i) {
    is_bound_[i] = true;
    if (!IsText(schema.field(i).type) && head.datatype->kind == TensorDatatype::Kind::kBytes) {
      return Invalid("column " + Quoted(schema.field(i).name) + " takes numbers, not BYTES");
    }
  }
  if (head.rows > options_->rows_max || head.rows > options_->cells_max / std::max<size_t>(columns, 1)) {
    return Status(Code::kResourceExhausted, Count(head.rows, "row") + " are too many");
  }
  if (tensors_ > 0 && head.rows != rows_) {
    return Invalid("it has " + Count(head.rows, "row") + ", the tensors before it have " + std::to_string(rows_));
  }
  rows_ = head.rows;
  ++tensors_;
  return {};
}

Status TensorBinding::Finish() {
  std::vector<std::string_view> absent;
  for (size_t i = 0; i < is_bound_.size(); ++i) {
    if (is_bound_[i]) continue;
    if (i >= options_->may_be_absent.size() || !options_->may_be_absent[i]) {
      absent.push_back(batch_->schema().field(i).name);
      continue;
    }
    for (size_t row = 0; row < rows_; ++row) batch_->column(i).AppendNull();
  }
  if (absent.empty()) return {};
  return Invalid((absent.size() == 1 ? "tensor " : "tensors ") + QuotedList(absent) +
                 (absent.size() == 1 ? " is missing" : " are missing"));
}

}  // namespace scoreway
