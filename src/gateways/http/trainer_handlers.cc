// /v1/models/NAME/trainer: the command by which the model is trained anew, and firing it. It is set on the command line
// alone, as it is a program that runs on the server's machine.
#include "gateways/http/trainer_handlers.h"

#include <string>

#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "registry/trainers.h"

namespace scoreway::http {
namespace {

void WriteTrainer(const Trainer& trainer, const TrainerState& state, Call& call) {
  std::string trainer_text, state_text;
  JsonWriter trainer_json(&trainer_text), state_json(&state_text), json(&call.response().body);
  WriteJson(trainer, &trainer_json);
  WriteJson(state, &state_json);
  json.BeginObject();
  json.RawField("trainer", trainer_text);
  json.RawField("state", state_text);
  json.EndObject();
}

}  // namespace

void HandleGetTrainer(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    Trainers& trainers = *gateway.service().trainers;
    SCOREWAY_ASSIGN_OR_RETURN(const Trainer trainer, trainers.Get(ModelName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const TrainerState state, trainers.GetState(ModelName(call)));
    WriteTrainer(trainer, state, call);
    return {};
  });
}

void HandleFireTrainer(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::string who = "http", why;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"who", Into(&who)}, {"why", Into(&why)}}));
    Trainers& trainers = *gateway.service().trainers;
    SCOREWAY_ASSIGN_OR_RETURN(const Trainer trainer, trainers.Get(ModelName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const TrainerState state, trainers.Ask(ModelName(call), {WhoOf(call, who), why}));
    WriteTrainer(trainer, state, call);
    call.response().status = 202;
    return {};
  });
}

}  // namespace scoreway::http
