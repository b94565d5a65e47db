// Whatever cells a row is given, and whatever an Arrow table holds whose memory is as long as it says, the C interface
// answers or says what is wrong.
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/c/scoreway.h"

namespace {

// Columns of every type.
constexpr std::string_view kModel = R"(<?xml version="1.0"?>
<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/><DataDictionary>
<DataField name="d" optype="continuous" dataType="double"/><DataField name="f" optype="continuous" dataType="float"/>
<DataField name="i" optype="continuous" dataType="integer"/><DataField name="b" optype="categorical" dataType="boolean"/>
<DataField name="s" optype="categorical" dataType="string"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="y" usageType="target"/>
<MiningField name="d"/><MiningField name="f"/><MiningField name="i"/><MiningField name="b"/><MiningField name="s"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="2"/><NumericPredictor name="f" coefficient="3"/>
<NumericPredictor name="i" coefficient="4"/><CategoricalPredictor name="b" value="true" coefficient="5"/>
<CategoricalPredictor name="s" value="x" coefficient="6"/></RegressionTable></RegressionModel></PMML>)";

// What the fuzzer decides, from the front; zeros when it has ended.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool done() const { return at_ == end_; }
  uint8_t Byte() { return done() ? 0 : *at_++; }
  size_t Below(size_t limit) { return Byte() % limit; }
  template <typename T>
  T Value() {
    std::array<uint8_t, sizeof(T)> bytes;
    for (uint8_t& byte : bytes) byte = Byte();
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string Text() {
    std::string text(Below(20), '\0');
    for (char& c : text) c = static_cast<char>(Byte());
    return text;
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

void Released(ArrowSchema*) {}
void Released(ArrowArray*) {}

// An Arrow table of few rows; every buffer is a block of its own, no longer than it must be.
class Table {
 public:
  explicit Table(Choices* choices) : choices_(*choices) {
    rows_ = choices_.Below(9);
    const size_t columns = choices_.Below(8);
    for (size_t i = 0; i < columns; ++i) {
      schemas_of_columns_.push_back(&schemas_.emplace_back());
      arrays_of_columns_.push_back(&arrays_.emplace_back());
      MakeColumn(rows_ - choices_.Below(32) / 31, schemas_of_columns_.back(), arrays_of_columns_.back(), true);
    }
    schema = {"+s",    "",       nullptr, 0, static_cast<int64_t>(columns), schemas_of_columns_.data(),
              nullptr, Released, nullptr};
    array = {static_cast<int64_t>(rows_), 0,       0,        1,      static_cast<int64_t>(columns), Pointers({nullptr}),
             arrays_of_columns_.data(),   nullptr, Released, nullptr};
  }

  ArrowSchema schema;
  ArrowArray array;

 private:
  static constexpr std::array<const char*, 20> kFormats = {"n", "b", "c", "C", "s", "S",  "i", "I", "l",  "L",
                                                           "e", "f", "g", "u", "U", "vu", "z", "",  "+l", "tdD"};

  void MakeColumn(size_t length, ArrowSchema* of, ArrowArray* to, bool may_have_dictionary) {
    if (length > rows_ + 1) length = 0;
    const std::string_view format = kFormats[choices_.Below(kFormats.size())];
    const size_t offset = choices_.Below(3), cells = length + offset;
    std::vector<const void*> buffers = {choices_.Below(2) == 0 ? nullptr : Block((cells + 7) / 8)};
    if (format == "n") buffers.clear();
    if (format == "u" || format == "U") {
      buffers.push_back(format == "u" ? Offsets<int32_t>(cells + 1) : Offsets<int64_t>(cells + 1));
      buffers.push_back(Block(kTextBytes));
    } else if (format == "vu") {
      buffers.push_back(Views(cells));
      buffers.insert(buffers.end(), {Block(2 * kTextBytes), Block(8)});
    } else if (format != "n") {
      buffers.push_back(Block(format == "b" ? (cells + 7) / 8 : cells * 8));
    }
    static constexpr std::array<const char*, 8> kNames = {"d", "f", "i", "b", "s", "S", "", "y"};
    *of = {format.data(),
           kNames[choices_.Below(kNames.size())],
           nullptr,
           ARROW_FLAG_NULLABLE,
           0,
           nullptr,
           nullptr,
           Released,
           nullptr};
    *to = {static_cast<int64_t>(length),
           static_cast<int64_t>(choices_.Below(3)) - 1,
           static_cast<int64_t>(offset),
           static_cast<int64_t>(buffers.size()),
           0,
           Pointers(buffers),
           nullptr,
           nullptr,
           Released,
           nullptr};
    if (!may_have_dictionary || choices_.Below(4) != 0) return;
    of->dictionary = &schemas_.emplace_back();
    to->dictionary = &arrays_.emplace_back();
    MakeColumn(choices_.Below(rows_ + 1), of->dictionary, to->dictionary, false);
  }

  uint8_t* Block(size_t size) {
    auto& block = blocks_.emplace_back(new uint8_t[size]);
    for (size_t i = 0; i < size; ++i) block[i] = choices_.Byte();
    return block.get();
  }
  template <typename Offset>
  const void* Offsets(size_t count) {
    uint8_t* block = Block(count * sizeof(Offset));
    for (size_t i = 0; i < count; ++i) {
      const Offset offset =
          static_cast<Offset>(choices_.Below(kTextBytes)) - static_cast<Offset>(choices_.Below(64) / 63);
      std::memcpy(block + i * sizeof offset, &offset, sizeof offset);
    }
    return block;
  }
  const void* Views(size_t count) {
    uint8_t* block = Block(count * 16);
    for (size_t i = 0; i < count; ++i) {
      const std::array<int32_t, 4> view = {static_cast<int32_t>(choices_.Below(40)) - 1, choices_.Value<int32_t>(),
                                           static_cast<int32_t>(choices_.Below(4)) - 1,
                                           static_cast<int32_t>(choices_.Below(kTextBytes)) - 1};
      std::memcpy(block + i * 16, view.data(), 16);
    }
    return block;
  }
  const void** Pointers(const std::vector<const void*>& pointers) { return pointers_.emplace_back(pointers).data(); }

  static constexpr size_t kTextBytes = 64;
  Choices& choices_;
  size_t rows_ = 0;
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::unique_ptr<uint8_t[]>> blocks_;
  std::deque<std::vector<const void*>> pointers_;
  std::vector<ArrowSchema*> schemas_of_columns_;
  std::vector<ArrowArray*> arrays_of_columns_;
};

void TryRow(Choices* choices, sw_session* session) {
  for (size_t cells = choices->Below(8); cells > 0; --cells) {
    const size_t input = choices->Below(6);  // one more than there are
    const std::string text = choices->Text();
    switch (choices->Below(6)) {
      case 0: sw_row_set_number(session, input, choices->Value<double>(), nullptr); break;
      case 1: sw_row_set_int64(session, input, choices->Value<int64_t>(), nullptr); break;
      case 2: sw_row_set_bool(session, input, choices->Byte(), nullptr); break;
      case 3: sw_row_set_text(session, input, text.data(), text.size(), nullptr); break;
      case 4: sw_row_set_missing(session, input, nullptr); break;
      default: sw_row_clear(session);
    }
  }
  sw_error* error = nullptr;
  if (sw_row_predict(session, &error) != SW_OK && sw_error_text(error)[0] == '\0') __builtin_trap();
  sw_error_free(error);
  for (size_t output = 0; output < 3; ++output) {
    size_t size = 0;
    sw_row_number(session, output);
    sw_row_text(session, output, &size);
    sw_row_is_missing(session, output);
  }
}

void TryTable(Choices* choices, sw_session* session) {
  Table table(choices);
  ArrowSchema schema = {};
  ArrowArray answer = {};
  sw_error* error = nullptr;
  if (sw_session_predict_arrow(session, &table.schema, &table.array, &schema, &answer, &error) != SW_OK) {
    if (sw_error_text(error)[0] == '\0') __builtin_trap();
    return sw_error_free(error);
  }
  if (answer.length != table.array.length) __builtin_trap();
  answer.release(&answer);
  schema.release(&schema);
}

sw_model* Model() {
  sw_model* model = nullptr;
  if (sw_model_load(kModel.data(), kModel.size(), nullptr, &model, nullptr) != SW_OK) __builtin_trap();
  return model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sw_model* const model = Model();
  sw_session* session = nullptr;
  if (sw_session_new(model, &session, nullptr) != SW_OK) return 0;
  Choices choices(data, size);
  while (!choices.done()) {
    if (choices.Below(2) == 0) {
      TryRow(&choices, session);
    } else {
      TryTable(&choices, session);
    }
  }
  sw_session_free(session);
  return 0;
}
