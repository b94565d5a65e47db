#include "score/kernels/date_time.h"

namespace scoreway {
namespace {

// Digits [at, at + count) as a number; -1 if they are none.
int ReadDigits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

int DaysOfMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// "23:59", "23:59:59", "23:59:59.25" as seconds; -1 if it is none.
int64_t ReadTime(std::string_view text) {
  const int hours = ReadDigits(text, 0, 2);
  const int minutes = ReadDigits(text, 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || text[2] != ':') return -1;
  int seconds = 0;
  if (text.size() > 5) {
    seconds = ReadDigits(text, 6, 2);
    if (text[5] != ':' || seconds < 0 || seconds > 59) return -1;
  }
  if (text.size() > 8) {
    if (text[8] != '.' || text.size() == 9 || text.size() > 18) return -1;
    for (size_t i = 9; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
    }
  }
  return (hours * 60 + minutes) * 60 + seconds;
}

}  // namespace

// Years are counted from March on, so that the day of a leap year comes last.
int64_t DaysSince1970(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return int64_t{era} * 146097 + day_of_era - 719468;
}

std::optional<DateTime> ReadDateTime(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  // All eight before the first is doubted.
  bool all_digits = true;
  const auto digit = [&](size_t at) {
    const int number = static_cast<unsigned char>(text[at]) - '0';
    all_digits &= static_cast<unsigned>(number) < 10;
    return number;
  };
  DateTime date;
  date.year = (digit(0) * 10 + digit(1)) * 100 + digit(2) * 10 + digit(3);
  date.month = digit(5) * 10 + digit(6);
  date.day = digit(8) * 10 + digit(9);
  if (!all_digits || date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  if (date.day > 28 && date.day > DaysOfMonth(date.year, date.month)) return std::nullopt;
  date.days = DaysSince1970(date.year, date.month, date.day);
  if (text.size() == 10) return date;
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  date.seconds_of_day = ReadTime(text.substr(11));
  if (date.seconds_of_day < 0) return std::nullopt;
  return date;
}

}  // namespace scoreway
