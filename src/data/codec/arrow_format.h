// What arrow_reader and arrow_writer share of Arrow's IPC format: the numbers of fields and kinds in its flatbuffers
// (format/Schema.fbs and format/Message.fbs of Apache Arrow, metadata version 5).
#pragma once

#include <cstdint>

namespace scoreway::arrow {

// Every message of a stream: this marker, an int32 with the size of the metadata, the metadata padded to 8 bytes, the
// body. A size of 0 ends the stream.
inline constexpr uint32_t kContinuation = 0xFFFFFFFF;
inline constexpr int16_t kVersion5 = 4;

enum class MessageKind : uint8_t { kNone = 0, kSchema = 1, kDictionaryBatch = 2, kRecordBatch = 3 };

enum class TypeKind : uint8_t {
  kNone = 0,
  kNull = 1,
  kInt = 2,
  kFloatingPoint = 3,
  kBinary = 4,
  kUtf8 = 5,
  kBool = 6,
  kDecimal = 7,
  kDate = 8,
  kTime = 9,
  kTimestamp = 10,
  kInterval = 11,
  kList = 12,
  kStruct = 13,
  kFixedSizeBinary = 15,
  kFixedSizeList = 16,
  kMap = 17,
  kDuration = 18,
  kLargeBinary = 19,
  kLargeUtf8 = 20,
  kLargeList = 21,
};

enum class FloatPrecision : int16_t { kHalf = 0, kSingle = 1, kDouble = 2 };

// Places of fields in their tables.
namespace message {
inline constexpr int kVersion = 0, kHeaderKind = 1, kHeader = 2, kBodyLength = 3;
}
namespace schema {
inline constexpr int kEndianness = 0, kFields = 1;
}
namespace field {
inline constexpr int kName = 0, kNullable = 1, kTypeKind = 2, kType = 3, kDictionary = 4, kChildren = 5;
}
namespace int_type {
inline constexpr int kBitWidth = 0, kIsSigned = 1;
}
namespace float_type {
inline constexpr int kPrecision = 0;
}
namespace record_batch {
inline constexpr int kLength = 0, kNodes = 1, kBuffers = 2, kCompression = 3;
}

namespace footer {
inline constexpr int kVersion = 0, kSchema = 1, kRecordBatches = 3;
}

namespace compression {
inline constexpr int kCodec = 0, kMethod = 1;
}
enum class BodyCodec : int8_t { kLz4Frame = 0, kZstd = 1 };

// Structs, as they lie in vectors.
struct FieldNode {
  int64_t length;
  int64_t null_count;
};
struct BufferSpan {
  int64_t offset;  // from the start of the body
  int64_t length;
};

struct FileBlock {
  int64_t offset;
  int32_t metadata_bytes;  // with the marks before it
  int32_t padding;
  int64_t body_bytes;
};

}  // namespace scoreway::arrow
