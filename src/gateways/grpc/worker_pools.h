// WorkerPools: where work that would hold up gRPC's own threads goes, and what tells the pools of the work that does
// not.
#pragma once

#include "service/request_flow.h"
#include "service/worker_pool.h"

namespace scoreway::grpc_gateway {

struct WorkerPools {
  WorkerPool* score = nullptr;        // what takes long
  WorkerPool* wait = nullptr;         // what waits for a store
  RequestFlow* light_flow = nullptr;  // of what is answered on gRPC's threads
};

}  // namespace scoreway::grpc_gateway
