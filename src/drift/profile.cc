#include "drift/profile.h"

#include <algorithm>

#include "base/crc32c.h"

namespace scoreway {
namespace {

constexpr uint8_t kFormat = 1, kFormatWithShape = 2;
// Cells of all columns together that are kept as they are.
constexpr size_t kExactCellsMax = 20'000'000;

}  // namespace

ProfileOptions Profile::OptionsFor(size_t columns, uint32_t exact_rows_max) {
  const size_t exact = kExactCellsMax / std::max<size_t>(columns, 1);
  return {.quantiles = {.exact_max = static_cast<uint32_t>(std::min<size_t>(exact_rows_max, exact))}};
}

void Profile::AddColumn(std::string name, ProfileKind kind, bool is_output, const ProfileOptions& options) {
  columns_.emplace_back(std::move(name), kind, is_output, options);
}

void Profile::KeepRows() {
  sample_ = std::make_unique<RowSample>();
  for (const ColumnProfile& column : columns_) {
    if (!column.is_output()) sample_->AddColumn(column.name(), column.kind());
  }
}

void Profile::FitShape() {
  if (sample_ == nullptr) return;
  if (auto shape = RowShape::Fit(*sample_)) shape_ = std::make_unique<RowShape>(*std::move(shape));
  sample_ = nullptr;
}

void Profile::AddCells(const Batch& batch, size_t first) {
  if (first == 0 && sample_ != nullptr) sample_->Add(batch);
  for (size_t i = 0; i < batch.column_count(); ++i) columns_[first + i].AddCells(batch.column(i));
}

void Profile::Settle() {
  for (ColumnProfile& column : columns_) column.Settle();
}

void Profile::CountRows(uint64_t rows, int64_t time_micros) {
  rows_ += rows;
  if (time_micros == 0) return;
  from_micros_ = from_micros_ == 0 ? time_micros : std::min(from_micros_, time_micros);
  to_micros_ = std::max(to_micros_, time_micros);
}

void Profile::Merge(const Profile& other) {
  sample_ = nullptr;
  shape_ = nullptr;
  for (const ColumnProfile& theirs : other.columns_) {
    const auto ours = std::find_if(columns_.begin(), columns_.end(), [&](const ColumnProfile& column) {
      return column.name() == theirs.name() && column.is_output() == theirs.is_output();
    });
    if (ours == columns_.end()) {
      columns_.push_back(theirs);
    } else if (ours->kind() == theirs.kind()) {
      ours->Merge(theirs);
    }
  }
  rows_ += other.rows_;
  if (other.from_micros_ != 0) {
    from_micros_ = from_micros_ == 0 ? other.from_micros_ : std::min(from_micros_, other.from_micros_);
    to_micros_ = std::max(to_micros_, other.to_micros_);
  }
}

const ColumnProfile* Profile::Find(std::string_view name, bool is_output) const {
  for (const ColumnProfile& column : columns_) {
    if (column.name() == name && column.is_output() == is_output) return &column;
  }
  return nullptr;
}

std::string Profile::Encode() const {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Write(shape_ == nullptr ? kFormat : kFormatWithShape);
  writer.Write(rows_);
  writer.Write(from_micros_);
  writer.Write(to_micros_);
  writer.Write(static_cast<uint32_t>(columns_.size()));
  for (const ColumnProfile& column : columns_) column.AppendTo(&bytes);
  if (shape_ != nullptr) shape_->AppendTo(&bytes);
  writer.Write(Crc32c(bytes));
  return bytes;
}

Result<Profile> Profile::Parse(std::string_view bytes) {
  if (bytes.size() > kBytesMax) return Error{Code::kResourceExhausted, "a profile has at most 512 MB", {}};
  if (!bytes.empty() && static_cast<uint8_t>(bytes[0]) > kFormatWithShape) {
    return Error{Code::kUnsupported, "a profile of a format that a newer program wrote", {}};
  }
  if (bytes.size() < sizeof(uint32_t) || Crc32c(bytes.substr(0, bytes.size() - sizeof(uint32_t))) !=
                                             LoadAt<uint32_t>(bytes, bytes.size() - sizeof(uint32_t))) {
    return Error{Code::kCorrupt, "the bytes are no profile, or damaged", {}};
  }
  ByteReader reader(bytes.substr(0, bytes.size() - sizeof(uint32_t)));
  Profile profile;
  uint8_t format = 0;
  uint32_t columns = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&profile.rows_));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&profile.from_micros_));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&profile.to_micros_));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&columns));
  if (format < kFormat || columns > kColumnsMax) {
    return Error{Code::kCorrupt, "no profile: its format or number of columns", {}};
  }
  for (uint32_t i = 0; i < columns; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(ColumnProfile column, ColumnProfile::Parse(&reader));
    profile.columns_.push_back(std::move(column));
  }
  if (format == kFormatWithShape) {
    SCOREWAY_ASSIGN_OR_RETURN(RowShape shape, RowShape::Parse(&reader));
    profile.shape_ = std::make_unique<RowShape>(std::move(shape));
  }
  if (!reader.at_end()) return Error{Code::kCorrupt, "no profile: bytes are left", {}};
  return profile;
}

}  // namespace scoreway
