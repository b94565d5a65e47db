// The handlers of trainer_handlers.cc.
#pragma once

namespace scoreway::http {

class Gateway;
struct Call;

void HandleGetTrainer(Gateway& gateway, Call& call);
void HandleFireTrainer(Gateway& gateway, Call& call);

}  // namespace scoreway::http
