#include "features/feature_key.h"

#include <cmath>

#include "data/codec/column_names.h"

namespace scoreway {
namespace {

void AppendBigEndian(uint64_t value, int bytes, std::string* out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

Error AtCell(const Batch& batch, size_t row, size_t column, std::string message) {
  return {Code::kInvalidArgument, std::move(message),
          "row " + std::to_string(row + 1) + ", column " + Quoted(batch.schema().field(column).name)};
}

}  // namespace

bool CanBeKey(Type column, Type key) {
  return key == Type::kString ? column == Type::kString : !IsText(column) && column != Type::kBool;
}

Result<bool> MakeFeatureKey(const Batch& batch, std::span<const size_t> columns, std::span<const Field> keys,
                            size_t row, std::string* key) {
  key->clear();
  for (size_t i = 0; i < keys.size(); ++i) {
    const Column& column = batch.column(columns[i]);
    if (!column.valid(row)) {
      key->clear();
      return false;
    }
    if (keys[i].type == Type::kString) {
      const std::string_view text = column.string_at(row);
      if (key->size() + text.size() > kFeatureKeyBytesMax) {
        return AtCell(batch, row, columns[i], "a key may have up to " + std::to_string(kFeatureKeyBytesMax) + " bytes");
      }
      *key += 's';
      AppendBigEndian(text.size(), 2, key);
      key->append(text);
      continue;
    }
    int64_t number = 0;
    if (column.type() == Type::kInt64) {
      number = column.int64s()[row];
    } else {
      const double value = column.NumberAt(row);
      if (!(std::abs(value) <= 9007199254740992.0) || value != std::floor(value)) {
        return AtCell(batch, row, columns[i], "a key must be a whole number, exact as a float64");
      }
      number = static_cast<int64_t>(value);
    }
    *key += 'i';
    AppendBigEndian(static_cast<uint64_t>(number), 8, key);
  }
  return true;
}

}  // namespace scoreway
