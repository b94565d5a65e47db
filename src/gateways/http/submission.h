// What the head of a submission says of its job.
#pragma once

#include <string_view>

#include "base/result.h"
#include "gateways/http/request.h"
#include "gateways/http/route_table.h"
#include "service/submit_job.h"

namespace scoreway::http {

// `caller`: the name of the key, or empty. kInvalidArgument names a parameter that is wrong.
Result<SubmitRequest> ReadSubmitRequest(const Request& request, const PathParameters& path, std::string_view caller,
                                        RowForm form);

}  // namespace scoreway::http
