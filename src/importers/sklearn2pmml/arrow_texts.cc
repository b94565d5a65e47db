#include "importers/sklearn2pmml/arrow_texts.h"

#include <cstring>

namespace scoreway::sklearn2pmml {
namespace {

Result<Object> CallArgument(const Object& call, size_t index) {
  if (call.is_instance()) {
    const pickle::Node* args = (*call.node().AsInstance())->args;
    if (args != nullptr && args->is_sequence() && (*args->AsSequence())->size() > index) {
      return Object((**args->AsSequence())[index], call.path());
    }
  }
  return call.Corrupt("an Arrow array in a form that is not known");
}

Result<std::string_view> BufferBytes(const Object& buffer) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object bytes, CallArgument(buffer, 0));
  Result<std::string_view> view = bytes.node().AsBytes();
  if (!view.ok()) return AtPlace(buffer.path(), std::move(view).error());
  return view;
}

// Texts lie back to back; text i is the bytes from offsets[i] to offsets[i + 1], little-endian.
template <typename Offset>
Status AppendTexts(const Object& at, std::string_view offsets, std::string_view data, uint64_t first, uint64_t count,
                   std::vector<std::string>* out) {
  if (offsets.size() / sizeof(Offset) < count + 1 || offsets.size() / sizeof(Offset) - count - 1 < first) {
    return Status(at.Corrupt("an Arrow array with too few offsets"));
  }
  const auto offset = [&](uint64_t i) {
    Offset value = 0;
    std::memcpy(&value, offsets.data() + (first + i) * sizeof(Offset), sizeof(Offset));
    return static_cast<int64_t>(value);
  };
  for (uint64_t i = 0; i < count; ++i) {
    const int64_t begin = offset(i);
    const int64_t end = offset(i + 1);
    if (begin < 0 || end < begin || static_cast<uint64_t>(end) > data.size()) {
      return Status(at.Corrupt("an Arrow array whose offsets go astray"));
    }
    out->emplace_back(data.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
  }
  return {};
}

// A text is missing where its bit is 0; its bytes, if any, count for nothing. Labels tell one missing entry.
Status MarkMissing(const Object& at, std::string_view bits, uint64_t first, uint64_t count, size_t begin, Labels* out) {
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t bit = first + i;
    if (bit / 8 >= bits.size()) return Status(at.Corrupt("an Arrow array with too few marks of what is missing"));
    if ((static_cast<unsigned char>(bits[bit / 8]) >> (bit % 8) & 1) != 0) continue;
    if (out->missing_at) return Status(Error{Code::kUnsupported, "several missing texts in an Arrow array", at.path()});
    out->missing_at = begin + i;
    out->texts[begin + i].clear();
  }
  return {};
}

Status AppendArray(const Object& array, Labels* out) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object state, CallArgument(array, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, state.Items());
  if (parts.size() < 5) return Status(array.Corrupt("an Arrow array in a form that is not known"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object alias, CallArgument(parts[0], 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string type, alias.Text());
  if (type != "string" && type != "large_string") {
    return Status(Error{Code::kUnsupported, "an Arrow array of " + type, array.path()});
  }
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, parts[1].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t nulls, parts[2].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t first, parts[3].Integer());
  if (count < 0 || first < 0) return Status(array.Corrupt("an Arrow array of negative length"));
  if (count == 0) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> buffers, parts[4].Items());
  if (buffers.size() < 3 || buffers[1].is_none()) return Status(array.Corrupt("an Arrow array without its buffers"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view offsets, BufferBytes(buffers[1]));
  std::string_view data;
  if (!buffers[2].is_none()) {
    SCOREWAY_ASSIGN_OR_RETURN(data, BufferBytes(buffers[2]));
  }
  const auto wide = type == "large_string" ? AppendTexts<int64_t> : AppendTexts<int32_t>;
  const size_t begin = out->texts.size();
  SCOREWAY_RETURN_IF_ERROR(
      wide(array, offsets, data, static_cast<uint64_t>(first), static_cast<uint64_t>(count), &out->texts));
  if (nulls == 0) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view bits, BufferBytes(buffers[0]));
  return MarkMissing(array, bits, static_cast<uint64_t>(first), static_cast<uint64_t>(count), begin, out);
}

}  // namespace

bool IsArrowTexts(const Object& saved) { return saved.short_name() == "ArrowStringArray"; }

Result<Labels> ReadArrowTexts(const Object& saved) {
  const Object array = saved.GetFirst({"_pa_array", "_data"});
  Labels labels;
  labels.type = Type::kString;
  if (array.class_name() != "pyarrow.lib.chunked_array") {
    SCOREWAY_RETURN_IF_ERROR(AppendArray(array, &labels));
    return labels;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Object chunks_at, CallArgument(array, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> chunks, chunks_at.Items());
  for (const Object& chunk : chunks) SCOREWAY_RETURN_IF_ERROR(AppendArray(chunk, &labels));
  return labels;
}

}  // namespace scoreway::sklearn2pmml
