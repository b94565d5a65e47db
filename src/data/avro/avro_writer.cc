#include "data/avro/avro_writer.h"

#include <set>

#include "base/bytes.h"
#include "data/codec/json_writer.h"

namespace scoreway {
namespace {

constexpr char kNullBranch = 0, kValueBranch = 2;  // 0 and 1, zigzag

std::string_view AvroTypeOf(Type type) {
  switch (type) {
    case Type::kFloat32: return "float";
    case Type::kFloat64: return "double";
    case Type::kInt64: return "long";
    case Type::kBool: return "boolean";
    case Type::kString:
    case Type::kList: return "string";
  }
  return "string";
}

std::string AvroName(std::string_view name) {
  std::string made;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool is_digit = c >= '0' && c <= '9';
    if (is_digit && made.empty()) made.push_back('_');
    made.push_back(is_letter || is_digit ? c : '_');
  }
  return made.empty() ? "_" : made;
}

void AppendLong(int64_t value, std::string* out) {
  uint64_t bits = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out->push_back(static_cast<char>(0x80 | (bits & 0x7f)));
  out->push_back(static_cast<char>(bits));
}

size_t CountOf(size_t all, std::span<const size_t> columns) { return columns.empty() ? all : columns.size(); }

}  // namespace

std::string AvroSchemaOf(const Schema& schema, std::span<const size_t> columns, std::string_view name) {
  std::string text;
  std::set<std::string> seen;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("type", "record");
  json.StringField("name", AvroName(name));
  json.StringField("namespace", "scoreway");
  json.Key("fields");
  json.BeginArray();
  for (size_t i = 0; i < CountOf(schema.size(), columns); ++i) {
    const Field& field = schema.field(columns.empty() ? i : columns[i]);
    const std::string made = AvroName(field.name);
    std::string only = made;
    for (int number = 2; !seen.insert(only).second; ++number) only = made + "_" + std::to_string(number);
    json.BeginObject();
    json.StringField("name", only);
    json.Key("type");
    json.BeginArray();
    json.String("null");
    json.String(AvroTypeOf(field.type));
    json.EndArray();
    json.Key("default");
    json.Null();
    if (only != field.name) json.StringField("column", field.name);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return text;
}

void AppendAvroRow(const Batch& batch, std::span<const size_t> columns, size_t row, std::string* out) {
  for (size_t i = 0; i < CountOf(batch.column_count(), columns); ++i) {
    const Column& column = batch.column(columns.empty() ? i : columns[i]);
    if (!column.valid(row)) {
      out->push_back(kNullBranch);
      continue;
    }
    out->push_back(kValueBranch);
    switch (column.type()) {
      case Type::kFloat32: ByteWriter(out).Write(column.float32s()[row]); break;
      case Type::kFloat64: ByteWriter(out).Write(column.float64s()[row]); break;
      case Type::kInt64: AppendLong(column.int64s()[row], out); break;
      case Type::kBool: out->push_back(static_cast<char>(column.bools()[row])); break;
      case Type::kString:
      case Type::kList: {
        const std::string_view text = column.string_at(row);
        AppendLong(static_cast<int64_t>(text.size()), out);
        out->append(text);
        break;
      }
    }
  }
}

}  // namespace scoreway
