#include "model/saved_format.h"

#include <array>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "base/crc32c.h"

namespace scoreway {
namespace {

constexpr std::string_view kMagic = "SCOREWAY";
constexpr uint32_t kVersion = 2;
// Of files without an attachment, so that older programs read them.
constexpr uint32_t kPlainVersion = 1;
constexpr size_t kHeaderBytes = 8 + 4 + 4 + 8;

// ---- writing -------------------------------------------------------------------------------------------------------

class Saver {
 public:
  explicit Saver(std::string* out) : writer_(out) {}

  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      writer_.Write<uint8_t>(value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      writer_.Write(static_cast<std::underlying_type_t<T>>(value));
    } else {
      writer_.Write(value);
    }
  }
  void Put(const std::string& text) {
    writer_.Write<uint64_t>(text.size());
    writer_.WriteBytes(text);
  }
  void Put(const op::CodeOrReject& rule) {
    Put(rule.reject);
    Put(rule.code);
  }
  template <typename T>
  void Put(const std::vector<T>& items) {
    writer_.Write<uint64_t>(items.size());
    if constexpr (std::is_arithmetic_v<T>) {
      writer_.WriteBytes({reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
    } else {
      for (const T& item : items) Put(item);
    }
  }

 private:
  ByteWriter writer_;
};

// ---- reading -------------------------------------------------------------------------------------------------------

class Loader {
 public:
  explicit Loader(std::string_view bytes) : reader_(bytes) {}

  bool at_end() const { return reader_.at_end(); }
  size_t remaining() const { return reader_.remaining(); }

  template <typename T>
  Status Get(T* value) {
    if constexpr (std::is_same_v<T, bool>) {
      uint8_t byte = 0;
      SCOREWAY_RETURN_IF_ERROR(reader_.Read(&byte));
      if (byte > 1) return Status(Code::kCorrupt, "a truth value of " + std::to_string(byte), Offset());
      *value = byte == 1;
      return {};
    } else if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      SCOREWAY_RETURN_IF_ERROR(reader_.Read(&number));
      *value = static_cast<T>(number);  // its range is checked by InferShape
      return {};
    } else {
      return reader_.Read(value);
    }
  }
  Status Get(std::string* text) {
    uint64_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(reader_.Read(&size));
    std::string_view view;
    SCOREWAY_RETURN_IF_ERROR(reader_.ReadView(size, &view));
    text->assign(view);
    return {};
  }
  Status Get(op::CodeOrReject* rule) {
    SCOREWAY_RETURN_IF_ERROR(Get(&rule->reject));
    return Get(&rule->code);
  }
  template <typename T>
  Status Get(std::vector<T>* items) {
    uint64_t count = 0;
    SCOREWAY_RETURN_IF_ERROR(reader_.Read(&count));
    // An item takes at least a byte (its own size, if of a fixed one), so a count cannot ask for more than is there.
    constexpr size_t kItemBytes = std::is_arithmetic_v<T> ? sizeof(T) : 1;
    if (count > reader_.remaining() / kItemBytes) {
      return Status(Code::kCorrupt, "a list of " + std::to_string(count) + " items is longer than the file", Offset());
    }
    if constexpr (std::is_arithmetic_v<T>) {
      std::string_view view;
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadView(count * sizeof(T), &view));
      items->resize(count);
      if (count != 0) std::memcpy(items->data(), view.data(), view.size());
    } else {
      for (uint64_t i = 0; i < count; ++i) {
        SCOREWAY_RETURN_IF_ERROR(Get(&items->emplace_back()));
      }
    }
    return {};
  }

  std::string Offset() const { return "offset " + std::to_string(reader_.offset() + kHeaderBytes); }

 private:
  ByteReader reader_;
};

template <typename Archive>
Status GetFields(Archive& archive, op::Params* params) {
  Status status;
  std::visit(
      [&](auto& p) {
        p.Fields(p, [&](std::string_view name, auto& field) {
          if (!status.ok()) return;
          if (Status read = archive.Get(&field); !read.ok()) status = AtPlace(name, std::move(read).error());
        });
      },
      *params);
  return status;
}

// A default-made operator of every kind, by kind number.
template <size_t... kKinds>
Result<op::Params> MakeKind(uint16_t kind, std::index_sequence<kKinds...>) {
  using Maker = op::Params (*)();
  constexpr std::array<Maker, sizeof...(kKinds)> kMakers = {
      [] { return op::Params(std::variant_alternative_t<kKinds, op::AnyParams>()); }...};
  if (kind >= kMakers.size())
    return Error{Code::kUnsupported, "operator kind " + std::to_string(kind) + " is not known", {}};
  return kMakers[kind]();
}

Status LoadOperator(Loader& loader, ModelBuilder& builder, size_t value_count) {
  uint16_t kind = 0;
  std::string origin;
  std::vector<ValueId> inputs;
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&kind));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&origin));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&inputs));
  for (ValueId input : inputs) {
    if (input >= value_count)
      return Status(Code::kCorrupt, "input " + std::to_string(input) + " is not made yet", origin);
  }
  SCOREWAY_ASSIGN_OR_RETURN(op::Params params,
                            MakeKind(kind, std::make_index_sequence<std::variant_size_v<op::AnyParams>>()));
  if (Status status = GetFields(loader, &params); !status.ok()) return AtPlace(origin, std::move(status).error());
  Result<ValueId> added = builder.Add(std::move(params), std::move(inputs), std::move(origin));
  return added.status();
}

Result<ValueId> LoadInput(Loader& loader, ModelBuilder& builder) {
  InputField field;
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.name));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.type));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.missing));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.used));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.categories));
  if (field.type > kLastType || field.missing > MissingRule::kModel) {
    return Error{Code::kCorrupt, "an unknown type or missing rule", "input '" + field.name + "'"};
  }
  const ValueId value = builder.AddInput(field.name);
  SCOREWAY_RETURN_IF_ERROR(builder.UseInput(value, field.type));
  builder.SetMissingRule(value, field.missing);
  builder.SetCategories(value, std::move(field.categories));
  return value;
}

Result<Model> LoadPayload(std::string_view payload) {
  Loader loader(payload);
  Provenance provenance;
  for (std::string* text :
       {&provenance.format, &provenance.library, &provenance.library_version, &provenance.estimator}) {
    SCOREWAY_RETURN_IF_ERROR(loader.Get(text));
  }
  ModelBuilder builder(std::move(provenance));

  bool inputs_named = true;
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&inputs_named));
  builder.set_inputs_named(inputs_named);
  uint64_t inputs = 0, operators = 0, outputs = 0;
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&inputs));
  for (uint64_t i = 0; i < inputs; ++i) SCOREWAY_RETURN_IF_ERROR(LoadInput(loader, builder));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&operators));
  for (uint64_t i = 0; i < operators; ++i) SCOREWAY_RETURN_IF_ERROR(LoadOperator(loader, builder, inputs + i));
  SCOREWAY_RETURN_IF_ERROR(loader.Get(&outputs));
  for (uint64_t i = 0; i < outputs; ++i) {
    OutputField field;
    SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.name));
    SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.type));
    SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.value));
    SCOREWAY_RETURN_IF_ERROR(loader.Get(&field.column));
    if (field.value >= inputs + operators || field.type > kLastType) {
      return Error{Code::kCorrupt, "an unknown value or type", "output '" + field.name + "'"};
    }
    SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(std::move(field.name), field.type, field.value, field.column));
  }
  if (!loader.at_end()) return Error{Code::kCorrupt, "bytes after the end of the model", loader.Offset()};
  return std::move(builder).Build();
}

// A checksum, a size and that many bytes.
void WriteSection(std::string_view section, ByteWriter* writer) {
  writer->Write(Crc32c(section));
  writer->Write<uint64_t>(section.size());
  writer->WriteBytes(section);
}

Status ReadSection(ByteReader* reader, std::string_view* section) {
  uint32_t checksum = 0;
  uint64_t size = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&checksum));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(size, section));
  if (Crc32c(*section) != checksum) return Status(Code::kCorrupt, "the checksum does not fit: the file is damaged");
  return {};
}

struct Sections {
  std::string_view payload, attachment;
};

Result<Sections> ReadSections(std::string_view bytes) {
  if (!LooksLikeSavedModel(bytes)) return Error{Code::kCorrupt, "not a saved model", "offset 0"};
  ByteReader reader(bytes.substr(kMagic.size()));
  uint32_t version = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&version));
  if (version == 0 || version > kVersion) {
    return Error{Code::kUnsupported,
                 "saved by a newer program: format version " + std::to_string(version) + ", this one reads up to " +
                     std::to_string(kVersion),
                 "offset 8"};
  }
  Sections sections;
  SCOREWAY_RETURN_IF_ERROR(ReadSection(&reader, &sections.payload));
  if (version > kPlainVersion) SCOREWAY_RETURN_IF_ERROR(ReadSection(&reader, &sections.attachment));
  if (!reader.at_end()) return Error{Code::kCorrupt, "bytes after the end of the model", {}};
  return sections;
}

}  // namespace

bool LooksLikeSavedModel(std::string_view bytes) { return bytes.substr(0, kMagic.size()) == kMagic; }

std::string SaveModel(const Model& model, std::string_view attachment) {
  std::string payload;
  Saver saver(&payload);
  const Provenance& provenance = model.provenance();
  for (const std::string* text :
       {&provenance.format, &provenance.library, &provenance.library_version, &provenance.estimator}) {
    saver.Put(*text);
  }
  saver.Put(model.signature().inputs_named);
  saver.Put<uint64_t>(model.signature().inputs.size());
  for (const InputField& field : model.signature().inputs) {
    saver.Put(field.name);
    saver.Put(field.type);
    saver.Put(field.missing);
    saver.Put(field.used);
    saver.Put(field.categories);
  }
  saver.Put<uint64_t>(model.operators().size());
  for (const Operator& op : model.operators()) {
    saver.Put(static_cast<uint16_t>(op.params.index()));
    saver.Put(op.origin);
    saver.Put(op.inputs);
    std::visit(
        [&saver](const auto& p) { p.Fields(p, [&saver](std::string_view, const auto& field) { saver.Put(field); }); },
        op.params);
  }
  saver.Put<uint64_t>(model.signature().outputs.size());
  for (const OutputField& field : model.signature().outputs) {
    saver.Put(field.name);
    saver.Put(field.type);
    saver.Put(field.value);
    saver.Put(field.column);
  }

  std::string bytes;
  ByteWriter writer(&bytes);
  writer.WriteBytes(kMagic);
  writer.Write(attachment.empty() ? kPlainVersion : kVersion);
  WriteSection(payload, &writer);
  if (!attachment.empty()) WriteSection(attachment, &writer);
  return bytes;
}

Result<Model> LoadModel(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const Sections sections, ReadSections(bytes));
  return LoadPayload(sections.payload);
}

Result<std::string_view> SavedAttachment(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const Sections sections, ReadSections(bytes));
  return sections.attachment;
}

}  // namespace scoreway
