#include "base/time_zone.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <string>

namespace scoreway {
namespace {

constexpr int64_t kDay = 86'400;
// Clocks are never further from Greenwich, nor are two changes of one local time further apart.
constexpr int64_t kWindow = 2 * kDay;
constexpr size_t kHeaderBytes = 44;
constexpr uint32_t kCountMax = 100'000;
constexpr int32_t kOffsetMax = 26 * 3600;

Error Damaged(const char* what) { return {Code::kCorrupt, std::string("no file of the tz database: ") + what, {}}; }

uint64_t BigEndian(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

struct Counts {
  uint32_t utc = 0, standard = 0, leap = 0, times = 0, types = 0, characters = 0;

  uint64_t BytesOf(uint64_t time_bytes) const {
    return times * (time_bytes + 1) + types * uint64_t{6} + characters + leap * (time_bytes + 4) + standard + utc;
  }
};

Result<Counts> ReadCounts(std::string_view bytes, size_t at) {
  if (bytes.size() < at + kHeaderBytes || bytes.substr(at, 4) != "TZif") return Damaged("the mark is missing");
  std::array<uint32_t, 6> numbers{};
  for (size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<uint32_t>(BigEndian(bytes, at + 20 + 4 * i, 4));
    if (numbers[i] > kCountMax) return Damaged("a count is too large");
  }
  return Counts{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

// ---- the rule: "CET-1CEST,M3.5.0,M10.5.0/3" ---------------------------------------------------------------------

class RuleText {
 public:
  explicit RuleText(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Name() {
    if (Take('<')) {
      const size_t end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    size_t size = 0;
    while (size < text_.size() && std::isalpha(static_cast<unsigned char>(text_[size])) != 0) ++size;
    text_.remove_prefix(size);
    return size >= 3;
  }
  bool Number(int max, int* number) {
    *number = 0;
    size_t size = 0;
    for (; size < text_.size() && size < 4 && text_[size] >= '0' && text_[size] <= '9'; ++size) {
      *number = *number * 10 + (text_[size] - '0');
    }
    text_.remove_prefix(size);
    return size > 0 && *number <= max;
  }
  // [+-]hh[:mm[:ss]]
  bool Time(int hours_max, int32_t* seconds) {
    const bool is_negative = Take('-');
    if (!is_negative) (void)Take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!Number(hours_max, &hours)) return false;
    if (Take(':') && (!Number(59, &minutes) || (Take(':') && !Number(59, &rest)))) return false;
    *seconds = (hours * 3600 + minutes * 60 + rest) * (is_negative ? -1 : 1);
    return true;
  }
  bool Day(TimeZone::RuleDay* day) {
    using Kind = TimeZone::RuleDay::Kind;
    if (!Take(',')) return false;
    bool is_right = false;
    if (Take('M')) {
      is_right = Number(12, &day->month) && Take('.') && Number(5, &day->week) && Take('.') && Number(6, &day->day) &&
                 day->month >= 1 && day->week >= 1;
    } else if (Take('J')) {
      day->kind = Kind::kDayFrom1WithoutLeapDay;
      is_right = Number(365, &day->day) && day->day >= 1;
    } else {
      day->kind = Kind::kDayFrom0;
      is_right = Number(365, &day->day);
    }
    return is_right && (!Take('/') || Time(167, &day->time));
  }

 private:
  std::string_view text_;
};

bool ParseRule(std::string_view footer, TimeZone::Rule* rule) {
  RuleText text(footer);
  int32_t west = 0;
  if (!text.Name() || !text.Time(24, &west)) return false;
  rule->standard_offset = -west;
  if (text.at_end()) return true;
  rule->has_summer = true;
  rule->summer_offset = rule->standard_offset + 3600;
  if (!text.Name()) return false;
  if (RuleText rest = text; !rest.Take(',')) {
    if (!text.Time(24, &west)) return false;
    rule->summer_offset = -west;
  }
  return text.Day(&rule->summer_begins) && text.Day(&rule->summer_ends) && text.at_end();
}

int YearOf(int64_t seconds) {
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

// The local time that it means in a year.
int64_t LocalTimeOf(const TimeZone::RuleDay& rule, int year) {
  namespace ch = std::chrono;
  using Kind = TimeZone::RuleDay::Kind;
  const ch::year y(year);
  ch::sys_days day;
  if (rule.kind == Kind::kMonthWeekDay) {
    const ch::month m(static_cast<unsigned>(rule.month));
    const ch::weekday wanted(static_cast<unsigned>(rule.day));
    day = rule.week == 5 ? ch::sys_days(y / m / wanted[ch::last])
                         : ch::sys_days(y / m / wanted[static_cast<unsigned>(rule.week)]);
  } else {
    const bool skips = rule.kind == Kind::kDayFrom1WithoutLeapDay;
    const int after = skips ? rule.day - 1 + (y.is_leap() && rule.day >= 60 ? 1 : 0) : rule.day;
    day = ch::sys_days(y / ch::January / 1) + ch::days(after);
  }
  return ch::seconds(day.time_since_epoch()).count() + rule.time;
}

struct Summer {
  int64_t begin = 0, end = 0;  // UTC; of one year, in either order
};
Summer SummerOf(const TimeZone::Rule& rule, int year) {
  return {LocalTimeOf(rule.summer_begins, year) - rule.standard_offset,
          LocalTimeOf(rule.summer_ends, year) - rule.summer_offset};
}

}  // namespace

Result<TimeZone> TimeZone::Parse(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const Counts old, ReadCounts(bytes, 0));
  if (bytes[4] < '2') return Error{Code::kUnsupported, "a file of the tz database of version 1", {}};
  const uint64_t second = kHeaderBytes + old.BytesOf(4);
  if (second > bytes.size()) return Damaged("it ends early");
  SCOREWAY_ASSIGN_OR_RETURN(const Counts counts, ReadCounts(bytes, second));
  const uint64_t footer = second + kHeaderBytes + counts.BytesOf(8);
  if (footer >= bytes.size() || bytes[footer] != '\n') return Damaged("it ends early");
  if (counts.leap > 0) return Error{Code::kUnsupported, "a time zone with leap seconds", {}};
  if (counts.types == 0) return Damaged("it has no types of time");

  TimeZone zone;
  const size_t times = second + kHeaderBytes;
  const size_t indices = times + size_t{8} * counts.times;
  const size_t types = indices + counts.times;
  std::vector<int32_t> offsets;
  for (size_t i = 0; i < counts.types; ++i) {
    offsets.push_back(static_cast<int32_t>(BigEndian(bytes, types + 6 * i, 4)));
    if (std::abs(static_cast<int64_t>(offsets.back())) > kOffsetMax) return Damaged("an offset is too large");
  }
  zone.first_offset_ = offsets[0];
  for (size_t i = 0; i < counts.times; ++i) {
    const size_t type = static_cast<unsigned char>(bytes[indices + i]);
    const auto at = static_cast<int64_t>(BigEndian(bytes, times + 8 * i, 8));
    const bool is_in_order = zone.changes_.empty() || at > zone.changes_.back().at;
    if (type >= offsets.size() || !is_in_order) return Damaged("its table is wrong");
    // Years that no calendar of ours reaches.
    if (at < -(int64_t{1} << 40) || at > (int64_t{1} << 40)) continue;
    zone.changes_.push_back({at, offsets[type]});
  }
  const std::string_view rest = bytes.substr(footer + 1);
  const std::string_view rule = rest.substr(0, rest.find('\n'));
  if (rule.size() == rest.size()) return Damaged("it ends early");
  zone.has_rule_ = !rule.empty();
  if (zone.has_rule_ && !ParseRule(rule, &zone.rule_)) return Damaged("its rule is wrong");
  return zone;
}

int32_t TimeZone::OffsetAt(int64_t seconds) const {
  if (!RuleHolds(seconds)) {
    const auto next = std::ranges::upper_bound(changes_, seconds, {}, &Change::at);
    return next == changes_.begin() ? first_offset_ : std::prev(next)->offset;
  }
  if (!rule_.has_summer) return rule_.standard_offset;
  const Summer summer = SummerOf(rule_, YearOf(seconds + rule_.standard_offset));
  const bool is_summer = summer.begin < summer.end ? seconds >= summer.begin && seconds < summer.end
                                                   : seconds >= summer.begin || seconds < summer.end;
  return is_summer ? rule_.summer_offset : rule_.standard_offset;
}

std::vector<TimeZone::Change> TimeZone::ChangesWithin(int64_t begin, int64_t end) const {
  std::vector<Change> changes;
  for (auto at = std::ranges::lower_bound(changes_, begin, {}, &Change::at); at != changes_.end() && at->at < end;
       ++at) {
    changes.push_back(*at);
  }
  if (!has_rule_ || !rule_.has_summer || !RuleHolds(end)) return changes;
  for (int year = YearOf(begin) - 1; year <= YearOf(end) + 1; ++year) {
    const Summer summer = SummerOf(rule_, year);
    for (const Change& change :
         {Change{summer.begin, rule_.summer_offset}, Change{summer.end, rule_.standard_offset}}) {
      const bool is_new = changes_.empty() || change.at > changes_.back().at;
      if (is_new && change.at >= begin && change.at < end) changes.push_back(change);
    }
  }
  std::ranges::sort(changes, {}, &Change::at);
  return changes;
}

TimeZone::Instants TimeZone::WhenLocal(int64_t local_seconds) const {
  const int64_t begin = local_seconds - kWindow, end = local_seconds + kWindow;
  Instants found{.count = 0};
  int64_t from = begin;
  int32_t offset = OffsetAt(begin - 1);
  const auto look = [&](int64_t until) {
    const int64_t at = local_seconds - offset;
    if (at < from || at >= until) return;
    (found.count == 0 ? found.first : found.second) = at;
    found.count = std::min(found.count + 1, 2);
  };
  int64_t skipped_at = 0;
  for (const Change& change : ChangesWithin(begin, end)) {
    look(change.at);
    if (local_seconds >= change.at + offset && local_seconds < change.at + change.offset) skipped_at = change.at;
    from = change.at;
    offset = change.offset;
  }
  look(end);
  if (found.count == 0) found.first = skipped_at;
  return found;
}

}  // namespace scoreway
