#include "tables/table_stream.h"

#include <algorithm>
#include <utility>

namespace scoreway {

Status TableStream::Append(const Batch& batch) {
  if (writer_ == nullptr) {
    SCOREWAY_RETURN_IF_ERROR(Begin(batch.shared_schema()));
  } else if (format_ != TableFormat::kJsonLines) {
    SCOREWAY_RETURN_IF_ERROR(CheckColumns(batch.schema()));
  }
  SCOREWAY_RETURN_IF_ERROR(encoder_->Append(batch));
  SCOREWAY_ASSIGN_OR_RETURN(EncodedPart part, encoder_->Finish());
  parts_.push_back({offset_, std::move(part.trail)});
  bytes_ = std::move(part.bytes);
  return Put();
}

Status TableStream::Finish() {
  if (writer_ == nullptr) return {};
  SCOREWAY_RETURN_IF_ERROR(writer_->AppendFoot(parts_, &bytes_));
  return Put();
}

Status TableStream::Begin(std::shared_ptr<const Schema> schema) {
  schema_ = std::move(schema);
  writer_ = MakeTableWriter(format_, schema_);
  encoder_ = writer_->NewEncoder();
  writer_->AppendHead(&bytes_);
  return Put();
}

Status TableStream::CheckColumns(const Schema& schema) const {
  const std::vector<Field>& before = schema_->fields();
  const std::vector<Field>& now = schema.fields();
  const auto is_same = [&](const Field& a, const Field& b) {
    return a.name == b.name && (a.type == b.type || format_ == TableFormat::kCsv);
  };
  const auto [old, other] = std::mismatch(before.begin(), before.end(), now.begin(), now.end(), is_same);
  if (old == before.end() && other == now.end()) return {};
  const auto text = [](auto at, auto end) {
    return at == end ? std::string("none") : "'" + at->name + "' of type " + std::string(TypeName(at->type));
  };
  return Status(Code::kInvalidArgument, "the columns change: where there was " + text(old, before.end()) +
                                            ", there is " + text(other, now.end()) + ", and a file of " +
                                            std::string(TableFormatName(format_)) + " has the same ones in all rows");
}

Status TableStream::Put() {
  offset_ += bytes_.size();
  Status status = write_(bytes_);
  bytes_.clear();
  return status;
}

}  // namespace scoreway
