// MessageScorer: messages to answers, each by itself: together by the one Scorer where all are right, else one by one,
// so that a wrong one spoils no other. One thread at a time.
//
// Where predictions are logged, so are these, each under its message's key; not those of a replay. A message that is
// scored again, as its transaction was broken, is logged again.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/kafka.h"
#include "registry/model_names.h"
#include "service/avro_messages.h"
#include "service/predict.h"
#include "service/service.h"
#include "service/traffic.h"
#include "streams/stream.h"

namespace scoreway {

// An answer, or why there is none.
struct MessageAnswer {
  std::string value = {};  // a JSON object, or as AvroMessages writes it
  // Of the prediction in the log; empty: it is not logged.
  std::string prediction_id = {};
  size_t row = 1;  // within that prediction
  Error fault = {Code::kOk, {}, {}};

  bool ok() const { return fault.code == Code::kOk; }
};

class MessageScorer {
 public:
  // The service needs serving; `slot` as of a Predictor.
  MessageScorer(const Service& service, unsigned slot, std::shared_ptr<const Stream> stream);

  // An answer for each message, by the version that the stream's model means now. An error is for all of them: the
  // version cannot be had, or what features come from does not answer; it may pass.
  Status Score(std::span<const KafkaMessage> messages, std::vector<MessageAnswer>* answers);

  // That answered last.
  const Handle& model() const { return model_; }

 private:
  using Messages = std::span<const KafkaMessage>;

  Status FindModel();
  // Messages of Avro as such of JSON; those that are wrong have their fault in their answer.
  Status Decode(Messages messages, std::vector<MessageAnswer>* answers);
  // False: not all of them are right.
  bool ScoreTogether(Messages messages, std::span<const size_t> chosen, std::vector<MessageAnswer>* answers);
  Status ScoreOne(Messages messages, size_t index, std::vector<MessageAnswer>* answers);
  // Reads rows into the model's input; how many there were, up to rows_max.
  Result<size_t> ReadRows(std::string_view text, size_t rows_max);
  // Scores what was read; the rows are those of the chosen messages.
  Status TakeAnswers(Messages messages, std::span<const size_t> chosen, std::vector<MessageAnswer>* answers);
  // The keys of messages, where they can be the keys of predictions; empty where none has one.
  static std::vector<std::string> KeysOf(Messages messages, std::span<const size_t> chosen);

  const Service service_;
  const std::shared_ptr<const Stream> stream_;
  std::string csv_header_;
  AvroMessages avro_;
  std::vector<KafkaMessage> decoded_;
  ServingSet::Reader reader_;
  TrafficReader traffic_;
  Predictor predictor_;
  std::string alias_;  // by which the model is found
  Handle model_;
  std::vector<size_t> columns_;  // of the outputs that are wanted of model_
  std::string text_, lines_;
};

}  // namespace scoreway
