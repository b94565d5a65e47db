#include "service/take_labels.h"

#include <string>
#include <utility>

#include "record/label_reader.h"
#include "registry/model_names.h"
#include "service/push_labels.h"

namespace scoreway {
namespace {

Result<Label> ReadLabel(const KafkaMessage& message) {
  if (message.value.is_null) return Error{Code::kInvalidArgument, "the message has no value", {}};
  return ReadLabelJson(message.value.text, message.key.text);
}

}  // namespace

Status TakeLabels(const Service& service, const Stream& stream, std::span<const KafkaMessage> messages,
                  std::vector<MessageAnswer>* answers) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(stream.model));
  answers->assign(messages.size(), {});
  std::vector<Label> labels;
  for (size_t i = 0; i < messages.size(); ++i) {
    Result<Label> label = ReadLabel(messages[i]);
    if (label.ok()) {
      labels.push_back(*std::move(label));
    } else {
      (*answers)[i].fault = std::move(label).error();
    }
  }
  if (labels.empty()) return {};
  return PushLabels(service, reference.name, std::move(labels), "stream " + stream.name).status();
}

}  // namespace scoreway
