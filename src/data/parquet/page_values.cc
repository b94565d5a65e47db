#include "data/parquet/page_values.h"

#include <utility>

#include "base/bytes.h"
#include "data/parquet/hybrid_reader.h"

namespace scoreway::parquet {
namespace {

enum class Encoding : int64_t { kPlain = 0, kPlainDictionary = 2, kRle = 3, kRleDictionary = 8 };

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), {}}; }

template <typename From, typename To>
void AppendNumbers(std::string_view bytes, size_t count, std::vector<To>* out) {
  const size_t begin = out->size();
  out->resize(begin + count);
  for (size_t i = 0; i < count; ++i) {
    (*out)[begin + i] = static_cast<To>(LoadAt<From>(bytes, i * sizeof(From)));
  }
}

// The values at these places; false if there is no such place.
template <typename T>
bool Gather(const std::vector<T>& values, const std::vector<uint32_t>& places, std::vector<T>* out) {
  uint32_t greatest = 0;
  for (const uint32_t place : places) greatest = place > greatest ? place : greatest;
  if (greatest >= values.size()) return false;
  out->resize(places.size());
  for (size_t i = 0; i < places.size(); ++i) (*out)[i] = values[places[i]];
  return true;
}

}  // namespace

Status ValueDecoder::SetDictionary(std::string page, size_t count) {
  if (has_dictionary_) return Damaged("it has two dictionaries");
  has_dictionary_ = true;
  dictionary_page_ = std::move(page);
  return DecodePlain(dictionary_page_, count, &dictionary_);
}

Status ValueDecoder::Decode(int64_t encoding, std::string_view page, size_t count, PageValues* out) {
  out->Clear();
  switch (static_cast<Encoding>(encoding)) {
    case Encoding::kPlain: return DecodePlain(page, count, out);
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary: return DecodeIndices(page, count, out);
    case Encoding::kRle:
      if (type_ == PhysicalType::kBoolean) return DecodeBools(page, count, out);
      break;
  }
  return Status(Code::kUnsupported, "values in encoding " + std::to_string(encoding) + " are not read");
}

Status ValueDecoder::DecodePlain(std::string_view bytes, size_t count, PageValues* out) const {
  // Nothing takes less than a bit, a text not less than its length.
  static constexpr size_t kBits[] = {1, 32, 64, 96, 32, 64, 32, 8};
  if (count > bytes.size() * 8 / kBits[static_cast<size_t>(type_)]) return Damaged("a page is cut short");
  switch (type_) {
    case PhysicalType::kBoolean:
      out->integers.reserve(count);
      for (size_t i = 0; i < count; ++i) out->integers.push_back((static_cast<uint8_t>(bytes[i / 8]) >> (i % 8)) & 1);
      return {};
    case PhysicalType::kInt32: AppendNumbers<int32_t>(bytes, count, &out->integers); return {};
    case PhysicalType::kInt64: AppendNumbers<int64_t>(bytes, count, &out->integers); return {};
    case PhysicalType::kFloat: AppendNumbers<float>(bytes, count, &out->reals); return {};
    case PhysicalType::kDouble: AppendNumbers<double>(bytes, count, &out->reals); return {};
    case PhysicalType::kByteArray:
      out->texts.reserve(count);
      for (size_t i = 0; i < count; ++i) {
        if (bytes.size() < 4) return Damaged("a text is cut short");
        const auto size = LoadAt<uint32_t>(bytes, 0);
        if (size > bytes.size() - 4) return Damaged("a text is cut short");
        out->texts.push_back(bytes.substr(4, size));
        bytes.remove_prefix(4 + size);
      }
      return {};
    case PhysicalType::kInt96:
    case PhysicalType::kFixedLenByteArray: break;
  }
  return Status(Code::kUnsupported,
                "values of physical type " + std::to_string(static_cast<int>(type_)) + " are not read");
}

Status ValueDecoder::DecodeIndices(std::string_view bytes, size_t count, PageValues* out) {
  if (count == 0) return {};
  if (!has_dictionary_ || bytes.empty()) return Damaged("it has no dictionary");
  const int bits = static_cast<uint8_t>(bytes[0]);
  if (bits > 32) return Damaged("its dictionary indices are too wide");
  indices_.resize(count);
  if (!HybridReader(bytes.substr(1), bits).Read(count, indices_.data())) return Damaged("a page is cut short");
  bool gathered = false;
  switch (type_) {
    case PhysicalType::kFloat:
    case PhysicalType::kDouble: gathered = Gather(dictionary_.reals, indices_, &out->reals); break;
    case PhysicalType::kByteArray: gathered = Gather(dictionary_.texts, indices_, &out->texts); break;
    default: gathered = Gather(dictionary_.integers, indices_, &out->integers); break;
  }
  if (!gathered) return Damaged("a dictionary index is out of range");
  return {};
}

// A run-length coded page of bools begins with its length.
Status ValueDecoder::DecodeBools(std::string_view bytes, size_t count, PageValues* out) {
  if (bytes.size() < 4 || LoadAt<uint32_t>(bytes, 0) > bytes.size() - 4) return Damaged("a page is cut short");
  indices_.resize(count);
  if (!HybridReader(bytes.substr(4, LoadAt<uint32_t>(bytes, 0)), 1).Read(count, indices_.data())) {
    return Damaged("a page is cut short");
  }
  out->integers.assign(indices_.begin(), indices_.end());
  return {};
}

}  // namespace scoreway::parquet
