#include "learn/learner_state.h"

#include <cmath>

#include "base/bytes.h"

namespace scoreway::learn {
namespace {

constexpr std::string_view kMagic = "SWLEARN";
constexpr uint8_t kVersion = 1;

Error Missing(const LearnerState& state, std::string_view name) {
  return Error{Code::kCorrupt, state.kind + " has no '" + std::string(name) + "'", state.place};
}

void WriteText(std::string_view text, ByteWriter* writer) {
  writer->Write<uint64_t>(text.size());
  writer->WriteBytes(text);
}

void WriteItem(double number, ByteWriter* writer) { writer->Write(number); }
void WriteItem(const std::string& text, ByteWriter* writer) { WriteText(text, writer); }

template <typename T>
void WriteLists(const std::map<std::string, std::vector<T>, std::less<>>& lists, ByteWriter* writer) {
  writer->Write<uint64_t>(lists.size());
  for (const auto& [name, items] : lists) {
    WriteText(name, writer);
    writer->Write<uint64_t>(items.size());
    for (const T& item : items) WriteItem(item, writer);
  }
}

Status ReadItem(ByteReader* reader, double* number) { return reader->Read(number); }
Status ReadItem(ByteReader* reader, std::string* text) {
  uint64_t size = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  std::string_view view;
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(size, &view));
  text->assign(view);
  return {};
}

// Every item and every list takes 8 bytes at least, so that a count cannot ask for more than is there.
Status ReadCount(ByteReader* reader, uint64_t* count) {
  SCOREWAY_RETURN_IF_ERROR(reader->Read(count));
  if (*count <= reader->remaining() / 8) return {};
  return Status(Code::kCorrupt, "a list of " + std::to_string(*count) + " items is longer than the bytes",
                "offset " + std::to_string(reader->offset()));
}

template <typename T>
Status ReadLists(ByteReader* reader, std::map<std::string, std::vector<T>, std::less<>>* lists) {
  uint64_t count = 0;
  SCOREWAY_RETURN_IF_ERROR(ReadCount(reader, &count));
  for (uint64_t i = 0; i < count; ++i) {
    std::string name;
    SCOREWAY_RETURN_IF_ERROR(ReadItem(reader, &name));
    uint64_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(ReadCount(reader, &size));
    std::vector<T> items(size);
    for (T& item : items) SCOREWAY_RETURN_IF_ERROR(ReadItem(reader, &item));
    (*lists)[std::move(name)] = std::move(items);
  }
  return {};
}

}  // namespace

Result<double> LearnerState::Number(std::string_view name) const {
  const auto found = numbers.find(name);
  if (found == numbers.end() || found->second.size() != 1) return Missing(*this, name);
  return found->second[0];
}

Result<std::vector<double>> LearnerState::Numbers(std::string_view name) const {
  const auto found = numbers.find(name);
  if (found == numbers.end()) return Missing(*this, name);
  return found->second;
}

Result<std::vector<double>> LearnerState::Numbers(std::string_view name, size_t size) const {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> found, Numbers(name));
  if (found.size() == size) return found;
  return Error{Code::kCorrupt,
               "'" + std::string(name) + "' has " + std::to_string(found.size()) + " numbers where " +
                   std::to_string(size) + " belong",
               place};
}

double LearnerState::NumberOr(std::string_view name, double otherwise) const {
  const auto found = numbers.find(name);
  return found == numbers.end() || found->second.empty() ? otherwise : found->second[0];
}

double LearnerState::NumberWithin(std::string_view name, double low, double high, double otherwise) const {
  const double number = NumberOr(name, otherwise);
  return number >= low && number <= high ? number : otherwise;
}

std::string LearnerState::TextOr(std::string_view name, std::string_view otherwise) const {
  const auto found = texts.find(name);
  return std::string(found == texts.end() || found->second.empty() ? otherwise : found->second[0]);
}

std::string SaveState(const LearnerState& state) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.WriteBytes(kMagic);
  writer.Write(kVersion);
  for (const std::string* text : {&state.kind, &state.place, &state.version}) WriteText(*text, &writer);
  WriteLists(state.numbers, &writer);
  WriteLists(state.texts, &writer);
  return bytes;
}

Result<LearnerState> LoadState(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Error{Code::kCorrupt, "not the state of a learner", "offset 0"};
  ByteReader reader(bytes.substr(kMagic.size()));
  uint8_t version = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&version));
  if (version != kVersion) {
    return Error{version > kVersion ? Code::kUnsupported : Code::kCorrupt,
                 "the state of a learner in format version " + std::to_string(version) + "; this program reads " +
                     std::to_string(kVersion),
                 "offset 7"};
  }
  LearnerState state;
  for (std::string* text : {&state.kind, &state.place, &state.version}) {
    SCOREWAY_RETURN_IF_ERROR(ReadItem(&reader, text));
  }
  SCOREWAY_RETURN_IF_ERROR(ReadLists(&reader, &state.numbers));
  SCOREWAY_RETURN_IF_ERROR(ReadLists(&reader, &state.texts));
  if (!reader.at_end()) return Error{Code::kCorrupt, "bytes after the end of a learner's state", {}};
  return state;
}

}  // namespace scoreway::learn
