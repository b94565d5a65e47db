// The handlers of learn_handlers.cc.
#pragma once

namespace scoreway::http {

class Gateway;
struct Call;

void HandleLearn(Gateway& gateway, Call& call);

}  // namespace scoreway::http
