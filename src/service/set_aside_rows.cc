#include "service/set_aside_rows.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "batches/bad_row.h"
#include "tables/input_file.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 1024;
constexpr size_t kBlockBytes = size_t{1} << 20;

// The lines of a text one behind the other.
class LineWalk {
 public:
  explicit LineWalk(const FileBytes& bytes) : bytes_(bytes) {}

  // The line of a number, from 1, which is not before one that was asked for.
  Result<std::string> Line(int64_t number) {
    while (true) {
      const size_t end = block_.find('\n', at_);
      if (end == std::string::npos && read_ < bytes_.size()) {
        block_.erase(0, std::exchange(at_, 0));
        const uint64_t count = std::min<uint64_t>(kBlockBytes, bytes_.size() - read_);
        SCOREWAY_RETURN_IF_ERROR(bytes_.AppendAt(read_, static_cast<size_t>(count), &block_));
        read_ += count;
        continue;
      }
      if (end == std::string::npos && at_ == block_.size()) return std::string();
      const size_t size = std::min(end, block_.size()) - at_;
      if (next_ == number) return block_.substr(at_, size);
      at_ = std::min(at_ + size + 1, block_.size());
      ++next_;
    }
  }

 private:
  const FileBytes& bytes_;
  uint64_t read_ = 0;
  std::string block_;
  size_t at_ = 0;     // in the block: where line next_ begins
  int64_t next_ = 1;  // line
};

// Lines gathered to chunks.
class ChunkWriter {
 public:
  ChunkWriter(BatchStore& store, const std::string& batch, int64_t firing)
      : store_(store), batch_(batch), firing_(firing) {}

  Status Add(const BadRow& row) {
    std::string line;
    AppendBadRow(row, &line);
    if (chunk_.size() + line.size() > BatchStore::kBadChunkBytesMax) SCOREWAY_RETURN_IF_ERROR(Flush());
    chunk_ += line;
    return {};
  }
  Status Flush() {
    if (chunk_.empty() || offset_ > BatchStore::kBadRowsBytesMax) {
      chunk_.clear();
      return {};
    }
    const auto size = static_cast<int64_t>(chunk_.size());
    SCOREWAY_RETURN_IF_ERROR(store_.PutBadRows(batch_, firing_, offset_, std::exchange(chunk_, {})));
    offset_ += size;
    return {};
  }

 private:
  BatchStore& store_;
  const std::string& batch_;
  const int64_t firing_;
  std::string chunk_;
  int64_t offset_ = 0;
};

}  // namespace

Status SetAsideRows(BatchStore& store, const std::string& batch, const Firing& firing, const std::string& errors) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> file, InputFile::Open(errors));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, OpenTable(file, TableFormat::kCsv));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema,
                            Schema::Make({{"row", Type::kInt64}, {"reason", Type::kString}}));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(schema, {false, false}));
  const std::shared_ptr<const FileBytes> rows = store.Rows(batch, firing);
  LineWalk walk(*rows);
  // What another try left, which may have found others.
  SCOREWAY_RETURN_IF_ERROR(store.RemoveBadRows(batch, firing.number));
  ChunkWriter writer(store, batch, firing.number);
  Batch faults(schema);
  TablePart part;
  for (TablePosition at = table->first();; at = part.end) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, table->Cut(at, &part));
    if (!any) return writer.Flush();
    const std::unique_ptr<RowStream> stream = table->Rows(part);
    while (true) {
      faults.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, stream->Next(&faults, kRowsAtOnce));
      if (!more) break;
      for (size_t i = 0; i < faults.rows(); ++i) {
        BadRow bad{.row = faults.column(0).int64s()[i],
                   .message = {},
                   .reason = std::string(faults.column(1).string_at(i)),
                   .text = {}};
        SCOREWAY_ASSIGN_OR_RETURN(bad.text, walk.Line(bad.row));
        SCOREWAY_RETURN_IF_ERROR(writer.Add(bad));
      }
    }
  }
}

}  // namespace scoreway
