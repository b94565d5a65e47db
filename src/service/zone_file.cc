#include "service/zone_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace scoreway {
namespace {

constexpr size_t kFileBytesMax = 1 << 20;

bool IsZoneName(const std::string& name) {
  return name.size() <= 100 && name.front() != '/' && name.find("..") == std::string::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  c == '+' || c == '/';
         });
}

}  // namespace

Result<TimeZone> LoadTimeZone(const std::string& name) {
  if (name.empty() || name == "UTC") return TimeZone();
  const std::string place = "time zone '" + name + "'";
  const char* const folder = std::getenv("TZDIR");
  const std::string path = std::string(folder == nullptr ? "/usr/share/zoneinfo" : folder) + "/" + name;
  std::ifstream file;
  if (IsZoneName(name)) file.open(path, std::ios::binary);
  if (!file.is_open()) return Error{Code::kInvalidArgument, "there is none of that name on this machine", place};
  std::string bytes(kFileBytesMax, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  Result<TimeZone> zone = TimeZone::Parse(bytes);
  if (zone.ok()) return zone;
  // A folder, or a file beside the zones.
  return Error{Code::kInvalidArgument, zone.error().message, place};
}

}  // namespace scoreway
