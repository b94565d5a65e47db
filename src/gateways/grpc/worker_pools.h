// WorkerPools: where work that would hold up gRPC's own threads goes.
#pragma once

#include "service/worker_pool.h"

namespace scoreway::grpc_gateway {

struct WorkerPools {
  WorkerPool* score = nullptr;  // what takes long
  WorkerPool* wait = nullptr;   // what waits for a store
};

}  // namespace scoreway::grpc_gateway
