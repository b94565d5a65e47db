#include "store/store.h"

#include <utility>

namespace scoreway {
namespace {

Write MakeWrite(Write::Kind kind, std::string sort, std::string value = {}) {
  Write write;
  write.kind = kind;
  write.sort = std::move(sort);
  write.value = std::move(value);
  return write;
}

Write OnlyIfAbsent(Write write) {
  write.condition = Write::If::kAbsent;
  return write;
}

Write OnlyIfEquals(Write write, std::string expected) {
  write.condition = Write::If::kEquals;
  write.expected = std::move(expected);
  return write;
}

}  // namespace

Write Put(std::string sort, std::string value) {
  return MakeWrite(Write::Kind::kPut, std::move(sort), std::move(value));
}

Write PutWithTtl(std::string sort, std::string value, int64_t ttl_micros) {
  Write write = Put(std::move(sort), std::move(value));
  write.ttl_micros = ttl_micros;
  return write;
}

Write PutIfAbsent(std::string sort, std::string value) { return OnlyIfAbsent(Put(std::move(sort), std::move(value))); }

Write PutIfEquals(std::string sort, std::string value, std::string expected) {
  return OnlyIfEquals(Put(std::move(sort), std::move(value)), std::move(expected));
}

Write Delete(std::string sort) { return MakeWrite(Write::Kind::kDelete, std::move(sort)); }

Write DeleteIfEquals(std::string sort, std::string expected) {
  return OnlyIfEquals(Delete(std::move(sort)), std::move(expected));
}

Write CheckAbsent(std::string sort) { return OnlyIfAbsent(MakeWrite(Write::Kind::kCheck, std::move(sort))); }

Write CheckEquals(std::string sort, std::string expected) {
  return OnlyIfEquals(MakeWrite(Write::Kind::kCheck, std::move(sort)), std::move(expected));
}

Write PutIfUnchanged(std::string sort, std::string value, const std::optional<std::string>& read) {
  return read ? PutIfEquals(std::move(sort), std::move(value), *read) : PutIfAbsent(std::move(sort), std::move(value));
}

Write CheckUnchanged(std::string sort, const std::optional<std::string>& read) {
  return read ? CheckEquals(std::move(sort), *read) : CheckAbsent(std::move(sort));
}

ScanRange ScanPrefix(std::string_view prefix) {
  ScanRange range;
  range.begin = prefix;
  range.end = prefix;
  // The least string greater than all that begin with the prefix: its last byte below 0xFF, plus one.
  while (!range.end.empty() && static_cast<unsigned char>(range.end.back()) == 0xFF) range.end.pop_back();
  if (!range.end.empty()) ++range.end.back();
  return range;
}

Result<std::vector<std::optional<std::string>>> Store::GetEach(std::span<const RowAddress> rows,
                                                               std::chrono::milliseconds /*timeout*/) {
  std::vector<std::optional<std::string>> values;
  for (const RowAddress& row : rows) {
    SCOREWAY_ASSIGN_OR_RETURN(auto value, Get(row.partition, row.sort));
    values.push_back(std::move(value));
  }
  return values;
}

Status Store::Apply(const Partition& partition, Write write) {
  WriteBatch batch{partition, {}};
  batch.writes.push_back(std::move(write));
  return Apply(batch);
}

Status ForEachRow(Store& store, const Partition& partition, ScanRange range,
                  const std::function<Status(const Row&)>& visit) {
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store.Scan(partition, range));
    for (const Row& row : page.rows) SCOREWAY_RETURN_IF_ERROR(visit(row));
    range.page_token = page.next_page_token;
  } while (!range.page_token.empty());
  return {};
}

}  // namespace scoreway
