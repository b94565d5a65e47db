// CQL's own bytes of the values that the tables hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway::cassandra {

std::string EncodeInt(int32_t value);
std::string EncodeBigint(int64_t value);
std::string EncodeBoolean(bool value);
// list<blob>
std::string EncodeBlobs(const std::vector<std::string_view>& blobs);

// map<text, double> and map<text, text>
std::string EncodeMap(const std::map<std::string, double>& entries);
std::string EncodeMap(const std::map<std::string, std::string>& entries);

// 0 where there are not just as many bytes as the type has: a null cell.
int32_t DecodeInt(std::string_view bytes);
int64_t DecodeBigint(std::string_view bytes);
bool DecodeBoolean(std::string_view bytes);

}  // namespace scoreway::cassandra
