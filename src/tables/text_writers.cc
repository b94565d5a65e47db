#include "tables/text_writers.h"

#include <utility>

#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"

namespace scoreway {
namespace {

// Rows as lines, appended by a function of the codecs.
class LineEncoder final : public PartEncoder {
 public:
  using AppendRows = void (*)(const Batch& batch, std::string* out);
  explicit LineEncoder(AppendRows append) : append_(append) {}

  Status Append(const Batch& batch) override {
    append_(batch, &text_);
    return {};
  }
  Result<EncodedPart> Finish() override { return EncodedPart{.bytes = std::exchange(text_, {}), .trail = {}}; }

 private:
  AppendRows append_;
  std::string text_;
};

class CsvTableWriter final : public TableWriter {
 public:
  explicit CsvTableWriter(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {}
  void AppendHead(std::string* out) const override { AppendCsvHeader(*schema_, {}, out); }
  std::unique_ptr<PartEncoder> NewEncoder() const override {
    return std::make_unique<LineEncoder>([](const Batch& batch, std::string* out) { AppendCsvRows(batch, {}, out); });
  }
  Status AppendFoot(std::span<const PlacedPart>, std::string*) const override { return {}; }

 private:
  std::shared_ptr<const Schema> schema_;
};

class JsonLinesTableWriter final : public TableWriter {
 public:
  void AppendHead(std::string*) const override {}
  std::unique_ptr<PartEncoder> NewEncoder() const override {
    return std::make_unique<LineEncoder>([](const Batch& batch, std::string* out) { AppendJsonLines(batch, {}, out); });
  }
  Status AppendFoot(std::span<const PlacedPart>, std::string*) const override { return {}; }
};

}  // namespace

std::unique_ptr<TableWriter> MakeCsvWriter(std::shared_ptr<const Schema> schema) {
  return std::make_unique<CsvTableWriter>(std::move(schema));
}
std::unique_ptr<TableWriter> MakeJsonLinesWriter() { return std::make_unique<JsonLinesTableWriter>(); }

}  // namespace scoreway
