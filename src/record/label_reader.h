// LabelReader: labels out of CSV or JSON lines, a label a row, streaming. And out of the JSON of a request.
//
// Members and columns: prediction_id or key; label; and if wanted row (from 1, 1 if absent) and time (text such as
// 2026-03-01T12:00:00Z; absent: now). In JSON a label is as it is written; a cell of CSV is a number, true or false
// where it reads as one, and else a text. Nothing else may stand there. Errors name the line, or the label from 1. One
// thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/byte_source.h"
#include "data/codec/csv_reader.h"
#include "data/codec/json_writer.h"
#include "record/label.h"

namespace scoreway {

enum class LabelForm : uint8_t { kCsv, kJsonLines };

class LabelReader {
 public:
  // `source` must outlive the reader.
  LabelReader(ByteSource* source, LabelForm form);

  // Appends up to `count_max` (> 0) labels. False, and nothing appended, at the end.
  Result<bool> Next(std::vector<Label>* labels, size_t count_max);

 private:
  Result<bool> NextOfCsv(std::vector<Label>* labels, size_t count_max);
  Result<bool> NextOfLines(std::vector<Label>* labels, size_t count_max);
  // The next line, without its end; false at the end of the text.
  Result<bool> NextLine(std::string* line);

  ByteSource* const source_;
  const LabelForm form_;
  std::unique_ptr<CsvReader> csv_;
  std::unique_ptr<Batch> rows_;  // of CSV
  std::string buffer_;           // of lines: what is read and not yet given
  size_t buffer_begin_ = 0;
  bool at_end_ = false;
  uint64_t line_ = 0;
};

// {"labels":[{"prediction_id":"...","label":1},{"key":"order-17","label":"returned","time":"2026-03-01"}]}
Result<std::vector<Label>> ReadLabelsJson(std::string_view json);

// One of these, alone. Where it names neither prediction nor key, it is about `key`.
Result<Label> ReadLabelJson(std::string_view json, std::string_view key);

// {"prediction_id":...,"row":1,"label":1,"time":"...","arrived":"...","who":"..."}, or with "key" in place of the first
// two.
void WriteJson(const Label& label, JsonWriter* json);

}  // namespace scoreway
