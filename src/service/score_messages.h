// MessageScorer: messages to answers, each by itself: together by the one Scorer where all are right, else one by one,
// so that a wrong one spoils no other. One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/kafka.h"
#include "registry/model_names.h"
#include "service/predict.h"
#include "service/service.h"
#include "streams/stream.h"

namespace scoreway {

// An answer as a JSON object, or why there is none.
struct MessageAnswer {
  std::string json = {};
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
  Status FindModel();
  // False: not all of them are right.
  bool ScoreTogether(std::span<const KafkaMessage> messages, std::span<const size_t> chosen,
                     std::vector<MessageAnswer>* answers);
  Status ScoreOne(const KafkaMessage& message, MessageAnswer* answer);
  // Reads rows into the model's input; how many there were, up to rows_max.
  Result<size_t> ReadRows(std::string_view text, size_t rows_max);
  Status TakeAnswers();

  const Service service_;
  const std::shared_ptr<const Stream> stream_;
  std::string csv_header_;
  ServingSet::Reader reader_;
  Predictor predictor_;
  Handle model_;
  std::vector<size_t> columns_;  // of the outputs that are wanted of model_
  std::string text_, lines_;
};

}  // namespace scoreway
