#include "tables/arrow_table_writer.h"

#include <utility>
#include <vector>

#include "data/codec/arrow_writer.h"
#include "tables/number_trail.h"

namespace scoreway {
namespace {

// The trail of a part: offset from its beginning, bytes and bytes of the body of each batch.
class ArrowEncoder final : public PartEncoder {
 public:
  Status Append(const Batch& batch) override {
    if (batch.rows() == 0) return {};
    const size_t begin = part_.bytes.size();
    int64_t body_bytes = 0;
    SCOREWAY_RETURN_IF_ERROR(AppendArrowBatch(batch, &part_.bytes, {}, &body_bytes));
    AppendTrailRow({begin, part_.bytes.size() - begin, static_cast<uint64_t>(body_bytes)}, &part_.trail);
    return {};
  }
  Result<EncodedPart> Finish() override { return std::exchange(part_, {}); }

 private:
  EncodedPart part_;
};

class ArrowTableWriter final : public TableWriter {
 public:
  ArrowTableWriter(std::shared_ptr<const Schema> schema, bool stream) : schema_(std::move(schema)), stream_(stream) {}

  void AppendHead(std::string* out) const override {
    if (!stream_) out->append(kArrowFileMagic);
    AppendArrowSchema(*schema_, out);
  }
  std::unique_ptr<PartEncoder> NewEncoder() const override { return std::make_unique<ArrowEncoder>(); }
  Status AppendFoot(std::span<const PlacedPart> parts, std::string* out) const override {
    AppendArrowEnd(out);
    if (stream_) return {};
    std::vector<ArrowBlock> blocks;
    for (const PlacedPart& part : parts) {
      const bool is_read = ReadTrail(part.trail, 3, [&](const std::vector<uint64_t>& row) {
        blocks.push_back({.offset = static_cast<int64_t>(part.offset + row[0]),
                          .bytes = static_cast<int64_t>(row[1]),
                          .body_bytes = static_cast<int64_t>(row[2])});
      });
      if (!is_read) return Status(Code::kCorrupt, "the record of a written part is damaged");
    }
    AppendArrowFooter(*schema_, blocks, out);
    return {};
  }

 private:
  std::shared_ptr<const Schema> schema_;
  const bool stream_;
};

}  // namespace

std::unique_ptr<TableWriter> MakeArrowTableWriter(std::shared_ptr<const Schema> schema, bool stream) {
  return std::make_unique<ArrowTableWriter>(std::move(schema), stream);
}

}  // namespace scoreway
