// A load client that checks what it gets: sends one request over and over on some connections and compares every answer
// with the first, prediction ids apart.
//
// usage: load_client HOST:PORT PATH BODY_FILE CONNECTIONS SECONDS
// prints one line of JSON: requests, seconds, and the latency of a request in microseconds. Exits 1 on a wrong answer.
//
// One thread sends on all connections, then reads from all: with one connection the latency is a request's own; with
// more it keeps the server busy, and only the number of requests means something.
#include <arpa/inet.h>
#include <netinet/tcp.h>
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) Fail("usage: load_client HOST:PORT PATH BODY_FILE CONNECTIONS SECONDS");
  std::ifstream file(argv[3], std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string body = text.str();
  const std::string request = "POST " + std::string(argv[2]) + " HTTP/1.1\r\nHost: " + argv[1] +
                              "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
  std::vector<int> connections;
  for (int i = 0; i < std::atoi(argv[4]); ++i) connections.push_back(Connect(argv[1]));

  std::string buffer, first;
  std::vector<float> micros;
  const auto start = SteadyClock::now();
  const auto end = start + std::chrono::duration<double>(std::atof(argv[5]));
  uint64_t requests = 0;
  while (SteadyClock::now() < end) {
    const auto sent = SteadyClock::now();
    for (const int each : connections) {
      if (::send(each, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        Fail("cannot send");
      }
    }
    for (const int each : connections) {
      const std::string answer = Comparable(Receive(each, &buffer));
      if (first.empty()) first = answer;
      if (answer != first) Fail("answers differ: " + answer + " and " + first);
    }
    micros.push_back(std::chrono::duration<float, std::micro>(SteadyClock::now() - sent).count());
    requests += connections.size();
  }
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return micros[static_cast<size_t>(q * static_cast<double>(micros.size() - 1))];
  };
  std::printf("{\"requests\":%llu,\"seconds\":%.3f,\"micros_p50\":%.1f,\"micros_p99\":%.1f,\"answer\":%zu}\n",
              static_cast<unsigned long long>(requests), seconds, static_cast<double>(quantile(0.5)),
              static_cast<double>(quantile(0.99)), first.size());
  return 0;
}
