// The handlers of drift, performance and watches.
#pragma once

namespace scoreway::http {

class Gateway;
struct Call;

// drift_handlers.cc
void HandleGetDrift(Gateway& gateway, Call& call);
void HandleGetPerformance(Gateway& gateway, Call& call);
void HandleGetReference(Gateway& gateway, Call& call);
void HandleLearnReference(Gateway& gateway, Call& call);
// watch_handlers.cc
void HandleGetWatch(Gateway& gateway, Call& call);
void HandlePutWatch(Gateway& gateway, Call& call);
void HandleDeleteWatch(Gateway& gateway, Call& call);
void HandleSilenceWatch(Gateway& gateway, Call& call);
void HandleAcknowledgeWatch(Gateway& gateway, Call& call);

}  // namespace scoreway::http
