#include "gateways/http/gateway.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "gateways/http/access.h"
#include "gateways/http/job_upload.h"
#include "gateways/http/model_call.h"
#include "gateways/http/packed_body.h"
#include "gateways/http/routes.h"
#include "gateways/http/submission.h"
#include "gateways/http/tables.h"
#include "gateways/http/upload.h"
#include "service/error_mapping.h"
#include "service/job_service.h"
#include "service/stand_back.h"

namespace scoreway::http {
namespace {

// Costly predictions stand back a little, so that a cheap one comes at once to a processor that they keep busy.
constexpr int kScoreNiceness = 5;
// Of a body that no route wants: it is read and dropped, so that the connection can go on.
constexpr int64_t kUnwantedBodyBytesMax = 64 * 1024;

void WriteErrorAs(int status, const Error& error, Response* response) {
  WriteProblem(status, CodeName(error.code), error.message, error.place, response);
  if (status == 503) response->AddHeader("Retry-After", "1");
}

bool Changes(Method method) { return method == Method::kPost || method == Method::kPut || method == Method::kDelete; }

// Whether a browser sends this for a page of another site. Such a page could reach a server on loopback, and would not
// need to read the answer to do harm.
bool IsFromAnotherSite(const Request& request) {
  const auto origin = request.Header("origin");
  if (!origin) return false;
  const size_t host = origin->find("://");
  return host == std::string_view::npos || origin->substr(host + 3) != request.Header("host").value_or("");
}

// Of work that is no model's.
Lane CallersLane(const Exchange& exchange) { return {.model = {}, .caller = exchange.caller}; }

unsigned ScoreThreads(const GatewayOptions& options) {
  return options.score_threads != 0 ? options.score_threads : std::max(std::thread::hardware_concurrency(), 1U);
}

bool IsInPieces(Body body) { return body == Body::kUpload || body == Body::kRows; }

}  // namespace

void WriteError(const Error& error, Response* response) { WriteErrorAs(HttpStatus(error.code), error, response); }

void WriteStorageError(const Error& error, Response* response) {
  WriteErrorAs(StorageHttpStatus(error.code), error, response);
}

Gateway::Gateway(const Service& service, const GatewayOptions& options, unsigned io_threads, SpanExporter* spans)
    : service_(service),
      spans_(spans),
      options_(options),
      routes_(Routes()),
      metrics_(Routes().size(), io_threads),
      log_(options.log_requests),
      next_slot_(io_threads),
      score_pool_(WorkerPoolOptions{
          .name = "score",
          .threads = ScoreThreads(options),
          .waiting_max = options.score_queue_max,
          .niceness = kScoreNiceness,
          .others_are_busy = [this] { return light_flow_.IsThick(std::chrono::steady_clock::now()); }}),
      wait_pool_(
          WorkerPoolOptions{.name = "wait", .threads = options.wait_threads, .waiting_max = options.wait_queue_max}),
      registry_pool_(WorkerPoolOptions{.name = "registry",
                                       .threads = options.registry_threads,
                                       .waiting_max = options.registry_queue_max,
                                       .niceness = kBackgroundNiceness}),
      push_pool_(WorkerPoolOptions{.name = "push",
                                   .threads = options.push_threads,
                                   .waiting_max = options.push_queue_max,
                                   .niceness = kBackgroundNiceness}),
      job_pool_(
          WorkerPoolOptions{.name = "submit", .threads = options.job_threads, .waiting_max = options.job_queue_max}) {
  for (const Route& route : Routes()) roles_.push_back(RoleOf(route));
  for (unsigned slot = 0; slot < io_threads; ++slot) {
    states_.push_back(std::make_unique<PredictState>(service_, slot));
  }
}

int64_t Gateway::Head(Exchange& exchange) {
  const Request& request = exchange.request();
  BeginTrace(exchange);
  exchange.route = routes_.Find(request.method(), request.path());
  if (options_.only_health && exchange.route >= 0 && !TellsOfHealth(routes_.route(exchange.route))) {
    exchange.route = RouteTable::kNoRoute;
  }
  if (exchange.route < 0) return kUnwantedBodyBytesMax;
  if (Changes(request.method()) && IsFromAnotherSite(request)) {
    WriteProblem(403, "PERMISSION_DENIED", "a page of another site may not use this server", "header 'Origin'",
                 &exchange.response());
    return -1;
  }
  const std::optional<BodyPacking> packing = PackingOf(request);
  exchange.is_packed = packing != BodyPacking::kNone;
  if (exchange.is_packed && (!packing || IsInPieces(routes_.route(exchange.route).body))) {
    WriteProblem(415, "UNSUPPORTED",
                 packing ? "the body is taken in pieces here, so it cannot be read packed; send it as it is"
                         : "the body's encoding is not read; send it as it is, or as gzip or deflate",
                 "header 'Content-Encoding'", &exchange.response());
    return -1;
  }
  if (service_.keys != nullptr && service_.keys->required && !Admit(exchange)) return -1;
  if (service_.jobs == nullptr && routes_.route(exchange.route).place == Place::kJobs &&
      !TellsOfHealth(routes_.route(exchange.route))) {
    WriteProblem(422, "UNSUPPORTED", "this server has no queue for jobs", {}, &exchange.response());
    return -1;
  }
  switch (routes_.route(exchange.route).body) {
    case Body::kNone: return kUnwantedBodyBytesMax;
    case Body::kRequest: return static_cast<int64_t>(options_.body_bytes_max);
    case Body::kUpload: return BeginUpload(exchange);
    case Body::kRows: return BeginSubmission(exchange);
  }
  return kUnwantedBodyBytesMax;
}

// The caller's trace, or now and then one of our own for the collector.
void Gateway::BeginTrace(Exchange& exchange) {
  if (const auto header = exchange.request().Header("traceparent")) {
    if (auto trace = ReadTraceparent(*header)) exchange.trace = std::move(*trace);
  } else if (spans_ != nullptr && spans_->sample() > 0 && StateOf(exchange.slot()).tracing.IsChosen(spans_->sample())) {
    exchange.trace = NewTrace(true);
  }
}

bool Gateway::Admit(Exchange& exchange) {
  const std::optional<Role> wanted = roles_[static_cast<size_t>(exchange.route)];
  if (!wanted) return true;
  auto& keys = StateOf(exchange.slot()).keys;
  keys.Follow();
  const ApiKey* const key = keys.value().Find(BearerKey(exchange.request().Header("authorization").value_or("")),
                                              service_.keys->clock.NowMicros());
  if (key == nullptr) {
    WriteProblem(401, "UNAUTHENTICATED", "a key is wanted that is known here and not past its time",
                 "header 'Authorization'", &exchange.response());
    exchange.response().AddHeader("WWW-Authenticate", "Bearer realm=\"scoreway\"");
    return false;
  }
  exchange.caller = key->name;
  exchange.caller_is_admin = key->role == Role::kAdmin;
  if (key->role >= *wanted) return true;
  WriteProblem(403, "PERMISSION_DENIED",
               "the key is for " + std::string(RoleName(key->role)) + ", this asks for one for " +
                   std::string(RoleName(*wanted)),
               "key '" + key->name + "'", &exchange.response());
  return false;
}

int64_t Gateway::BeginUpload(Exchange& exchange) {
  auto upload = Upload::Begin(
      exchange.request(), [this] { return service_.registry->NewArtifact(); }, options_.upload_memory_bytes_max);
  if (!upload.ok()) {
    WriteError(upload.error(), &exchange.response());
    return -1;
  }
  exchange.state = std::move(*upload);
  exchange.piece_bytes = options_.upload_piece_bytes;
  return static_cast<int64_t>(options_.upload_bytes_max);
}

int64_t Gateway::BeginSubmission(Exchange& exchange) {
  const auto form = FormOfContentType(exchange.request().Header("content-type"));
  if (!form) {
    WriteUnknownContentType(exchange);
    return -1;
  }
  PathParameters path;
  routes_.Parameters(exchange.route, exchange.request().path(), &path);
  auto request = ReadSubmitRequest(exchange.request(), path, exchange.caller, *form);
  if (!request.ok()) {
    WriteError(request.error(), &exchange.response());
    return -1;
  }
  exchange.state = std::make_unique<JobUpload>(service_, std::move(*request));
  exchange.piece_bytes = options_.upload_piece_bytes;
  const JobOptions& jobs = service_.jobs->options;
  return *form == RowForm::kJson || *form == RowForm::kArrow ? jobs.document_bytes_max : jobs.input_bytes_max;
}

void Gateway::Piece(Exchange& exchange) {
  WorkerPool& pool = routes_.route(exchange.route).body == Body::kRows ? job_pool_ : registry_pool_;
  exchange.RunOn(pool, CallersLane(exchange), [](Exchange& e) {
    TakePiece(static_cast<BodyTaker&>(*e.state), e.request().body(), &e.response());
    e.request().mutable_body()->clear();
  });
}

// An upload that came to nothing takes its bytes out of the store, which may take its time.
void Gateway::Discard(std::unique_ptr<ExchangeState> state) {
  const std::shared_ptr<ExchangeState> shared = std::move(state);
  (void)registry_pool_.Submit([shared] {});
}

void Gateway::Handle(Exchange& exchange) {
  metrics_.Begin(exchange.slot());
  if (!exchange.trace.parent_id.empty()) exchange.response().AddHeader("traceparent", exchange.trace.ToHeader());
  if (exchange.route < 0) return AnswerNoRoute(exchange);
  const Route& route = routes_.route(exchange.route);
  if (exchange.is_packed && !exchange.request().body().empty()) return UnpackBody(route, exchange);
  HandleWhole(route, exchange);
}

void Gateway::UnpackBody(const Route& route, Exchange& exchange) {
  const Resumer resumer = exchange.Suspend();
  const auto packed = std::make_shared<const std::string>(std::move(*exchange.request().mutable_body()));
  const BodyPacking packing = PackingOf(exchange.request()).value_or(BodyPacking::kNone);
  const bool submitted = score_pool_.Submit([this, &route, resumer, packed, packing] {
    const auto body = std::make_shared<Result<std::string>>(Error{Code::kUnavailable, "out of memory", {}});
    try {
      *body = Unpack(*packed, packing, options_.body_bytes_max);
    } catch (const std::bad_alloc&) {
    }
    resumer.Resume([this, &route, body](Exchange& e) {
      if (!body->ok()) return WriteRequestError(body->error(), e);
      *e.request().mutable_body() = std::move(**body);
      HandleWhole(route, e);
    });
  });
  if (submitted) return;
  resumer.Resume([](Exchange& e) { WriteRequestError({Code::kUnavailable, "too busy to unpack the body", {}}, e); });
}

void Gateway::HandleWhole(const Route& route, Exchange& exchange) {
  if (route.place == Place::kHere) return HandleRoute(route, exchange, &StateOf(exchange.slot()));
  exchange.RunOn(PoolOf(route), CallersLane(exchange), [this, &route](Exchange& e) { HandleRoute(route, e, nullptr); });
}

WorkerPool& Gateway::PoolOf(const Route& route) {
  if (route.place == Place::kJobs) return job_pool_;
  return route.place == Place::kPush ? push_pool_ : registry_pool_;
}

void Gateway::HandleRoute(const Route& route, Exchange& exchange, PredictState* state) {
  Call call{exchange, {}, state};
  routes_.Parameters(exchange.route, exchange.request().path(), &call.parameters);
  route.handle(*this, call);
}

void Gateway::AnswerNoRoute(Exchange& exchange) {
  const Request& request = exchange.request();
  if (exchange.route == RouteTable::kNoRoute) {
    return WriteRequestError(
        {Code::kNotFound, "there is nothing here; see /openapi.json", "path '" + std::string(request.path()) + "'"},
        exchange);
  }
  const std::string allowed = routes_.AllowedMethods(request.path());
  if (request.method() == Method::kOptions) {
    exchange.response().status = 204;
  } else {
    WriteProblem(405, "UNSUPPORTED", "the method is not one of " + allowed,
                 "path '" + std::string(request.path()) + "'", &exchange.response());
  }
  exchange.response().AddHeader("Allow", allowed);
}

void Gateway::Refused(Exchange& exchange, const Refusal& refusal) { WriteRefusal(refusal, exchange); }

void Gateway::Finished(const Exchange& exchange, int64_t nanoseconds) {
  metrics_.End(exchange.slot(), exchange.route, exchange.response().status, nanoseconds, exchange.handled);
  log_.Request(exchange.request(), exchange.response(), exchange.trace.trace_id, nanoseconds);
  if (spans_ != nullptr && exchange.trace.is_sampled) AddSpan(exchange, nanoseconds);
}

void Gateway::AddSpan(const Exchange& exchange, int64_t nanoseconds) {
  const Request& request = exchange.request();
  Span span;
  span.trace = exchange.trace;
  span.method = MethodName(request.method());
  if (exchange.route >= 0) span.route = routes_.route(exchange.route).pattern;
  span.name = span.method + (span.route.empty() ? "" : " " + span.route);
  span.path = request.path();
  span.nanoseconds = nanoseconds;
  span.start_micros = SystemClock().NowMicros() - nanoseconds / 1000;
  span.status = exchange.response().status;
  spans_->Add(std::move(span));
}

void Gateway::Abandoned(const Exchange& exchange) { metrics_.Abandon(exchange.slot()); }

Gateway::BorrowedState Gateway::BorrowState() {
  std::lock_guard lock(spare_mutex_);
  if (spare_.empty()) return {this, std::make_unique<PredictState>(service_, next_slot_++)};
  std::unique_ptr<PredictState> state = std::move(spare_.back());
  spare_.pop_back();
  return {this, std::move(state)};
}

Gateway::BorrowedState::~BorrowedState() {
  std::lock_guard lock(gateway_->spare_mutex_);
  gateway_->spare_.push_back(std::move(state_));
}

}  // namespace scoreway::http
