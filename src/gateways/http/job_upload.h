// JobUpload: the body of a submitted job, handed on as it comes.
#pragma once

#include "gateways/http/body_taker.h"
#include "service/submit_job.h"

namespace scoreway::http {

class JobUpload final : public BodyTaker {
 public:
  JobUpload(const Service& service, SubmitRequest request) : submission_(service, std::move(request)) {}

  Status Take(std::string_view bytes) override { return submission_.Append(bytes); }
  bool is_store_fault() const override { return true; }  // the door's own limits tell of too large a body
  JobSubmission& submission() { return submission_; }

 private:
  JobSubmission submission_;
};

}  // namespace scoreway::http
