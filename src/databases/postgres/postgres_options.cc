#include "databases/postgres/postgres_options.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/url_options.h"

namespace scoreway {
namespace {

constexpr std::string_view kScheme = "postgresql://";
constexpr std::string_view kPlace = "database URL";
constexpr size_t kNameBytesMax = 63;  // PostgreSQL's own limit

Status Bad(std::string_view part, std::string message) {
  return Status(Code::kInvalidArgument, std::move(message), std::string(kPlace) + ": " + std::string(part));
}

Status ReadNumber(std::string_view key, std::string_view text, uint32_t least, uint32_t most, uint32_t* value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (fault == std::errc() && end == text.data() + text.size() && *value >= least && *value <= most) return {};
  return Bad(
      key, "'" + std::string(text) + "' is not a number from " + std::to_string(least) + " to " + std::to_string(most));
}

// "a,b:1,[::1]:2" as the lists "a,b,::1" and ",1,2".
Status ReadHosts(std::string_view text, PostgresOptions* options) {
  if (text.find('@') != std::string_view::npos) {
    return Bad("host", "'@': give the user as &user=NAME and the password in a file or the environment");
  }
  for (bool is_first = true; !text.empty(); is_first = false) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view host = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const size_t bracket = host.rfind(']');  // of an IPv6 address
    const size_t colon = host.rfind(':');
    std::string_view port;
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
      port = host.substr(colon + 1);
      host = host.substr(0, colon);
      uint32_t number = 0;
      SCOREWAY_RETURN_IF_ERROR(ReadNumber("port", port, 1, 65535, &number));
    }
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) return Bad("host", "a host has no name");
    options->hosts.append(is_first ? "" : ",").append(host);
    options->ports.append(is_first ? "" : ",").append(port);
  }
  return {};
}

Status ReadTable(const std::string& name, PostgresOptions* options) {
  const size_t dot = name.find('.');
  options->schema = dot == std::string::npos ? "" : name.substr(0, dot);
  options->table = dot == std::string::npos ? name : name.substr(dot + 1);
  const auto is_wrong = [](const std::string& part) { return part.empty() || part.size() > kNameBytesMax; };
  if (is_wrong(options->table) || (dot != std::string::npos && is_wrong(options->schema))) {
    return Bad("table", "'" + name + "' is not TABLE or SCHEMA.TABLE, each of 1 to 63 bytes");
  }
  return {};
}

Status ReadOption(std::string_view key, std::string value, PostgresOptions* options) {
  constexpr uint32_t kHour = 3'600'000;
  if (key == "table") return ReadTable(value, options);
  if (key == "connect_ms") return ReadNumber(key, value, 1, kHour, &options->connect_ms);
  if (key == "user") {
    options->user = std::move(value);
  } else if (key == "password_file") {
    auto password = ReadPasswordFile(value);
    if (!password.ok()) return Bad(key, password.error().message);
    options->password = std::move(password).value();
  } else if (key == "password") {
    return Bad(key, "a URL is seen by others: give password_file=FILE, or the environment SCOREWAY_POSTGRES_PASSWORD");
  } else if (key == "tls") {
    if (value != "true" && value != "false") return Bad(key, "'" + value + "' is neither true nor false");
    options->is_tls = value == "true";
  } else if (key == "ca") {
    options->tls_authority = std::move(value);
  } else if (key == "cert") {
    options->tls_certificate = std::move(value);
  } else if (key == "key") {
    options->tls_key = std::move(value);
  } else if (key == "socket") {
    if (!value.starts_with('/')) return Bad(key, "'" + value + "' is no absolute path");
    if (!options->hosts.empty()) return Bad(key, "there is a host, too");
    options->hosts = std::move(value);
  } else {
    return Bad(key, "unknown; known are:\n" + std::string(kPostgresUrlHelp));
  }
  return {};
}

}  // namespace

bool IsPostgresUrl(std::string_view text) { return text.starts_with(kScheme); }

Result<PostgresOptions> ParsePostgresUrl(std::string_view url, Environment environment) {
  if (!IsPostgresUrl(url)) return Bad("scheme", "it does not begin with " + std::string(kScheme));
  url.remove_prefix(kScheme.size());
  const size_t question = std::min(url.find('?'), url.size());
  const std::string_view query = url.substr(std::min(question + 1, url.size()));
  url = url.substr(0, question);
  const size_t slash = url.find('/');
  if (slash == std::string_view::npos || slash + 1 == url.size()) {
    return Bad("database", "there is none: postgresql://HOST/DATABASE?table=TABLE");
  }
  PostgresOptions options;
  if (const char* user = environment("SCOREWAY_POSTGRES_USER"); user != nullptr) options.user = user;
  if (const char* word = environment("SCOREWAY_POSTGRES_PASSWORD"); word != nullptr) options.password = word;
  SCOREWAY_RETURN_IF_ERROR(ReadHosts(url.substr(0, slash), &options));
  options.database = url.substr(slash + 1);
  SCOREWAY_RETURN_IF_ERROR(ReadUrlOptions(kPlace, query, [&](std::string_view key, std::string value) {
    return ReadOption(key, std::move(value), &options);
  }));
  if (options.table.empty()) return Bad("table", "there is none: ?table=SCHEMA.TABLE");
  if (!options.is_tls && !(options.tls_authority + options.tls_certificate + options.tls_key).empty()) {
    return Bad("tls", "files for TLS are given, but not tls=true");
  }
  if (options.is_tls && options.tls_authority.empty()) {
    return Bad("ca", "with tls=true the file of the authorities must be named");
  }
  if (options.tls_certificate.empty() != options.tls_key.empty()) return Bad("tls", "cert and key go together");
  return options;
}

std::string PostgresPlace(const PostgresOptions& options) {
  const std::string hosts = options.hosts.starts_with('/') ? "" : options.hosts;
  return std::string(kScheme) + hosts + "/" + options.database +
         "?table=" + (options.schema.empty() ? "" : options.schema + ".") + options.table;
}

}  // namespace scoreway
