// TakeLabels: messages of a stream of labels to labels in the store, each by itself, so that a wrong one spoils no
// other.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "kafka/kafka.h"
#include "service/score_messages.h"
#include "service/service.h"
#include "streams/stream.h"

namespace scoreway {

// A message is an object as in the list of POST .../labels. Where it names no prediction, the key of the message is the
// key of the label. An answer for each message: with an empty text for a label that is stored, and was perhaps before;
// or why it is none. An error is for all of them, of which some may be stored: taking them again does no harm.
Status TakeLabels(const Service& service, const Stream& stream, std::span<const KafkaMessage> messages,
                  std::vector<MessageAnswer>* answers);

}  // namespace scoreway
