#include "data/parquet/file_metadata.h"

#include <utility>

#include "base/bytes.h"
#include "data/parquet/thrift_reader.h"

namespace scoreway::parquet {
namespace {

using Type = ThriftReader::Type;

constexpr std::string_view kMagic = "PAR1", kEncryptedMagic = "PARE";
constexpr size_t kElementsMax = 1 << 16;
constexpr int kDepthMax = 16;
constexpr int64_t kListType = 3;  // ConvertedType LIST

enum class Repetition : uint8_t { kRequired = 0, kOptional = 1, kRepeated = 2 };

struct SchemaElement {
  std::string name;
  int64_t type = -1;  // -1: a group
  int64_t repetition = 0;
  int64_t child_count = 0;
  int64_t converted_type = -1;
  int64_t scale = 0;
  bool is_annotated = false;
};

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the Parquet file"}; }

SchemaElement ReadElement(ThriftReader& thrift) {
  SchemaElement element;
  thrift.ReadStruct([&](const ThriftReader::FieldHeader& field) {
    switch (field.id) {
      case 1: element.type = thrift.ReadInteger(); return true;
      case 3: element.repetition = thrift.ReadInteger(); return true;
      case 4: element.name = thrift.ReadBinary(); return true;
      case 5: element.child_count = thrift.ReadInteger(); return true;
      case 6: element.converted_type = thrift.ReadInteger(); return true;
      case 7: element.scale = thrift.ReadInteger(); return true;
      case 10: element.is_annotated = true; return false;
      default: return false;
    }
  });
  return element;
}

Chunk ReadColumnMetadata(ThriftReader& thrift) {
  Chunk chunk;
  thrift.ReadStruct([&](const ThriftReader::FieldHeader& field) {
    switch (field.id) {
      case 4: chunk.codec = static_cast<Codec>(thrift.ReadInteger()); return true;
      case 5: chunk.value_count = thrift.ReadInteger(); return true;
      case 7: chunk.bytes = thrift.ReadInteger(); return true;
      case 9: chunk.data_offset = thrift.ReadInteger(); return true;
      case 11: chunk.dictionary_offset = thrift.ReadInteger(); return true;
      default: return false;
    }
  });
  return chunk;
}

template <typename ReadItem>
bool ReadList(ThriftReader& thrift, const ThriftReader::FieldHeader& field, const ReadItem& read_item) {
  if (field.type != Type::kList) return false;
  const auto list = thrift.ReadListHeader();
  for (uint32_t i = 0; i < list.size && !thrift.failed(); ++i) read_item();
  return true;
}

RowGroup ReadRowGroup(ThriftReader& thrift) {
  RowGroup group;
  thrift.ReadStruct([&](const ThriftReader::FieldHeader& field) {
    if (field.id == 3) {
      group.row_count = thrift.ReadInteger();
      return true;
    }
    return field.id == 1 && ReadList(thrift, field, [&] {
             Chunk chunk;
             thrift.ReadStruct([&](const ThriftReader::FieldHeader& column) {
               if (column.id != 3) return false;
               chunk = ReadColumnMetadata(thrift);
               return true;
             });
             group.chunks.push_back(chunk);
           });
  });
  return group;
}

// Turns the schema, elements in depth-first order, into its leaves.
class LeafFinder {
 public:
  explicit LeafFinder(const std::vector<SchemaElement>& elements) : elements_(elements) {}

  Result<std::vector<Leaf>> Find() {
    if (elements_.empty()) return Damaged("it has no schema");
    next_ = 1;  // behind the root
    SCOREWAY_RETURN_IF_ERROR(Children(elements_[0].child_count, Leaf{}, false, 0));
    return std::move(leaves_);
  }

 private:
  Status Children(int64_t count, const Leaf& above, bool in_list, int depth) {
    for (int64_t i = 0; i < count; ++i) SCOREWAY_RETURN_IF_ERROR(Child(above, in_list, depth));
    return {};
  }

  // `in_list`: the parent is a list, whose only child wraps the items and is not named.
  Status Child(const Leaf& above, bool in_list, int depth) {
    if (next_ >= elements_.size() || depth > kDepthMax) return Damaged("its schema is damaged");
    const SchemaElement& element = elements_[next_++];
    Leaf here = above;
    const bool repeated = element.repetition == static_cast<int64_t>(Repetition::kRepeated);
    if (element.repetition != static_cast<int64_t>(Repetition::kRequired)) ++here.definition_max;
    if (repeated) here.item_definition.push_back(here.definition_max);
    const bool wraps = in_list && repeated;
    if (!wraps && !wrapped_item_) here.path += (here.path.empty() ? "" : ".") + element.name;
    if (element.type < 0) {
      // The one child of a wrapper is the item; a wrapper of several children is an item itself.
      wrapped_item_ = wraps && element.child_count == 1 && element.name != "array";
      return Children(element.child_count, here, element.converted_type == kListType, depth + 1);
    }
    wrapped_item_ = false;
    if (element.type > static_cast<int64_t>(PhysicalType::kFixedLenByteArray)) return Damaged("a column has no type");
    here.type = static_cast<PhysicalType>(element.type);
    here.converted_type = element.converted_type;
    here.scale = element.scale;
    here.is_annotated = element.is_annotated;
    leaves_.push_back(std::move(here));
    return {};
  }

  const std::vector<SchemaElement>& elements_;
  size_t next_ = 0;
  bool wrapped_item_ = false;  // the next element is the item of a wrapper
  std::vector<Leaf> leaves_;
};

}  // namespace

Result<uint32_t> ReadFooterBytes(std::string_view end) {
  if (end.size() >= 4 && end.substr(end.size() - 4) == kEncryptedMagic) {
    return Error{Code::kUnsupported, "encrypted files are not read", "the Parquet file"};
  }
  if (end.size() < kFileEndBytes || end.substr(end.size() - 4) != kMagic) {
    return Damaged("it does not begin and end with PAR1");
  }
  return LoadAt<uint32_t>(end, end.size() - kFileEndBytes);
}

Result<FileMetadata> ReadFileMetadata(std::string_view file) {
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t footer_bytes, ReadFooterBytes(file));
  if (file.substr(0, 4) != kMagic) return Damaged("it does not begin and end with PAR1");
  if (file.size() < 12 || footer_bytes > file.size() - 12) return Damaged("its footer is larger than the file");
  return ReadFooter(file.substr(file.size() - kFileEndBytes - footer_bytes, footer_bytes));
}

Result<FileMetadata> ReadFooter(std::string_view footer) {
  ThriftReader thrift(footer);
  FileMetadata metadata;
  std::vector<SchemaElement> elements;
  thrift.ReadStruct([&](const ThriftReader::FieldHeader& field) {
    switch (field.id) {
      case 2: return ReadList(thrift, field, [&] { elements.push_back(ReadElement(thrift)); });
      case 3: metadata.row_count = thrift.ReadInteger(); return true;
      case 4: return ReadList(thrift, field, [&] { metadata.row_groups.push_back(ReadRowGroup(thrift)); });
      default: return false;
    }
  });
  if (thrift.failed() || elements.size() > kElementsMax) return Damaged("its footer is damaged");
  SCOREWAY_ASSIGN_OR_RETURN(metadata.leaves, LeafFinder(elements).Find());
  for (const RowGroup& group : metadata.row_groups) {
    if (group.chunks.size() != metadata.leaves.size()) return Damaged("a row group lacks columns");
  }
  return metadata;
}

}  // namespace scoreway::parquet
