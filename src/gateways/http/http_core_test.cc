// The HTTP core over real sockets: what a client may send, and what it gets.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "gateways/http/http_server.h"
#include "gateways/http/test_client.h"
#include "service/worker_pool.h"

namespace scoreway::http {
namespace {

// /echo answers the body; /pool too, from a pool; /wait answers when told to; /large a body that lies elsewhere; /throw
// throws; /pieces takes its body in pieces, from the pool, and answers how long it was; /source answers a body that is
// fetched; /gate answers from the pool once the gate is open; /narrow too for the body "first", else at once; /refused
// is refused by its head.
class Echo final : public Dispatcher {
 public:
  int64_t Head(Exchange& exchange) override {
    if (exchange.request().path() == "/pieces") {
      exchange.piece_bytes = 1000;
      exchange.state = std::make_unique<Length>();
      return 10'000'000;
    }
    if (exchange.request().path() != "/refused") return 1000;
    WriteProblem(403, "PERMISSION_DENIED", "not you", {}, &exchange.response());
    return -1;
  }
  void Piece(Exchange& exchange) override {
    const auto take = [](Exchange& e) {
      static_cast<Length&>(*e.state).bytes += e.request().body().size();
      if (e.request().body().find('!') != std::string_view::npos) {
        WriteProblem(422, "CORRUPT", "a bang", {}, &e.response());
      }
      e.request().mutable_body()->clear();
    };
    exchange.RunOn(pool, {}, take);
  }
  void Discard(std::unique_ptr<ExchangeState> /*state*/) override { ++discarded; }
  void Handle(Exchange& exchange) override {
    const std::string_view path = exchange.request().path();
    if (path == "/pieces") {
      const auto& length = static_cast<const Length&>(*exchange.state);
      exchange.response().body = std::to_string(length.bytes + exchange.request().body().size());
      return;
    }
    if (path == "/source") {
      const auto wanted = exchange.request().Query("pieces");
      exchange.response().body = "first";
      exchange.response().source = std::make_shared<Counted>(std::stoi(wanted.value_or("0")));
      exchange.response().source_bytes = 5 + 3 * 100'000;
      exchange.response().source_pool = &pool;
      return;
    }
    const auto echo = [](Exchange& e) { e.response().body = e.request().body(); };
    if (path == "/throw") throw std::runtime_error("a fault");
    if (path == "/large") {
      exchange.response().shared_owner = large;
      exchange.response().shared_body = *large;
    } else if (path == "/pool") {
      exchange.RunOn(pool, {}, echo);
    } else if (path == "/gate") {
      exchange.RunOn(pool, {}, [this](Exchange& e) {
        entered.set_value();
        gate.get_future().wait();
        e.response().body = "gate";
      });
    } else if (path == "/narrow") {
      // One at a time, and one that waits.
      exchange.RunOn(pool, {.model = "m", .caller = {}, .running_max = 1, .waiting_max = 1}, [this](Exchange& e) {
        if (e.request().body() == "first") {
          entered.set_value();
          gate.get_future().wait();
        } else {
          ++worked_on;
        }
        e.response().body = e.request().body();
      });
    } else if (path == "/wait") {
      waiting.set_value(exchange.Suspend());
    } else {
      echo(exchange);
    }
  }

  struct Length : ExchangeState {
    size_t bytes = 0;
  };
  // So many pieces, then an error.
  struct Counted : BodySource {
    explicit Counted(int count) : left(count) {}
    Result<std::string> Next() override {
      if (left-- == 0) return Error{Code::kCorrupt, "no more", {}};
      return std::string(100'000, static_cast<char>('a' + left));
    }
    int left;
  };

  void Refused(Exchange& exchange, const Refusal& refusal) override {
    exchange.response().status = refusal.reason == Refusal::Reason::kModelBusy ? 429 : 503;
  }
  size_t WaitingForNarrow() const {
    const auto models = pool.models();
    return models.empty() ? 0 : models[0].waiting;
  }

  std::atomic<int> discarded{0}, worked_on{0};
  std::promise<Resumer> waiting;
  std::promise<void> gate, entered;
  const std::shared_ptr<const std::string> large = std::make_shared<std::string>(5'000'000, 'x');
  WorkerPool pool{2, 8};
};

class HttpCoreTest : public ::testing::Test {
 protected:
  HttpCoreTest() {
    options.port = 0;
    options.threads = 2;
    options.tick = std::chrono::milliseconds(5);
    options.drain_idle = std::chrono::milliseconds(50);
  }
  ~HttpCoreTest() override { Stop(); }

  uint16_t Start() {
    auto started = HttpServer::Start(options, &dispatcher);
    EXPECT_TRUE(started.ok());
    server = std::move(*started);
    runner = std::thread([this] { server->Run(false); });
    return server->port();
  }
  void Stop() {
    if (!runner.joinable()) return;
    server->Stop();
    runner.join();
  }

  HttpOptions options;
  Echo dispatcher;
  std::unique_ptr<HttpServer> server;
  std::thread runner;
};

std::string Post(std::string_view path, std::string_view body, std::string_view headers = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST_F(HttpCoreTest, TakesALargeBodyInPieces) {
  TestClient client(Start());
  for (const size_t size : {size_t{0}, size_t{999}, size_t{1000}, size_t{1001}, size_t{3'000'000}}) {
    EXPECT_EQ(client.Call("POST", "/pieces", std::string(size, 'x')).body, std::to_string(size));
  }
  client.Send("POST /pieces HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 40; ++i) client.Send("7D0\r\n" + std::string(2000, 'x') + "\r\n");
  client.Send("0\r\n\r\n" + Post("/echo", "the next one"));
  EXPECT_EQ(client.Receive().body, "80000");
  EXPECT_EQ(client.Receive().body, "the next one");
  EXPECT_EQ(dispatcher.discarded, 6);
}

TEST_F(HttpCoreTest, APieceMayBeRefusedBeforeTheBodyIsWhole) {
  TestClient client(Start());
  client.Send("POST /pieces HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n" + std::string(5000, 'x') + "!" +
              std::string(5000, 'x'));
  const TestResponse refused = client.Receive();
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.headers.at("connection"), "close");
  EXPECT_EQ(dispatcher.discarded, 1);
}

TEST_F(HttpCoreTest, FetchesABodyWhileItIsSent) {
  TestClient client(Start());
  const std::string whole = "first" + std::string(100'000, 'c') + std::string(100'000, 'b') + std::string(100'000, 'a');
  client.Send("GET /source?pieces=3 HTTP/1.1\r\nHost: h\r\n\r\n" + Post("/echo", "the next one"));
  const TestResponse response = client.Receive();
  EXPECT_EQ(response.headers.at("content-length"), "300005");
  EXPECT_TRUE(response.body == whole);
  EXPECT_EQ(client.Receive().body, "the next one");
  EXPECT_EQ(client.Call("HEAD", "/source?pieces=3").headers.at("content-length"), "300005");
  EXPECT_EQ(client.Call("POST", "/echo", "and on").body, "and on");
}

TEST_F(HttpCoreTest, ABodyThatCannotBeFetchedEndsTheConnection) {
  TestClient client(Start());
  client.Send("GET /source?pieces=2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 0);
}

TEST_F(HttpCoreTest, AnswersManyRequestsOnOneConnection) {
  TestClient client(Start());
  for (int i = 0; i < 100; ++i) {
    const TestResponse response = client.Call("POST", "/echo", "request " + std::to_string(i));
    ASSERT_EQ(response.status, 200);
    ASSERT_EQ(response.body, "request " + std::to_string(i));
    ASSERT_EQ(response.headers.count("date"), 1u);
  }
}

TEST_F(HttpCoreTest, AnswersPipelinedRequestsInOrderWhereverTheyRun) {
  TestClient client(Start());
  std::string all;
  for (int i = 0; i < 50; ++i) all += Post(i % 3 == 0 ? "/pool" : "/echo", std::to_string(i));
  client.Send(all);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.Receive().body, std::to_string(i));
}

TEST_F(HttpCoreTest, ReadsRequestsThatArriveByteByByte) {
  TestClient client(Start());
  for (const char c : Post("/echo", "slowly")) client.Send(std::string_view(&c, 1));
  EXPECT_EQ(client.Receive().body, "slowly");
}

TEST_F(HttpCoreTest, ReadsChunkedBodies) {
  TestClient client(Start());
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n6;x=y\r\npedia \r\n");
  client.Send("0\r\nTrailer: ignored\r\n\r\n");
  EXPECT_EQ(client.Receive().body, "Wikipedia ");
  EXPECT_EQ(client.Call("POST", "/echo", "next").body, "next");
}

TEST_F(HttpCoreTest, AnswersHeadWithoutBody) {
  TestClient client(Start());
  const TestResponse response = client.Call("HEAD", "/large");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "5000000");
  EXPECT_EQ(client.Call("POST", "/echo", "next").body, "next");
}

TEST_F(HttpCoreTest, SendsLargeBodies) {
  TestClient client(Start());
  client.Send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n" + Post("/echo", "after"));
  EXPECT_EQ(client.Receive().body, *dispatcher.large);
  EXPECT_EQ(client.Receive().body, "after");
}

TEST_F(HttpCoreTest, TellsToContinueBeforeTheBody) {
  TestClient client(Start());
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 100);
  client.Send("body");
  EXPECT_EQ(client.Receive().body, "body");
}

TEST_F(HttpCoreTest, ClosesWhenAsked) {
  const uint16_t port = Start();
  TestClient client(port);
  EXPECT_EQ(client.Call("POST", "/echo", "x", "text/plain", "Connection: close\r\n").headers.at("connection"), "close");
  EXPECT_TRUE(client.AtEnd());

  TestClient old(port);
  old.Send("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.Receive().status, 200);
  EXPECT_TRUE(old.AtEnd());

  TestClient old_kept(port);
  old_kept.Send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(old_kept.Receive().headers.at("connection"), "keep-alive");
  old_kept.Send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(old_kept.Receive().status, 200);
}

TEST_F(HttpCoreTest, RefusesWhatIsNotHttp) {
  const uint16_t port = Start();
  const std::pair<const char*, int> cases[] = {
      {"garbage\r\n\r\n", 400},
      {"GET /echo HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET /echo HTTP/1.1\r\n\r\n", 400},                        // no Host
      {"GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},  // two
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
  };
  for (const auto& [request, status] : cases) {
    TestClient client(port);
    client.Send(request);
    const TestResponse response = client.Receive();
    EXPECT_EQ(response.status, status) << request;
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json") << request;
    EXPECT_TRUE(client.AtEnd()) << request;
  }
}

TEST_F(HttpCoreTest, LimitsHeadAndBody) {
  const uint16_t port = Start();
  {
    TestClient client(port);
    client.Send("GET /echo HTTP/1.1\r\nHost: h\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(client.Receive().status, 431);
  }
  {
    TestClient client(port);  // declared too large: refused before it is sent
    client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_EQ(client.Receive().status, 413);
    EXPECT_TRUE(client.AtEnd());
  }
  {
    TestClient client(port);  // not declared: refused when it outgrows the limit
    client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; ++i) client.Send("200\r\n" + std::string(512, 'x') + "\r\n");
    EXPECT_EQ(client.Receive().status, 413);
  }
  TestClient client(port);
  EXPECT_EQ(client.Call("POST", "/echo", std::string(1000, 'x')).status, 200);
}

TEST_F(HttpCoreTest, RefusesByTheHead) {
  TestClient client(Start());
  client.Send("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 403);
  EXPECT_TRUE(client.AtEnd());
}

TEST_F(HttpCoreTest, NamesTruncatedBodies) {
  const uint16_t port = Start();
  TestClient client(port);
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  client.EndOfInput();
  const TestResponse response = client.Receive();
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("4 of 10 bytes"), std::string::npos) << response.body;

  TestClient chunked(port);
  chunked.Send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
  chunked.EndOfInput();
  EXPECT_EQ(chunked.Receive().status, 400);
}

TEST_F(HttpCoreTest, AnswersAClientThatHasStoppedSending) {
  TestClient client(Start());
  client.Send(Post("/echo", "last"));
  client.EndOfInput();
  EXPECT_EQ(client.Receive().body, "last");
  EXPECT_TRUE(client.AtEnd());
}

TEST_F(HttpCoreTest, EndsConnectionsThatTakeTooLong) {
  options.idle_timeout = options.head_timeout = options.body_timeout = std::chrono::milliseconds(30);
  const uint16_t port = Start();
  TestClient idle(port), head(port), body(port);
  head.Send("GET /ec");
  body.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_EQ(head.Receive().status, 408);
  EXPECT_TRUE(head.AtEnd());
  EXPECT_EQ(body.Receive().status, 408);
  EXPECT_TRUE(body.AtEnd());
}

TEST_F(HttpCoreTest, EndsConnectionsThatTakeNothing) {
  options.write_timeout = std::chrono::milliseconds(30);
  const uint16_t port = Start();
  TestClient client(port);
  EXPECT_EQ(client.Call("POST", "/echo", "x").status, 200);
  // More than the kernel's buffers hold, and nobody reads.
  for (int i = 0; i < 20; ++i) client.Send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  while (server->connection_count() > 0) std::this_thread::yield();
}

TEST_F(HttpCoreTest, TurnsExceptionsInto500) {
  TestClient client(Start());
  const TestResponse response = client.Call("GET", "/throw");
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find("a fault"), std::string::npos);
  EXPECT_EQ(client.Call("POST", "/echo", "next").body, "next");
}

TEST_F(HttpCoreTest, ResumesSuspendedRequests) {
  TestClient client(Start());
  client.Send(Post("/wait", "x"));
  const Resumer resumer = dispatcher.waiting.get_future().get();
  resumer.Resume([](Exchange& e) { e.response().body = "resumed " + std::string(e.request().body()); });
  resumer.Resume([](Exchange& e) { e.response().body = "twice"; });
  EXPECT_EQ(client.Receive().body, "resumed x");
  EXPECT_EQ(client.Call("POST", "/echo", "next").body, "next");
}

TEST_F(HttpCoreTest, AnswersSuspendedRequestsAtTheDeadline) {
  options.request_timeout = std::chrono::milliseconds(20);
  TestClient client(Start());
  client.Send(Post("/wait", "x"));
  EXPECT_EQ(client.Receive().status, 504);
  dispatcher.waiting.get_future().get().Resume([](Exchange& e) { e.response().body = "late"; });
  EXPECT_EQ(client.Call("POST", "/echo", "next").body, "next");
}

TEST_F(HttpCoreTest, RefusesWhatTheQueueHasNoPlaceFor) {
  const uint16_t port = Start();
  TestClient first(port), second(port), third(port);
  first.Send(Post("/narrow", "first"));
  dispatcher.entered.get_future().wait();
  second.Send(Post("/narrow", "second"));
  while (dispatcher.WaitingForNarrow() == 0) std::this_thread::yield();
  EXPECT_EQ(third.Call("POST", "/narrow", "third").status, 429);
  EXPECT_EQ(third.Call("POST", "/echo", "next").body, "next");
  dispatcher.gate.set_value();
  EXPECT_EQ(first.Receive().body, "first");
  EXPECT_EQ(second.Receive().body, "second");
}

TEST_F(HttpCoreTest, AnswersAtTheDeadlineWhatWaitsForItsTurn) {
  const uint16_t port = Start();
  TestClient first(port), second(port);
  first.Send(Post("/narrow", "first"));
  dispatcher.entered.get_future().wait();
  EXPECT_EQ(second.Call("POST", "/narrow", "second", "text/plain", "X-Request-Timeout-Ms: 20\r\n").status, 504);
  EXPECT_EQ(second.Call("POST", "/echo", "next").body, "next");  // while the first still runs
  dispatcher.gate.set_value();
  EXPECT_EQ(first.Receive().body, "first");
  EXPECT_EQ(second.Call("POST", "/narrow", "third").body, "third");
  EXPECT_EQ(dispatcher.worked_on, 1);
}

TEST_F(HttpCoreTest, DoesNotWorkForThoseWhoHaveHungUp) {
  const uint16_t port = Start();
  TestClient first(port);
  first.Send(Post("/narrow", "first"));
  dispatcher.entered.get_future().wait();
  {
    TestClient gone(port);
    gone.Send(Post("/narrow", "gone"));
    while (dispatcher.WaitingForNarrow() == 0) std::this_thread::yield();
  }
  while (server->connection_count() > 1) std::this_thread::yield();
  TestClient third(port);
  third.Send(Post("/narrow", "third"));  // there is a place for it
  while (server->connection_count() < 2) std::this_thread::yield();
  dispatcher.gate.set_value();
  EXPECT_EQ(first.Receive().body, "first");
  EXPECT_EQ(third.Receive().body, "third");
  EXPECT_EQ(dispatcher.worked_on, 1);
}

// Whoever sends no more may still wait for the answer.
TEST_F(HttpCoreTest, AnswersThoseWhoHaveClosedTheirSide) {
  TestClient client(Start());
  client.Send(Post("/narrow", "second"));
  client.EndOfInput();
  EXPECT_EQ(client.Receive().body, "second");
  EXPECT_TRUE(client.AtEnd());
}

TEST_F(HttpCoreTest, DrainFinishesWhatIsInFlight) {
  const uint16_t port = Start();
  TestClient busy(port), idle(port), resumed(port);
  busy.Send(Post("/gate", "x"));
  dispatcher.entered.get_future().wait();
  resumed.Send(Post("/wait", "x"));
  const Resumer resumer = dispatcher.waiting.get_future().get();
  server->Stop();
  EXPECT_TRUE(idle.AtEnd());  // draining has begun
  dispatcher.gate.set_value();
  resumer.Resume([](Exchange& e) { e.response().body = "resumed"; });
  const TestResponse response = busy.Receive();
  EXPECT_EQ(response.body, "gate");
  EXPECT_EQ(response.headers.at("connection"), "close");
  EXPECT_EQ(resumed.Receive().body, "resumed");
  runner.join();
}

TEST_F(HttpCoreTest, DrainCutsOffAtItsDeadline) {
  options.drain_timeout = std::chrono::milliseconds(20);
  const uint16_t port = Start();
  TestClient half(port), suspended(port);
  half.Send("GET /ec");
  suspended.Send(Post("/wait", "x"));
  const Resumer resumer = dispatcher.waiting.get_future().get();
  server->Stop();
  runner.join();
  EXPECT_EQ(half.Receive().status, 0);
  EXPECT_EQ(suspended.Receive().status, 0);
  server.reset();
  resumer.Resume([](Exchange&) { FAIL() << "the server is gone"; });
}

TEST_F(HttpCoreTest, NamesThePortInUse) {
  const uint16_t port = Start();
  HttpOptions same = options;
  same.port = port;
  const auto second = HttpServer::Start(same, &dispatcher);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_NE(second.error().message.find(std::to_string(port)), std::string::npos);
}

TEST_F(HttpCoreTest, LimitsConnections) {
  options.connections_max = 1;
  const uint16_t port = Start();
  TestClient first(port);
  EXPECT_EQ(first.Call("POST", "/echo", "x").status, 200);
  TestClient second(port);
  EXPECT_EQ(second.Receive().status, 503);
}

TEST(RequestTest, SplitsTargets) {
  Request request;
  request.SetTarget(Method::kGet, "http://host:1/a/b?x=1&y=a%20b+c&&flag#f");
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.Query("x"), "1");
  EXPECT_EQ(request.Query("y"), "a b c");
  EXPECT_EQ(request.Query("flag"), "");
  EXPECT_EQ(request.Query("z"), std::nullopt);
}

TEST(ResponseTest, KeepsHeaderLinesApart) {
  Response response;
  response.AddHeader("X", "a\r\nSet-Cookie: b");
  EXPECT_EQ(response.headers, "X: a  Set-Cookie: b\r\n");
}

}  // namespace
}  // namespace scoreway::http
