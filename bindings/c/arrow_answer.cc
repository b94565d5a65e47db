#include "bindings/c/arrow_answer.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace scoreway::c_api {
namespace {

// What a struct of the interface owns: its children, and what it points at. Each child has an owner too, so that a
// receiver may take it away from its parent.
template <typename Struct>
struct Owner {
  Owner() = default;
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() {
    for (Struct& child : children) {
      if (child.release != nullptr) child.release(&child);
    }
  }

  void ReserveChildren(size_t count) {
    children.reserve(count);
    pointers.reserve(count);
  }
  // Within what is reserved; cannot fail.
  void AddChild(const Struct& child) {
    children.push_back(child);
    pointers.push_back(&children.back());
  }

  std::vector<Struct> children;
  std::vector<Struct*> pointers;
};

struct SchemaOwner : Owner<ArrowSchema> {
  std::string name;
};

struct ArrayOwner : Owner<ArrowArray> {
  std::shared_ptr<const Batch> batch;
  std::vector<uint8_t> validity;
  std::vector<uint8_t> bools;
  std::vector<int64_t> offsets;
  std::array<const void*, 3> buffers = {};
};

// Makes the struct own what it points at; cannot fail.
template <typename OwnerType, typename Struct>
void Own(std::unique_ptr<OwnerType> owner, Struct* out) {
  out->n_children = static_cast<int64_t>(owner->children.size());
  out->children = owner->pointers.data();
  out->release = [](Struct* released) {
    delete static_cast<OwnerType*>(released->private_data);
    released->release = nullptr;
  };
  out->private_data = owner.release();
}

const char* FormatOf(Type type) {
  switch (type) {
    case Type::kFloat32: return "f";
    case Type::kFloat64: return "g";
    case Type::kInt64: return "l";
    case Type::kBool: return "b";
    case Type::kString:
    case Type::kList: return "U";
  }
  return "n";
}

ArrowSchema SchemaOf(const Field& field) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->name = field.name;
  ArrowSchema schema = {};
  schema.format = FormatOf(field.type);
  schema.name = owner->name.c_str();
  schema.flags = ARROW_FLAG_NULLABLE;
  Own(std::move(owner), &schema);
  return schema;
}

std::vector<uint8_t> Bits(size_t size, const auto& bit_at) {
  std::vector<uint8_t> bits((size + 7) / 8);
  for (size_t i = 0; i < size; ++i) bits[i / 8] |= static_cast<uint8_t>(bit_at(i) << (i % 8));
  return bits;
}

const void* ValuesOf(const Column& column, ArrayOwner* owner) {
  switch (column.type()) {
    case Type::kFloat32: return column.float32s().data();
    case Type::kFloat64: return column.float64s().data();
    case Type::kInt64: return column.int64s().data();
    case Type::kBool:
      owner->bools = Bits(column.size(), [&](size_t r) { return column.bools()[r] != 0; });
      return owner->bools.data();
    case Type::kString:
    case Type::kList: break;
  }
  owner->offsets.push_back(0);
  for (size_t r = 0; r < column.size(); ++r) {
    owner->offsets.push_back(owner->offsets.back() + static_cast<int64_t>(column.string_at(r).size()));
  }
  return owner->offsets.data();
}

ArrowArray ArrayOf(const std::shared_ptr<const Batch>& batch, const Column& column) {
  auto owner = std::make_unique<ArrayOwner>();
  owner->batch = batch;
  if (column.null_count() > 0) owner->validity = Bits(column.size(), [&](size_t r) { return column.valid(r); });
  owner->buffers[0] = owner->validity.empty() ? nullptr : owner->validity.data();
  owner->buffers[1] = ValuesOf(column, owner.get());
  // The texts of a column are one run of bytes, which begins with the first.
  if (IsText(column.type())) owner->buffers[2] = column.size() == 0 ? "" : column.string_at(0).data();
  ArrowArray array = {};
  array.length = static_cast<int64_t>(column.size());
  array.null_count = static_cast<int64_t>(column.null_count());
  array.n_buffers = IsText(column.type()) ? 3 : 2;
  array.buffers = owner->buffers.data();
  Own(std::move(owner), &array);
  return array;
}

}  // namespace

void ExportBatch(const std::shared_ptr<const Batch>& batch, ArrowSchema* schema, ArrowArray* array) {
  auto schema_owner = std::make_unique<SchemaOwner>();
  auto array_owner = std::make_unique<ArrayOwner>();
  schema_owner->ReserveChildren(batch->column_count());
  array_owner->ReserveChildren(batch->column_count());
  array_owner->batch = batch;
  for (size_t i = 0; i < batch->column_count(); ++i) {
    schema_owner->AddChild(SchemaOf(batch->schema().field(i)));
    array_owner->AddChild(ArrayOf(batch, batch->column(i)));
  }
  *schema = {};
  schema->format = "+s";
  schema->name = "";
  Own(std::move(schema_owner), schema);
  *array = {};
  array->length = static_cast<int64_t>(batch->rows());
  array->n_buffers = 1;
  array->buffers = array_owner->buffers.data();
  Own(std::move(array_owner), array);
}

}  // namespace scoreway::c_api
