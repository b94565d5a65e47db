// Table: rows of text with their columns lined up, for people to read in a terminal.
#pragma once

#include <cstdint>

#include <string>
#include <vector>

namespace scoreway {

class Table {
 public:
  explicit Table(std::vector<std::string> header) { Add(std::move(header)); }

  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Nothing but the header.
  bool empty() const { return rows_.size() <= 1; }
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "2026-03-01 12:00:00", UTC.
std::string TimeText(int64_t micros);
// "431 B", "12.3 kB", "4.0 MB".
std::string BytesText(uint64_t bytes);

}  // namespace scoreway
