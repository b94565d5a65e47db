#include "batches/cron.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace scoreway {
namespace {

constexpr int64_t kDay = 86'400;
constexpr int64_t kDaysAhead = 366 * 9;  // a 29th of February may be eight years away
constexpr size_t kTextBytesMax = 1000;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct FieldRule {
  const char* name;
  int min, max;
  std::span<const std::string_view> names;  // of min and on
};
constexpr std::array<FieldRule, 5> kFields = {{{"minute", 0, 59, {}},
                                               {"hour", 0, 23, {}},
                                               {"day of the month", 1, 31, {}},
                                               {"month", 1, 12, kMonths},
                                               {"day of the week", 0, 7, kWeekDays}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kShort = {{{"@yearly", "0 0 1 1 *"},
                                                                                  {"@annually", "0 0 1 1 *"},
                                                                                  {"@monthly", "0 0 1 * *"},
                                                                                  {"@weekly", "0 0 * * 0"},
                                                                                  {"@daily", "0 0 * * *"},
                                                                                  {"@midnight", "0 0 * * *"},
                                                                                  {"@hourly", "0 * * * *"}}};

std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(by);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : Split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::optional<int> ReadItem(std::string_view text, const FieldRule& rule) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (const auto name = std::ranges::find(rule.names, lower); name != rule.names.end()) {
    return rule.min + static_cast<int>(name - rule.names.begin());
  }
  const bool is_number =
      !text.empty() && text.size() <= 2 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return std::nullopt;
  const int number = text.size() == 1 ? text[0] - '0' : (text[0] - '0') * 10 + (text[1] - '0');
  return number >= rule.min && number <= rule.max ? std::optional(number) : std::nullopt;
}

// "*", "5", "1-5", each perhaps with "/2".
bool ReadRange(std::string_view text, const FieldRule& rule, std::vector<bool>* set) {
  int step = 1;
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::optional<int> number = ReadItem(text.substr(slash + 1), FieldRule{rule.name, 1, rule.max, {}});
    if (!number) return false;
    step = *number;
    text = text.substr(0, slash);
  }
  int first = rule.min, last = rule.max;
  if (text != "*") {
    const size_t dash = text.find('-');
    const std::optional<int> begin = ReadItem(text.substr(0, dash), rule);
    if (!begin) return false;
    first = *begin;
    if (dash != std::string_view::npos) {
      const std::optional<int> end = ReadItem(text.substr(dash + 1), rule);
      if (!end || *end < first) return false;
      last = *end;
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  for (int i = first; i <= last; i += step) (*set)[static_cast<size_t>(i)] = true;
  return true;
}

}  // namespace

Result<Cron> Cron::Parse(std::string_view text) {
  const auto wrong = [&](std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; };
  if (text.size() > kTextBytesMax) return wrong("longer than a line of cron");
  for (const auto& [name, meaning] : kShort) {
    if (text == name) text = meaning;
  }
  const std::vector<std::string_view> words = Words(text);
  if (words.size() != kFields.size()) {
    return wrong("not five fields: minute, hour, day of the month, month, day of the week");
  }
  Cron cron;
  for (size_t i = 0; i < kFields.size(); ++i) {
    const FieldRule& rule = kFields[i];
    std::vector<bool> set(static_cast<size_t>(rule.max) + 1, false);
    for (const std::string_view range : Split(words[i], ',')) {
      if (ReadRange(range, rule, &set)) continue;
      return wrong(std::string("its ") + rule.name + " '" + std::string(words[i]) + "' is none");
    }
    for (size_t at = 0; at < set.size(); ++at) {
      if (!set[at]) continue;
      switch (i) {
        case 0: cron.minutes_.set(at); break;
        case 1: cron.hours_.set(at); break;
        case 2: cron.days_.set(at); break;
        case 3: cron.months_.set(at); break;
        default: cron.week_days_.set(at % 7); break;
      }
    }
  }
  cron.every_hour_ = words[1].starts_with('*');
  cron.any_day_ = words[2].starts_with('*');
  cron.any_week_day_ = words[4].starts_with('*');
  return cron;
}

bool Cron::HasDay(int64_t day) const {
  namespace ch = std::chrono;
  const ch::sys_days days{ch::days(day)};
  const ch::year_month_day date(days);
  if (!months_[static_cast<unsigned>(date.month())]) return false;
  const bool of_month = days_[static_cast<unsigned>(date.day())];
  const bool of_week = week_days_[ch::weekday(days).c_encoding()];
  return any_day_ || any_week_day_ ? of_month && of_week : of_month || of_week;
}

std::optional<int64_t> Cron::NextAfter(const TimeZone& zone, int64_t seconds) const {
  const int64_t local = seconds + zone.OffsetAt(seconds);
  // One day more than where clocks are now: they may have been put back over midnight.
  const int64_t first = (local >= 0 ? local : local - kDay + 1) / kDay - 1;
  for (int64_t day = first; day < first + kDaysAhead; ++day) {
    if (!HasDay(day)) continue;
    std::optional<int64_t> next;
    const auto offer = [&](int64_t at) {
      if (at > seconds && (!next || at < *next)) next = at;
    };
    for (size_t hour = 0; hour < hours_.size(); ++hour) {
      if (!hours_[hour]) continue;
      for (size_t minute = 0; minute < minutes_.size(); ++minute) {
        if (!minutes_[minute]) continue;
        const TimeZone::Instants when =
            zone.WhenLocal(day * kDay + static_cast<int64_t>(hour) * 3600 + static_cast<int64_t>(minute) * 60);
        if (every_hour_ && when.count == 0) continue;
        offer(when.first);
        if (every_hour_ && when.count == 2) offer(when.second);
      }
    }
    if (next) return next;
  }
  return std::nullopt;
}

}  // namespace scoreway
