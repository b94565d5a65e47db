#include "base/utc_time.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace scoreway {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

int64_t DaysOf(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Takes exactly so many digits from the front.
bool TakeDigits(std::string_view* text, size_t count, int* value) {
  if (text->size() < count) return false;
  *value = 0;
  for (size_t i = 0; i < count; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return false;
    *value = *value * 10 + (c - '0');
  }
  text->remove_prefix(count);
  return true;
}

bool TakeOneOf(std::string_view* text, std::string_view allowed) {
  if (text->empty() || allowed.find((*text)[0]) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

// ".5" as 500000.
bool TakeDecimals(std::string_view* text, int64_t* micros) {
  if (!TakeOneOf(text, ".")) return true;
  int64_t unit = 100'000;
  int digit = 0;
  if (text->empty()) return false;
  while (unit > 0 && TakeDigits(text, 1, &digit)) {
    *micros += unit * digit;
    unit /= 10;
  }
  return unit < 100'000;
}

}  // namespace

std::string FormatUtc(int64_t micros) {
  static const int64_t first = DaysOf(0, 1, 1) * kMicrosPerDay;
  static const int64_t last = DaysOf(9999, 12, 31) * kMicrosPerDay + kMicrosPerDay - 1;
  const std::chrono::sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds(std::clamp(micros, first, last))};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[80];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<int64_t> ParseUtc(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  const bool has_date = TakeDigits(&text, 4, &year) && TakeOneOf(&text, "-") && TakeDigits(&text, 2, &month) &&
                        TakeOneOf(&text, "-") && TakeDigits(&text, 2, &day);
  if (!has_date) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const int64_t midnight = std::chrono::sys_days(date).time_since_epoch().count() * kMicrosPerDay;
  if (text.empty()) return midnight;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t decimals = 0;
  const bool has_time = TakeOneOf(&text, "T ") && TakeDigits(&text, 2, &hour) && TakeOneOf(&text, ":") &&
                        TakeDigits(&text, 2, &minute) && TakeOneOf(&text, ":") && TakeDigits(&text, 2, &second) &&
                        TakeDecimals(&text, &decimals);
  if (!has_time || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  (void)TakeOneOf(&text, "Z");
  if (!text.empty()) return std::nullopt;
  return midnight + ((hour * 60 + minute) * 60 + second) * int64_t{1'000'000} + decimals;
}

}  // namespace scoreway
