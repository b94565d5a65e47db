// What a JSON reader is given, and what it finds beside the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

// The parser reads up to this many bytes behind a text, whatever they are. A text that may be read so far is parsed
// where it lies; any other is copied first.
inline constexpr size_t kJsonPadding = 64;

struct JsonBody {
  std::string_view text;
  size_t readable_behind = 0;  // bytes behind the text that belong to the same allocation
};

struct JsonReadOptions {
  // may_be_absent[i]: a request may lack column i, which is then null. Shorter than the schema: the rest may not.
  std::vector<bool> may_be_absent = {};
  size_t bytes_max = size_t{64} << 20;
  size_t rows_max = 1'000'000;
  size_t cells_max = size_t{1} << 25;    // rows times columns
  bool ignores_unknown_columns = false;  // of JSON lines; else they are refused
  uint64_t lines_before = 0;             // of a larger text of JSON lines, so that errors name its lines
};

// How a tensor of the answer is wanted; unsaid, as the request's tensors are.
enum class TensorForm : uint8_t { kUnsaid, kJson, kBinary };

struct JsonRequestMembers {
  std::string id;                         // empty if none
  std::vector<std::string> outputs;       // the output columns asked for; empty: all
  std::vector<TensorForm> output_forms;   // of each of them; empty: all unsaid
  TensorForm form = TensorForm::kUnsaid;  // of those whose own is unsaid
  std::string parameters;                 // a JSON object as text, checked; empty if none

  // As new; keeps the memory.
  void Clear() {
    id.clear();
    outputs.clear();
    output_forms.clear();
    form = TensorForm::kUnsaid;
    parameters.clear();
  }
};

}  // namespace scoreway
