#include "data/codec/vector_text.h"

#include <limits>
#include <string>

#include "base/number_text.h"
#include "data/codec/column_names.h"
#include "data/text_cursor.h"

namespace scoreway {
namespace {

// What a text says of a vector.
struct VectorParts {
  double type = 1;
  double size = -1;  // not said
  std::vector<double> indices, values;
  bool is_sparse = false;
};

class VectorParser : private TextCursor {
 public:
  explicit VectorParser(std::string_view text) : TextCursor(text) {}

  bool Parse(VectorParts* parts) {
    if (AtEnd()) return false;
    const bool read = rest_.front() == '('   ? ParseTuple(parts)
                      : rest_.front() == '{' ? ParseObject(parts)
                                             : ParseNumbers(&parts->values);
    return read && AtEnd();
  }

 private:
  bool ParseTuple(VectorParts* parts) {
    parts->is_sparse = true;
    return Take('(') && ParseNumber(&parts->size) && Take(',') && ParseNumbers(&parts->indices) && Take(',') &&
           ParseNumbers(&parts->values) && Take(')');
  }

  bool ParseObject(VectorParts* parts) {
    if (!Take('{')) return false;
    do {
      std::string_view key;
      if (!ParseKey(&key) || !Take(':')) return false;
      const bool read = key == "type"      ? ParseNumber(&parts->type)
                        : key == "size"    ? ParseNumber(&parts->size)
                        : key == "indices" ? ParseNumbers(&parts->indices)
                        : key == "values"  ? ParseNumbers(&parts->values)
                                           : false;
      if (!read) return false;
    } while (Take(','));
    parts->is_sparse = parts->type == 0;
    return (parts->type == 0 || parts->type == 1) && Take('}');
  }

  bool ParseKey(std::string_view* key) {
    if (!Take('"')) return false;
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos) return false;
    *key = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool ParseNumbers(std::vector<double>* numbers) {
    numbers->clear();
    if (TakeWord("null")) return true;
    if (!Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!ParseNumber(&numbers->emplace_back())) return false;
    } while (Take(','));
    return Take(']');
  }

  bool ParseNumber(double* number) {
    if (TakeWord("null") || TakeWord("NaN")) {
      *number = std::numeric_limits<double>::quiet_NaN();
      return true;
    }
    return ParseDouble(TakeNumber(), number) == NumberParse::kOk;
  }

  bool TakeWord(std::string_view word) {
    SkipBlanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
};

Status NoVector(std::string_view text) {
  return Status(Code::kInvalidArgument, Quoted(text) + " is no vector, dense or sparse");
}

// A sparse vector's cells. False if the indices do not rise within its size.
bool Spread(const VectorParts& parts, std::vector<double>* cells) {
  if (parts.indices.size() != parts.values.size()) return false;
  double before = -1;
  for (size_t i = 0; i < parts.indices.size(); ++i) {
    const double index = parts.indices[i];
    if (!(index > before && index < static_cast<double>(cells->size()))) return false;
    if (index != static_cast<double>(static_cast<size_t>(index))) return false;
    (*cells)[static_cast<size_t>(index)] = parts.values[i];
    before = index;
  }
  return true;
}

}  // namespace

Status AppendVectorText(std::string_view text, const Schema::Run& columns, Batch* batch) {
  VectorParts parts;
  if (!VectorParser(text).Parse(&parts)) return NoVector(text);
  const double size = parts.is_sparse ? parts.size : static_cast<double>(parts.values.size());
  if (size != static_cast<double>(columns.size)) {
    std::string found;
    AppendShortest(size, &found);
    return Status(Code::kInvalidArgument,
                  "a vector of " + found + " numbers, where " + std::to_string(columns.size) + " are wanted");
  }
  if (parts.is_sparse) {
    std::vector<double> cells(columns.size, 0.0);
    if (!Spread(parts, &cells)) return NoVector(text);
    parts.values = std::move(cells);
  }
  for (size_t i = 0; i < columns.size; ++i) {
    batch->column(columns.first + i).AppendNumbers(std::span<const double>(&parts.values[i], 1));
  }
  return {};
}

}  // namespace scoreway
