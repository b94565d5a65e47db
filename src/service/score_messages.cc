#include "service/score_messages.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"
#include "data/codec/json_members.h"
#include "record/label.h"
#include "service/find_model.h"
#include "service/output_columns.h"
#include "service/routing.h"
#include "service/stream_service.h"

namespace scoreway {
namespace {

// A row that can stand on a line among others.
bool IsLine(const KafkaBytes& value) {
  return !value.is_null && value.text.find_first_of("\r\n") == std::string::npos &&
         value.text.find_first_not_of(" \t") != std::string::npos;
}

// Whether it is for another try rather than the message's fault.
bool MayPass(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kConflict;
}

std::string HeaderOf(const Stream& stream) {
  std::string header;
  std::vector<Field> fields;
  for (const std::string& name : stream.columns) fields.push_back({name, Type::kString});
  if (fields.empty()) return header;
  if (const auto schema = Schema::Make(std::move(fields)); schema.ok()) AppendCsvHeader(**schema, {}, &header);
  return header;
}

}  // namespace

MessageScorer::MessageScorer(const Service& service, unsigned slot, std::shared_ptr<const Stream> stream)
    : service_(service),
      stream_(std::move(stream)),
      csv_header_(HeaderOf(*stream_)),
      avro_(*stream_, service.streams == nullptr ? nullptr : service.streams->options.schemas),
      reader_(service.serving),
      traffic_(service.traffic, slot),
      predictor_(slot, service.features, stream_->is_replay() ? nullptr : service.records) {}

Status MessageScorer::FindModel() {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(stream_->model));
  Handle found = reader_.Find(reference.name, reference.alias, reference.version);
  if (found == nullptr) {
    Result<Handle> loaded = service_.serving->LoadNow(reference);
    if (!loaded.ok()) return AtPlace("model '" + stream_->model + "'", AsLoadError(loaded.error()));
    found = std::move(*loaded);
  }
  if (model_ != nullptr && found->load_number == model_->load_number) return {};
  std::vector<size_t> columns;
  SCOREWAY_RETURN_IF_ERROR(FindOutputs(*found->scorer->output_schema(), stream_->outputs, &columns));
  if (stream_->output_format == StreamFormat::kAvro) {
    SCOREWAY_RETURN_IF_ERROR(avro_.SetOutputs(*found->scorer->output_schema(), columns));
  }
  columns_ = std::move(columns);
  alias_ = reference.alias;
  model_ = std::move(found);
  return {};
}

Status MessageScorer::Score(std::span<const KafkaMessage> messages, std::vector<MessageAnswer>* answers) {
  SCOREWAY_RETURN_IF_ERROR(FindModel());
  answers->assign(messages.size(), {});
  if (stream_->format == StreamFormat::kAvro) {
    SCOREWAY_RETURN_IF_ERROR(Decode(messages, answers));
    messages = decoded_;
  }
  std::vector<size_t> lines, others;
  for (size_t i = 0; i < messages.size(); ++i) {
    if ((*answers)[i].ok()) (IsLine(messages[i].value) ? lines : others).push_back(i);
  }
  if (!ScoreTogether(messages, lines, answers)) others.insert(others.end(), lines.begin(), lines.end());
  for (const size_t i : others) SCOREWAY_RETURN_IF_ERROR(ScoreOne(messages, i, answers));
  return {};
}

Status MessageScorer::Decode(Messages messages, std::vector<MessageAnswer>* answers) {
  decoded_.resize(messages.size());
  for (size_t i = 0; i < messages.size(); ++i) {
    const KafkaBytes& value = messages[i].value;
    decoded_[i].key = messages[i].key;
    decoded_[i].value.text.clear();
    decoded_[i].value.is_null = value.is_null;
    if (value.is_null) continue;
    Status status = avro_.ReadInput(value.text, &decoded_[i].value.text);
    if (status.ok()) continue;
    if (MayPass(status.code())) return status;
    (*answers)[i].fault = std::move(status).error();
  }
  return {};
}

Result<size_t> MessageScorer::ReadRows(std::string_view text, size_t rows_max) {
  const Predictor::Rows rows = predictor_.Input(model_);
  TextSource source(text);
  if (stream_->format == StreamFormat::kCsv) {
    CsvReadOptions options = *rows.csv;
    options.header = !csv_header_.empty();
    CsvReader reader(&source, rows.batch->shared_schema(), std::move(options));
    SCOREWAY_RETURN_IF_ERROR(reader.Next(rows.batch, rows_max).status());
    return rows.batch->rows();
  }
  JsonReadOptions options = *rows.json;
  options.ignores_unknown_columns = true;  // events say more than a model asks
  JsonLinesReader reader(&source, rows.batch->shared_schema(), std::move(options));
  SCOREWAY_RETURN_IF_ERROR(reader.Next(rows.batch, rows_max).status());
  return rows.batch->rows();
}

std::vector<std::string> MessageScorer::KeysOf(Messages messages, std::span<const size_t> chosen) {
  std::vector<std::string> keys(chosen.size());
  bool has_any = false;
  for (size_t i = 0; i < chosen.size(); ++i) {
    const KafkaBytes& key = messages[chosen[i]].key;
    if (key.is_null || key.text.empty() || key.text.size() > kSubjectBytesMax || !IsUtf8(key.text)) continue;
    keys[i] = key.text;
    has_any = true;
  }
  if (!has_any) keys.clear();
  return keys;
}

Status MessageScorer::TakeAnswers(Messages messages, std::span<const size_t> chosen,
                                  std::vector<MessageAnswer>* answers) {
  const RequestNote note{.alias = alias_, .caller = {}, .trace_id = {}, .keys = KeysOf(messages, chosen)};
  SCOREWAY_ASSIGN_OR_RETURN(const Batch* const scored, predictor_.Run(model_, note));
  const bool is_avro = stream_->output_format == StreamFormat::kAvro;
  lines_.clear();
  if (!is_avro) AppendJsonLines(*scored, columns_, &lines_);
  std::string_view left = lines_;
  for (size_t row = 0; row < chosen.size(); ++row) {
    MessageAnswer& answer = (*answers)[chosen[row]];
    if (is_avro) {
      answer.value = avro_.WriteOutput(*scored, columns_, row);
    } else {
      const size_t end = left.find('\n');
      answer.value = left.substr(0, end);
      left.remove_prefix(end + 1);
    }
    if (!predictor_.has_logged()) continue;
    answer.prediction_id = predictor_.prediction_id();
    answer.row = row + 1;
  }
  ScoreShadows(service_, traffic_, reader_, predictor_, model_, {}, {});
  return {};
}

// No message holds an end of line, so none can be read as two; as many rows as messages means that no two were one.
bool MessageScorer::ScoreTogether(Messages messages, std::span<const size_t> chosen,
                                  std::vector<MessageAnswer>* answers) {
  if (chosen.size() < 2) return false;
  text_ = csv_header_;
  for (const size_t i : chosen) text_.append(messages[i].value.text).push_back('\n');
  const Result<size_t> rows = ReadRows(text_, chosen.size() + 1);
  return rows.ok() && *rows == chosen.size() && TakeAnswers(messages, chosen, answers).ok();
}

Status MessageScorer::ScoreOne(Messages messages, size_t index, std::vector<MessageAnswer>* answers) {
  const KafkaMessage& message = messages[index];
  MessageAnswer* const answer = &(*answers)[index];
  const auto refuse = [&](Code code, std::string why) { answer->fault = {code, std::move(why), {}}; };
  if (message.value.is_null) {
    refuse(Code::kInvalidArgument, "the message has no value");
    return {};
  }
  text_ = csv_header_ + message.value.text;
  if (stream_->format != StreamFormat::kCsv && text_.find_first_of("\r\n") != std::string::npos) {
    if (!IsJson(text_)) {
      refuse(Code::kInvalidArgument, "the value is not JSON");
      return {};
    }
    // Between JSON's tokens an end of line is as good as a blank, and within them there is none.
    std::ranges::replace(text_, '\n', ' ');
    std::ranges::replace(text_, '\r', ' ');
  }
  const Result<size_t> rows = ReadRows(text_, 2);
  if (rows.ok() && *rows != 1) {
    refuse(Code::kInvalidArgument, "the value is not one row");
    return {};
  }
  Status status = rows.ok() ? TakeAnswers(messages, {&index, 1}, answers) : rows.status();
  if (!status.ok()) {
    if (MayPass(status.code())) return status;
    answer->fault = std::move(status).error();
    return {};
  }
  return {};
}

}  // namespace scoreway
