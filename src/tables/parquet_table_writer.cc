#include "tables/parquet_table_writer.h"

#include <utility>
#include <vector>

#include "data/parquet/file_writer.h"
#include "tables/number_trail.h"

namespace scoreway {
namespace {

// The trail of a part: rows, bytes and unpacked bytes of each column.
class ParquetEncoder final : public PartEncoder {
 public:
  explicit ParquetEncoder(std::shared_ptr<const Schema> schema) : rows_(std::move(schema)) {}

  Status Append(const Batch& batch) override {
    rows_.Append(batch);
    return {};
  }
  Result<EncodedPart> Finish() override {
    EncodedPart part;
    if (rows_.rows() == 0) return part;
    const parquet::WrittenRowGroup group = rows_.Finish(&part.bytes);
    for (const parquet::WrittenChunk& chunk : group.chunks) {
      AppendTrailRow({group.rows, chunk.bytes, chunk.unpacked_bytes}, &part.trail);
    }
    return part;
  }

 private:
  parquet::RowGroupEncoder rows_;
};

class ParquetTableWriter final : public TableWriter {
 public:
  explicit ParquetTableWriter(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {}

  void AppendHead(std::string* out) const override { out->append(parquet::kMagicBytes); }
  std::unique_ptr<PartEncoder> NewEncoder() const override { return std::make_unique<ParquetEncoder>(schema_); }
  Status AppendFoot(std::span<const PlacedPart> parts, std::string* out) const override {
    std::vector<parquet::WrittenRowGroup> groups;
    for (const PlacedPart& part : parts) {
      if (part.trail.empty()) continue;
      parquet::WrittenRowGroup& group = groups.emplace_back();
      group.offset = part.offset;
      const bool is_read = ReadTrail(part.trail, 3, [&](const std::vector<uint64_t>& row) {
        group.rows = row[0];
        group.chunks.push_back({.bytes = row[1], .unpacked_bytes = row[2]});
      });
      if (!is_read || group.chunks.size() != schema_->size()) {
        return Status(Code::kCorrupt, "the record of a written part is damaged");
      }
    }
    parquet::AppendFooter(*schema_, groups, out);
    return {};
  }

 private:
  std::shared_ptr<const Schema> schema_;
};

}  // namespace

std::unique_ptr<TableWriter> MakeParquetTableWriter(std::shared_ptr<const Schema> schema) {
  return std::make_unique<ParquetTableWriter>(std::move(schema));
}

}  // namespace scoreway
