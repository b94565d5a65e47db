// A load client that checks what it gets: sends requests over and over on some connections and compares every answer
// with the first one to the same request, prediction ids apart.
//
// usage: load_client HOST:PORT PATH BODY_FILE CONNECTIONS SECONDS [REQUESTS_PER_SECOND]
// Of a BODY_FILE that is named *.jsonl each line is a body; they are sent in turn.
// prints one line of JSON: requests, seconds, and the latency of a request in microseconds. Exits 1 on a wrong answer.
//
// One thread sends on all connections, then reads from all: with one connection the latency is a request's own; with
// more it keeps the server busy, and only the number of requests means something. At a given rate each request has its
// time, from which its latency counts, whether or not a connection was free to send it then.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "load_client: %s\n", message.c_str());
  std::exit(1);
}

int Connect(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<uint16_t>(std::atoi(address.substr(colon + 1).c_str())));
  if (::inet_pton(AF_INET, address.substr(0, colon).c_str(), &target.sin_addr) != 1) Fail("no address: " + address);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) Fail("cannot connect");
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return descriptor;
}

// Without what differs from answer to answer.
std::string Comparable(std::string body) {
  const std::string key = "\"prediction_id\":\"";
  const size_t begin = body.find(key);
  if (begin != std::string::npos) {
    const size_t end = body.find('"', begin + key.size());
    body.erase(begin, end - begin + 1);
  }
  return body;
}

// The body of the next answer; its status must be 200.
std::string Receive(int descriptor, std::string* buffer) {
  buffer->clear();
  size_t body = std::string::npos, size = 0;
  for (;;) {
    if (body == std::string::npos && (body = buffer->find("\r\n\r\n")) != std::string::npos) {
      if (buffer->compare(9, 3, "200") != 0) Fail("answered " + buffer->substr(0, 400));
      const size_t length = buffer->find("Content-Length: ");
      const size_t lower = length != std::string::npos ? length : buffer->find("content-length: ");
      if (lower == std::string::npos) Fail("an answer without Content-Length");
      size = std::strtoull(buffer->c_str() + lower + 16, nullptr, 10);
      body += 4;
    }
    if (body != std::string::npos && buffer->size() >= body + size) return buffer->substr(body, size);
    char chunk[65536];
    const ssize_t got = ::recv(descriptor, chunk, sizeof chunk, 0);
    if (got <= 0) Fail("the server ended the connection");
    buffer->append(chunk, static_cast<size_t>(got));
  }
}

// What is sent, and what was answered to it first.
struct Request {
  std::string bytes, answer;
};

void Send(int descriptor, const Request& request) {
  const std::string& bytes = request.bytes;
  if (::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
    Fail("cannot send");
  }
}

void ReceiveAndCompare(int descriptor, Request* request, std::string* buffer) {
  std::string answer = Comparable(Receive(descriptor, buffer));
  if (request->answer.empty())
    request->answer = std::move(answer);
  else if (answer != request->answer)
    Fail("answers differ: " + answer + " and " + request->answer);
}

std::vector<Request> ReadRequests(const std::string& file, const std::string& path, const std::string& host) {
  std::ifstream input(file, std::ios::binary);
  std::vector<std::string> bodies;
  if (file.ends_with(".jsonl")) {
    for (std::string line; std::getline(input, line);) bodies.push_back(line);
  } else {
    std::ostringstream text;
    text << input.rdbuf();
    bodies.push_back(text.str());
  }
  if (bodies.empty()) Fail("no bodies in " + file);
  std::vector<Request> requests;
  for (const std::string& body : bodies) {
    requests.push_back({"POST " + path + " HTTP/1.1\r\nHost: " + host +
                            "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\n\r\n" + body,
                        {}});
  }
  return requests;
}

using Micros = std::chrono::duration<float, std::micro>;

// As fast as the server answers. Returns the number of requests.
uint64_t SendAll(const std::vector<int>& connections, std::vector<Request>* requests, SteadyClock::time_point end,
                 std::vector<float>* micros) {
  std::string buffer;
  uint64_t sent = 0;
  while (SteadyClock::now() < end) {
    const auto began = SteadyClock::now();
    for (size_t i = 0; i < connections.size(); ++i) Send(connections[i], (*requests)[(sent + i) % requests->size()]);
    for (size_t i = 0; i < connections.size(); ++i) {
      ReceiveAndCompare(connections[i], &(*requests)[(sent + i) % requests->size()], &buffer);
    }
    micros->push_back(Micros(SteadyClock::now() - began).count());
    sent += connections.size();
  }
  return sent;
}

// At a rate; asks without waiting whether there are answers, so that neither they nor the next request are late.
uint64_t SendPaced(const std::vector<int>& connections, std::vector<Request>* requests, SteadyClock::time_point start,
                   SteadyClock::time_point end, double rate, std::vector<float>* micros) {
  struct Pending {
    Request* request;
    SteadyClock::time_point due;
  };
  std::vector<Pending> pending(connections.size());
  std::vector<size_t> free;
  const int epoll = ::epoll_create1(0);
  for (size_t i = 0; i < connections.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i], &event);
    free.push_back(i);
  }
  const std::chrono::duration<double> step(1 / rate);
  std::string buffer;
  uint64_t sent = 0;
  for (;;) {
    const auto due = start + std::chrono::duration_cast<SteadyClock::duration>(step * static_cast<double>(sent));
    const bool is_over = due >= end;
    if (is_over && free.size() == connections.size()) break;
    if (!is_over && !free.empty() && SteadyClock::now() >= due) {
      const size_t i = free.back();
      free.pop_back();
      pending[i] = {&(*requests)[sent % requests->size()], due};
      Send(connections[i], *pending[i].request);
      ++sent;
    }
    epoll_event events[16];
    const int count = ::epoll_wait(epoll, events, 16, 0);
    for (int e = 0; e < count; ++e) {
      const size_t i = events[e].data.u64;
      ReceiveAndCompare(connections[i], pending[i].request, &buffer);
      micros->push_back(Micros(SteadyClock::now() - pending[i].due).count());
      free.push_back(i);
    }
  }
  ::close(epoll);
  return sent;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) {
    Fail("usage: load_client HOST:PORT PATH BODY_FILE CONNECTIONS SECONDS [REQUESTS_PER_SECOND]");
  }
  std::vector<Request> requests = ReadRequests(argv[3], argv[2], argv[1]);
  std::vector<int> connections;
  for (int i = 0; i < std::atoi(argv[4]); ++i) connections.push_back(Connect(argv[1]));

  std::vector<float> micros;
  const auto start = SteadyClock::now();
  const auto end =
      start + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(std::atof(argv[5])));
  const uint64_t sent = argc == 6 ? SendAll(connections, &requests, end, &micros)
                                  : SendPaced(connections, &requests, start, end, std::atof(argv[6]), &micros);
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  if (micros.empty()) Fail("no time for a request");
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return micros[static_cast<size_t>(q * static_cast<double>(micros.size() - 1))];
  };
  std::printf("{\"requests\":%llu,\"seconds\":%.3f,\"micros_p50\":%.1f,\"micros_p99\":%.1f,\"answer\":%zu}\n",
              static_cast<unsigned long long>(sent), seconds, static_cast<double>(quantile(0.5)),
              static_cast<double>(quantile(0.99)), requests.front().answer.size());
  return 0;
}
