// Tables through Arrow's C data interface: every layout gives the answers of the row interface.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

#include "bindings/c/scoreway.h"

namespace {

// A column built by hand as a producer would lay it out; it owns all of its memory.
struct TestColumn {
  std::string name, format;
  std::vector<std::string> buffers;  // as bytes; an empty one is null
  int64_t length = 0, null_count = 0, offset = 0;
  std::vector<TestColumn> dictionary;  // none or one
};

template <typename T>
std::string Bytes(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <typename T>
TestColumn Numbers(const char* name, const char* format, const std::vector<T>& values) {
  return {name, format, {"", Bytes(values)}, static_cast<int64_t>(values.size()), 0, 0, {}};
}

template <typename Offset>
TestColumn Texts(const char* name, const char* format, const std::vector<std::string>& values) {
  std::vector<Offset> offsets = {0};
  std::string bytes;
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<Offset>(bytes.size()));
  }
  return {name, format, {"", Bytes(offsets), bytes}, static_cast<int64_t>(values.size()), 0, 0, {}};
}

// The structs of a table, in memory that lives as long as this.
class TestTable {
 public:
  explicit TestTable(std::vector<TestColumn> columns) : columns_(std::move(columns)) {
    schema_.format = "+s";
    array_.length = columns_.empty() ? 0 : columns_[0].length - columns_[0].offset;
    for (const TestColumn& column : columns_) {
      schemas_.push_back(SchemaOf(column));
      arrays_.push_back(ArrayOf(column));
      schema_pointers_.push_back(&schemas_.back());
      array_pointers_.push_back(&arrays_.back());
    }
    schema_.n_children = array_.n_children = static_cast<int64_t>(columns_.size());
    schema_.children = schema_pointers_.data();
    array_.children = array_pointers_.data();
    array_.n_buffers = 1;
    array_.buffers = no_buffers_.data();
  }
  TestTable(const TestTable&) = delete;

  ArrowSchema* schema() { return &schema_; }
  ArrowArray* array() { return &array_; }

 private:
  ArrowSchema SchemaOf(const TestColumn& column) {
    ArrowSchema schema = {};
    schema.format = column.format.c_str();
    schema.name = column.name.c_str();
    if (!column.dictionary.empty()) {
      schemas_.push_back(SchemaOf(column.dictionary[0]));
      schema.dictionary = &schemas_.back();
    }
    return schema;
  }
  ArrowArray ArrayOf(const TestColumn& column) {
    ArrowArray array = {};
    array.length = column.length - column.offset;
    array.null_count = column.null_count;
    array.offset = column.offset;
    buffers_.emplace_back();
    for (const std::string& buffer : column.buffers)
      buffers_.back().push_back(buffer.empty() ? nullptr : buffer.data());
    array.n_buffers = static_cast<int64_t>(buffers_.back().size());
    array.buffers = buffers_.back().data();
    if (!column.dictionary.empty()) {
      arrays_.push_back(ArrayOf(column.dictionary[0]));
      array.dictionary = &arrays_.back();
    }
    return array;
  }

  std::vector<TestColumn> columns_;
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::vector<const void*>> buffers_;
  std::vector<ArrowSchema*> schema_pointers_;
  std::vector<ArrowArray*> array_pointers_;
  std::array<const void*, 1> no_buffers_ = {nullptr};
  ArrowSchema schema_ = {};
  ArrowArray array_ = {};
};

// An answer, released at the end.
struct Answer {
  ~Answer() {
    if (schema.release != nullptr) schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
  }
  double NumberAt(size_t column, size_t row) const {
    return static_cast<const double*>(array.children[column]->buffers[1])[row];
  }
  std::string TextAt(size_t column, size_t row) const {
    const auto* offsets = static_cast<const int64_t*>(array.children[column]->buffers[1]);
    const auto* bytes = static_cast<const char*>(array.children[column]->buffers[2]);
    return std::string(bytes + offsets[row], bytes + offsets[row + 1]);
  }
  ArrowSchema schema = {};
  ArrowArray array = {};
};

class ArrowTables : public testing::Test {
 protected:
  void Open(const char* model) {
    const std::string path = std::string(SCOREWAY_SOURCE_DIR) + model;
    ASSERT_EQ(sw_model_load_path(path.c_str(), nullptr, &model_, nullptr), SW_OK);
    ASSERT_EQ(sw_session_new(model_, &session_, nullptr), SW_OK);
  }
  void OpenWine() { Open("/examples/wine/model.pkl"); }
  void OpenLinear() { Open("/bindings/c/testdata/linear.pkl"); }
  ~ArrowTables() override {
    sw_session_free(session_);
    sw_model_free(model_);
  }
  void Predict(TestTable& table, Answer* answer) {
    sw_error* error = nullptr;
    EXPECT_EQ(
        sw_session_predict_arrow(session_, table.schema(), table.array(), &answer->schema, &answer->array, &error),
        SW_OK)
        << sw_error_text(error);
    sw_error_free(error);
  }
  void ExpectError(TestTable& table, sw_code code, const std::string& text) {
    Answer answer;
    sw_error* error = nullptr;
    EXPECT_EQ(sw_session_predict_arrow(session_, table.schema(), table.array(), &answer.schema, &answer.array, &error),
              code);
    EXPECT_EQ(std::string(sw_error_text(error)), text);
    sw_error_free(error);
  }

  sw_model* model_ = nullptr;
  sw_session* session_ = nullptr;
};

const std::vector<double> kA = {0, 1, 2.5, -3}, kExpected = {-0.5, 0.5, 2.5, -9.5};
const std::vector<double> kB = {1, 2, 3, 4};

TEST_F(ArrowTables, ReadsNumbersOfEveryWidth) {
  OpenLinear();
  TestTable tables[] = {
      TestTable({Numbers("a", "g", kA), Numbers("b", "g", kB)}),
      TestTable(
          {Numbers("b", "l", std::vector<int64_t>{1, 2, 3, 4}), Numbers("a", "f", std::vector<float>{0, 1, 2.5, -3})}),
      TestTable({Numbers("a", "g", kA), Numbers("b", "c", std::vector<int8_t>{1, 2, 3, 4})}),
      TestTable({Numbers("a", "g", kA), Numbers("b", "L", std::vector<uint64_t>{1, 2, 3, 4})}),
      TestTable({Numbers("a", "g", kA), Numbers("b", "I", std::vector<uint32_t>{1, 2, 3, 4})}),
      TestTable({Numbers("a", "e", std::vector<uint16_t>{0, 0x3C00, 0x4100, 0xC200}), Numbers("b", "g", kB)}),
  };
  for (TestTable& table : tables) {
    Answer answer;
    Predict(table, &answer);
    ASSERT_EQ(answer.array.length, 4);
    EXPECT_EQ(std::string(answer.schema.children[0]->name), "predict");
    for (size_t r = 0; r < 4; ++r) EXPECT_EQ(answer.NumberAt(0, r), kExpected[r]) << r;
  }
}

TEST_F(ArrowTables, HonoursOffsets) {
  OpenLinear();
  TestColumn a = Numbers("a", "g", kA), b = Numbers("b", "g", kB);
  a.offset = b.offset = 2;
  TestTable table({a, b});
  Answer answer;
  Predict(table, &answer);
  ASSERT_EQ(answer.array.length, 2);
  EXPECT_EQ(answer.NumberAt(0, 0), kExpected[2]);
  // And those of the whole table, on top.
  TestTable whole({Numbers("a", "g", kA), Numbers("b", "g", kB)});
  whole.array()->offset = 3;
  whole.array()->length = 1;
  Answer last;
  Predict(whole, &last);
  EXPECT_EQ(last.NumberAt(0, 0), kExpected[3]);
}

TEST_F(ArrowTables, NamesRowAndColumnOfAMissingCell) {
  OpenLinear();
  TestColumn b = Numbers("b", "g", kB);
  b.buffers[0] = std::string(1, '\x0b');  // row 3 is null
  b.null_count = 1;
  TestTable null({Numbers("a", "g", kA), b});
  const std::string text = "row 3, column 'b': missing value, and the model has no rule for it";
  ExpectError(null, SW_INVALID_ARGUMENT, text);
  TestTable nan({Numbers("a", "g", kA), Numbers("b", "g", std::vector<double>{1, 2, NAN, 4})});
  ExpectError(nan, SW_INVALID_ARGUMENT, text);
  TestTable absent({Numbers("a", "g", kA)});
  ExpectError(absent, SW_INVALID_ARGUMENT, "column 'b' is missing from the table");
  TestTable slip({Numbers("a", "g", kA), Numbers("B", "g", kB)});
  ExpectError(slip, SW_INVALID_ARGUMENT, "column 'b' is missing from the table (did you mean 'B'?)");
}

TEST_F(ArrowTables, RefusesWhatDoesNotSuit) {
  OpenLinear();
  TestTable text({Numbers("a", "g", kA), Texts<int32_t>("b", "u", {"1", "2", "x", "4"})});
  ExpectError(text, SW_INVALID_ARGUMENT, "row 1, column 'b': '1' is a text, not float64");
  TestTable date({Numbers("a", "g", kA), Numbers("b", "tdD", std::vector<int32_t>{1, 2, 3, 4})});
  ExpectError(date, SW_UNSUPPORTED, "column 'b': columns of the Arrow format 'tdD' are not read");
  TestTable twice({Numbers("a", "g", kA), Numbers("a", "g", kA), Numbers("b", "g", kB)});
  ExpectError(twice, SW_INVALID_ARGUMENT, "column 'a': stands twice");
  TestColumn short_column = Numbers("b", "g", std::vector<double>{1, 2});
  TestTable uneven({Numbers("a", "g", kA), short_column});
  ExpectError(uneven, SW_INVALID_ARGUMENT, "column 'b': the Arrow array is shorter than its table");
  TestTable backwards({Numbers("a", "g", kA), Numbers("b", "g", kB)});
  backwards.schema()->format = "l";
  ExpectError(backwards, SW_INVALID_ARGUMENT, "the Arrow schema is not that of a table (a struct of columns)");
}

// Colours as a producer may lay them out; with the other cells absent the colour alone decides.
TEST_F(ArrowTables, ReadsTextsOfEveryLayout) {
  OpenWine();
  const std::vector<std::string> colours = {"deep", "ruby", "", "a colour longer than twelve bytes"};
  std::vector<std::array<double, 3>> expected;
  for (const std::string& colour : colours) {
    ASSERT_EQ(sw_row_set_text(session_, 6, colour.data(), colour.size(), nullptr), SW_OK);
    ASSERT_EQ(sw_row_predict(session_, nullptr), SW_OK);
    expected.push_back({sw_row_number(session_, 1), sw_row_number(session_, 2), sw_row_number(session_, 3)});
  }
  ASSERT_NE(expected[0], expected[1]);

  struct View {
    int32_t size;
    std::array<char, 12> rest;
  };
  std::vector<View> views;
  for (const std::string& colour : colours) {
    View view{static_cast<int32_t>(colour.size()), {}};
    if (colour.size() <= 12) {
      std::copy(colour.begin(), colour.end(), view.rest.begin());
    } else {
      const std::array<int32_t, 2> place = {0, 3};  // of the only buffer
      std::copy(colour.begin(), colour.begin() + 4, view.rest.begin());
      std::copy_n(reinterpret_cast<const char*>(place.data()), 8, view.rest.begin() + 4);
    }
    views.push_back(view);
  }
  const TestColumn view_column{"colour", "vu", {"", Bytes(views), "..." + colours[3], std::string(8, '\0')}, 4, 0,
                               0,        {}};
  TestColumn keys = Numbers("colour", "s", std::vector<int16_t>{3, 1, 0, 2});
  keys.dictionary = {Texts<int32_t>("", "u", {"", "ruby", colours[3], "deep"})};
  TestTable tables[] = {TestTable({Texts<int32_t>("colour", "u", colours)}),
                        TestTable({Texts<int64_t>("colour", "U", colours)}), TestTable({view_column}),
                        TestTable({keys})};
  for (TestTable& table : tables) {
    Answer answer;
    Predict(table, &answer);
    ASSERT_EQ(answer.array.length, 4);
    for (size_t r = 0; r < 4; ++r) {
      for (size_t c = 0; c < 3; ++c) EXPECT_EQ(answer.NumberAt(1 + c, r), expected[r][c]) << r << " " << c;
    }
    EXPECT_NE(answer.TextAt(0, 0), "");
  }
}

TEST_F(ArrowTables, GivesChildrenThatOutliveTheirParent) {
  OpenLinear();
  TestTable table({Numbers("a", "g", kA), Numbers("b", "g", kB)});
  ArrowArray taken;
  {
    Answer answer;
    Predict(table, &answer);
    taken = *answer.array.children[0];
    answer.array.children[0]->release = nullptr;
  }
  EXPECT_EQ(static_cast<const double*>(taken.buffers[1])[3], kExpected[3]);
  taken.release(&taken);
  EXPECT_EQ(taken.release, nullptr);
}

// A stream that gives the same table several times.
struct TestStream {
  explicit TestStream(TestTable* repeated, int times) : table(repeated), left(times) {
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = *static_cast<TestStream*>(self->private_data)->table->schema();
      out->release = [](ArrowSchema* schema) { schema->release = nullptr; };
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto* me = static_cast<TestStream*>(self->private_data);
      *out = {};
      if (me->left-- == 0) return me->fails ? 5 : 0;
      *out = *me->table->array();
      out->release = [](ArrowArray* array) { array->release = nullptr; };
      return 0;
    };
    stream.get_last_error = [](ArrowArrayStream*) { return "the disk is gone"; };
    stream.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    stream.private_data = this;
  }
  ArrowArrayStream stream = {};
  TestTable* table;
  int left;
  bool fails = false;
};

TEST_F(ArrowTables, ScoresAStreamAsOneTable) {
  OpenLinear();
  TestTable table({Numbers("a", "g", kA), Numbers("b", "i", std::vector<int32_t>{1, 2, 3, 4})});
  for (int times : {0, 1, 3}) {
    TestStream stream(&table, times);
    Answer answer;
    ASSERT_EQ(sw_session_predict_stream(session_, &stream.stream, &answer.schema, &answer.array, nullptr), SW_OK);
    ASSERT_EQ(answer.array.length, 4 * times);
    for (size_t r = 0; r < static_cast<size_t>(4 * times); ++r) EXPECT_EQ(answer.NumberAt(0, r), kExpected[r % 4]);
  }
  TestStream broken(&table, 1);
  broken.fails = true;
  Answer answer;
  sw_error* error = nullptr;
  EXPECT_EQ(sw_session_predict_stream(session_, &broken.stream, &answer.schema, &answer.array, &error),
            SW_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(sw_error_text(error)), "the Arrow stream failed: the disk is gone");
  sw_error_free(error);
}

}  // namespace
