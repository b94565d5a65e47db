#include "batches/bad_row.h"

#include <utility>
#include <vector>

#include "data/codec/json_lines_reader.h"
#include "data/codec/json_writer.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 4096;

const std::shared_ptr<const Schema>& BadRowSchema() {
  static const std::shared_ptr<const Schema> kSchema = [] {
    auto schema = Schema::Make(
        {{"row", Type::kInt64}, {"message", Type::kString}, {"reason", Type::kString}, {"text", Type::kString}});
    return std::move(schema).value();
  }();
  return kSchema;
}

void Append(const BadRow& row, std::string_view text, std::string* lines) {
  JsonWriter json(lines);
  json.BeginObject();
  json.Key("row");
  row.row == 0 ? json.Null() : json.Int(row.row);
  json.Key("message");
  row.message.empty() ? json.Null() : json.String(row.message);
  json.StringField("reason", std::string_view(row.reason).substr(0, BadRow::kReasonBytesMax));
  json.StringField("text", text);
  json.EndObject();
  lines->push_back('\n');
}

}  // namespace

void AppendBadRow(const BadRow& row, std::string* lines) {
  const size_t begin = lines->size();
  const std::string_view text = row.text;
  if (text.size() < BadRow::kLineBytesMax) Append(row, text, lines);
  if (lines->size() > begin && lines->size() - begin <= BadRow::kLineBytesMax) return;
  lines->resize(begin);
  Append(row, text.substr(0, BadRow::kCutTextBytes), lines);
}

Result<Batch> ReadBadRows(std::string_view lines) {
  Batch batch(BadRowSchema());
  TextSource source(lines);
  JsonReadOptions options;
  options.may_be_absent.assign(BadRowSchema()->size(), true);
  JsonLinesReader reader(&source, BadRowSchema(), options);
  while (true) {
    const Result<bool> more = reader.Next(&batch, kRowsAtOnce);
    if (!more.ok()) return Error{Code::kCorrupt, "stored bad rows cannot be read: " + more.status().ToString(), {}};
    if (!*more) return batch;
  }
}

}  // namespace scoreway
