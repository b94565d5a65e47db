#include "importers/spark/java_strings.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace scoreway::spark {
namespace {

// The grammar is that of the Java Object Serialization Specification, chapter 6.
enum Tag : uint8_t {
  kNull = 0x70,
  kReference = 0x71,
  kClassDescription = 0x72,
  kObject = 0x73,
  kString = 0x74,
  kBlockData = 0x77,
  kEndBlockData = 0x78,
  kBlockDataLong = 0x7A,
  kLongString = 0x7C,
};
constexpr uint32_t kMagicAndVersion = 0xACED0005, kFirstHandle = 0x7E0000;
constexpr uint8_t kWriteMethod = 1, kSerializable = 2;
constexpr int kDepthMax = 64;
constexpr size_t kHandlesMax = 10'000;

struct ClassDescription {
  uint8_t flags = 0;
  std::string fields;        // the type code of each
  size_t parent = SIZE_MAX;  // its position; SIZE_MAX: none
};

class Reader {
 public:
  explicit Reader(std::string_view stream) : rest_(stream) {}

  Result<std::vector<std::string>> Read() {
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t head, Number(4));
    if (head != kMagicAndVersion) return Corrupt();
    while (!rest_.empty()) SCOREWAY_RETURN_IF_ERROR(ReadContent(0));
    return std::move(texts_);
  }

 private:
  static Error Corrupt() { return {Code::kCorrupt, "is cut off, or no stream of Java objects", "a saved Java object"}; }

  Result<std::string_view> Take(uint64_t size) {
    if (size > rest_.size()) return Corrupt();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  Result<uint64_t> Number(size_t bytes) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, Take(bytes));
    uint64_t number = 0;
    for (const char byte : text) number = number << 8 | static_cast<uint8_t>(byte);
    return number;
  }

  Result<std::string_view> Text(size_t size_bytes) {
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t size, Number(size_bytes));
    return Take(size);
  }

  // What a handle stands for: a class's position, or nothing that is asked for again.
  Status AddHandle(size_t class_position) {
    if (handles_.size() == kHandlesMax)
      return Status(Code::kResourceExhausted, "too many objects", "a saved Java object");
    handles_.push_back(class_position);
    return {};
  }

  Status ReadContent(int depth) {
    if (depth > kDepthMax) return Status(Code::kResourceExhausted, "objects nest too deeply", "a saved Java object");
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t tag, Number(1));
    switch (tag) {
      case kNull: return {};
      case kReference: return Number(4).status();
      case kString: return ReadText(2);
      case kLongString: return ReadText(8);
      case kBlockData: return Text(1).status();
      case kBlockDataLong: return Text(4).status();
      case kObject: return ReadObject(depth);
      default: return Status(Code::kUnsupported, "a Java object of kind " + std::to_string(tag), "a saved Java object");
    }
  }

  // Java's own UTF-8, which differs from UTF-8 in what no model's text has.
  Status ReadText(size_t size_bytes) {
    SCOREWAY_RETURN_IF_ERROR(AddHandle(SIZE_MAX));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, Text(size_bytes));
    texts_.emplace_back(text);
    return {};
  }

  Status ReadObject(int depth) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t position, ReadClass(depth));
    if (position == SIZE_MAX) return Status(Corrupt());
    SCOREWAY_RETURN_IF_ERROR(AddHandle(SIZE_MAX));
    std::vector<size_t> line;  // of classes, the object's own first
    for (size_t at = position; at != SIZE_MAX; at = classes_[at].parent) line.push_back(at);
    for (auto it = line.rbegin(); it != line.rend(); ++it) SCOREWAY_RETURN_IF_ERROR(ReadFields(*it, depth));
    return {};
  }

  Status ReadFields(size_t position, int depth) {
    const ClassDescription description = classes_[position];
    if ((description.flags & kSerializable) == 0) {
      return Status(Code::kUnsupported, "a Java object that writes itself", "a saved Java object");
    }
    for (const char code : description.fields) {
      switch (code) {
        case 'B':
        case 'Z': SCOREWAY_RETURN_IF_ERROR(Take(1).status()); break;
        case 'C':
        case 'S': SCOREWAY_RETURN_IF_ERROR(Take(2).status()); break;
        case 'F':
        case 'I': SCOREWAY_RETURN_IF_ERROR(Take(4).status()); break;
        case 'D':
        case 'J': SCOREWAY_RETURN_IF_ERROR(Take(8).status()); break;
        case 'L':
        case '[': SCOREWAY_RETURN_IF_ERROR(ReadContent(depth + 1)); break;
        default: return Status(Corrupt());
      }
    }
    return (description.flags & kWriteMethod) != 0 ? ReadAnnotation(depth) : Status();
  }

  Status ReadAnnotation(int depth) {
    while (!rest_.starts_with(static_cast<char>(kEndBlockData))) SCOREWAY_RETURN_IF_ERROR(ReadContent(depth + 1));
    return Take(1).status();
  }

  // The position of a class, SIZE_MAX for null.
  Result<size_t> ReadClass(int depth) {
    if (depth > kDepthMax) return Error{Code::kResourceExhausted, "classes nest too deeply", "a saved Java object"};
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t tag, Number(1));
    if (tag == kNull) return SIZE_MAX;
    if (tag == kReference) {
      SCOREWAY_ASSIGN_OR_RETURN(const uint64_t handle, Number(4));
      if (handle < kFirstHandle || handle - kFirstHandle >= handles_.size()) return Corrupt();
      const size_t position = handles_[handle - kFirstHandle];
      if (position == SIZE_MAX) return Corrupt();
      return position;
    }
    if (tag != kClassDescription) return Error{Code::kUnsupported, "a Java proxy", "a saved Java object"};
    return ReadNewClass(depth);
  }

  Result<size_t> ReadNewClass(int depth) {
    SCOREWAY_RETURN_IF_ERROR(Text(2).status());  // its name
    SCOREWAY_RETURN_IF_ERROR(Take(8).status());  // its version
    const size_t position = classes_.size();
    SCOREWAY_RETURN_IF_ERROR(AddHandle(position));
    classes_.emplace_back();
    ClassDescription description;
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t flags, Number(1));
    description.flags = static_cast<uint8_t>(flags);
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t count, Number(2));
    for (uint64_t i = 0; i < count; ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(const uint64_t code, Number(1));
      SCOREWAY_RETURN_IF_ERROR(Text(2).status());
      if (code == 'L' || code == '[') SCOREWAY_RETURN_IF_ERROR(ReadContent(depth + 1));  // its type's name
      description.fields.push_back(static_cast<char>(code));
    }
    SCOREWAY_RETURN_IF_ERROR(ReadAnnotation(depth));
    SCOREWAY_ASSIGN_OR_RETURN(description.parent, ReadClass(depth + 1));
    // A parent is described before or within its child: a line of classes has no ring.
    if (description.parent != SIZE_MAX && (description.parent == position || IsBelow(description.parent, position))) {
      return Corrupt();
    }
    classes_[position] = std::move(description);
    return position;
  }

  bool IsBelow(size_t position, size_t ancestor) const {
    for (size_t at = position; at != SIZE_MAX; at = classes_[at].parent) {
      if (at == ancestor) return true;
    }
    return false;
  }

  std::string_view rest_;
  std::vector<size_t> handles_;
  std::vector<ClassDescription> classes_;
  std::vector<std::string> texts_;
};

}  // namespace

Result<std::vector<std::string>> ReadJavaStrings(std::string_view stream) { return Reader(stream).Read(); }

}  // namespace scoreway::spark
