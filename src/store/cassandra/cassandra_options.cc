#include "store/cassandra/cassandra_options.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/url_options.h"

namespace scoreway {
namespace {

constexpr std::string_view kPlace = "store URL";
constexpr std::string_view kScheme = "cassandra://";
constexpr std::string_view kDefaultPort = "9042";
constexpr size_t kKeyspaceBytesMax = 48;  // Cassandra's own limit

constexpr std::pair<std::string_view, uint16_t> kConsistencies[] = {
    {"one", 1},          {"two", 2},         {"three", 3},  {"quorum", 4},       {"all", 5},
    {"local_quorum", 6}, {"each_quorum", 7}, {"serial", 8}, {"local_serial", 9}, {"local_one", 10},
};

Status Bad(std::string_view part, std::string message) {
  return Status(Code::kInvalidArgument, std::move(message), std::string(kPlace) + ": " + std::string(part));
}

template <typename Number>
Status ReadNumber(std::string_view key, const std::string& text, Number least, Number most, Number* value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (fault == std::errc() && end == text.data() + text.size() && *value >= least && *value <= most) return {};
  return Bad(key, "'" + text + "' is not a number from " + std::to_string(least) + " to " + std::to_string(most));
}

Status ReadContactPoints(std::string_view hosts, CassandraOptions* options) {
  if (hosts.find('@') != std::string_view::npos) {
    return Bad("host", "'@': give the user as ?user=NAME and the password in a file or the environment");
  }
  while (!hosts.empty()) {
    const size_t comma = std::min(hosts.find(','), hosts.size());
    const std::string_view host = hosts.substr(0, comma);
    hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    const size_t bracket = host.rfind(']');  // of an IPv6 address
    const size_t colon = host.rfind(':');
    const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    const std::string_view port = has_port ? host.substr(colon + 1) : kDefaultPort;
    uint16_t number = 0;
    if (host.substr(0, has_port ? colon : host.size()).empty()) return Bad("host", "a host has no name");
    SCOREWAY_RETURN_IF_ERROR(ReadNumber<uint16_t>("port", std::string(port), 1, 65535, &number));
    options->contact_points.push_back(std::string(host) + (has_port ? "" : ":" + std::string(port)));
  }
  if (options->contact_points.empty()) return Bad("host", "there is none");
  return {};
}

Status CheckKeyspace(std::string_view name) {
  const auto is_fine = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (!name.empty() && name.size() <= kKeyspaceBytesMax && std::ranges::all_of(name, is_fine)) return {};
  return Bad("keyspace", "'" + std::string(name) + "' is not 1 to 48 of: lower-case letters, digits, '_'");
}

Status ReadConsistency(std::string_view key, const std::string& name, bool is_serial, std::string* value) {
  const bool fits = ConsistencyCode(name).ok() && name.ends_with("serial") == is_serial;
  if (!fits) return Bad(key, "there is no such level: '" + name + "'");
  *value = name;
  return {};
}

Status ReadOption(std::string_view key, std::string value, CassandraOptions* options) {
  constexpr uint32_t kHour = 3'600'000;
  if (key == "dc") {
    options->data_centre = std::move(value);
  } else if (key == "user") {
    options->user = std::move(value);
  } else if (key == "password_file") {
    auto password = ReadPasswordFile(value);
    if (!password.ok()) return Bad(key, password.error().message);
    options->password = std::move(password).value();
  } else if (key == "password") {
    return Bad(key, "a URL is seen by others: give password_file=FILE, or the environment SCOREWAY_CASSANDRA_PASSWORD");
  } else if (key == "tls") {
    if (value != "true" && value != "false") return Bad(key, "'" + value + "' is neither true nor false");
    options->is_tls = value == "true";
  } else if (key == "ca") {
    options->tls_authority = std::move(value);
  } else if (key == "cert") {
    options->tls_certificate = std::move(value);
  } else if (key == "key") {
    options->tls_key = std::move(value);
  } else if (key == "consistency") {
    return ReadConsistency(key, value, false, &options->consistency);
  } else if (key == "serial") {
    return ReadConsistency(key, value, true, &options->serial_consistency);
  } else if (key == "rf") {
    return ReadNumber(key, value, 1, 99, &options->replication_factor);
  } else if (key == "timeout_ms") {
    return ReadNumber<uint32_t>(key, value, 1, kHour, &options->timeout_ms);
  } else if (key == "connect_ms") {
    return ReadNumber<uint32_t>(key, value, 1, kHour, &options->connect_ms);
  } else if (key == "speculative_ms") {
    return ReadNumber<uint32_t>(key, value, 0, kHour, &options->speculative_ms);
  } else if (key == "connections") {
    return ReadNumber<uint32_t>(key, value, 1, 64, &options->connections);
  } else {
    return Bad(key, "unknown; known are:\n" + std::string(kCassandraUrlHelp));
  }
  return {};
}

Status CheckTogether(const CassandraOptions& options) {
  if (!options.is_tls && !(options.tls_authority + options.tls_certificate + options.tls_key).empty()) {
    return Bad("tls", "files for TLS are given, but not tls=true");
  }
  if (options.tls_certificate.empty() != options.tls_key.empty()) return Bad("tls", "cert and key go together");
  if (options.user.empty() && !options.password.empty()) return Bad("user", "there is a password but no user");
  return {};
}

}  // namespace

bool IsCassandraUrl(std::string_view text) { return text.starts_with(kScheme); }

Result<CassandraOptions> ParseCassandraUrl(std::string_view url, const char* (*environment)(const char*)) {
  if (!IsCassandraUrl(url)) return Bad("scheme", "it does not begin with " + std::string(kScheme));
  url.remove_prefix(kScheme.size());
  const size_t question = std::min(url.find('?'), url.size());
  std::string_view query = url.substr(std::min(question + 1, url.size()));
  url = url.substr(0, question);
  const size_t slash = url.find('/');
  if (slash == std::string_view::npos) return Bad("keyspace", "there is none: cassandra://HOST/KEYSPACE");

  CassandraOptions options;
  if (const char* user = environment("SCOREWAY_CASSANDRA_USER"); user != nullptr) options.user = user;
  if (const char* word = environment("SCOREWAY_CASSANDRA_PASSWORD"); word != nullptr) options.password = word;
  SCOREWAY_RETURN_IF_ERROR(ReadContactPoints(url.substr(0, slash), &options));
  options.keyspace = url.substr(slash + 1);
  SCOREWAY_RETURN_IF_ERROR(CheckKeyspace(options.keyspace));
  SCOREWAY_RETURN_IF_ERROR(ReadUrlOptions(kPlace, query, [&](std::string_view key, std::string value) {
    return ReadOption(key, std::move(value), &options);
  }));
  SCOREWAY_RETURN_IF_ERROR(CheckTogether(options));
  return options;
}

std::string CassandraPlace(const CassandraOptions& options) {
  std::string place(kScheme);
  for (const std::string& point : options.contact_points) {
    if (place.size() > kScheme.size()) place.push_back(',');
    place += point;
  }
  return place + "/" + options.keyspace;
}

Result<uint16_t> ConsistencyCode(std::string_view name) {
  const auto* const found = std::ranges::find(kConsistencies, name, &std::pair<std::string_view, uint16_t>::first);
  if (found == std::end(kConsistencies))
    return Bad("consistency", "there is no such level: '" + std::string(name) + "'");
  return found->second;
}

}  // namespace scoreway
