#include "gateways/http/metrics_text.h"

#include <charconv>

namespace scoreway::http {

void MetricsText::Describe(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_->append("# HELP ").append(name).append(" ").append(help);
  out_->append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void MetricsText::Name(std::string_view suffix, const Labels& labels, std::string_view extra_value) {
  out_->append(name_).append(suffix);
  if (labels.size() > 0 || !extra_value.empty()) {
    char before = '{';
    const auto append = [&](std::string_view key, std::string_view value) {
      *out_ += before;
      before = ',';
      out_->append(key).append("=\"");
      for (const char c : value) {
        if (c == '\n') {
          *out_ += "\\n";
          continue;
        }
        if (c == '"' || c == '\\') *out_ += '\\';
        *out_ += c;
      }
      *out_ += '"';
    };
    for (const auto& [key, value] : labels) append(key, value);
    if (!extra_value.empty()) append("le", extra_value);
    *out_ += '}';
  }
  *out_ += ' ';
}

void MetricsText::Number(double value) {
  char digits[32];
  out_->append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  *out_ += '\n';
}

void MetricsText::Value(const Labels& labels, uint64_t value) {
  Name("", labels, {});
  out_->append(std::to_string(value)).append("\n");
}

void MetricsText::Value(const Labels& labels, double value) {
  Name("", labels, {});
  Number(value);
}

void MetricsText::Histogram(const Labels& labels, const LatencyHistogram::Counts& counts) {
  uint64_t total = 0;
  for (size_t i = 0; i < counts.buckets.size(); ++i) {
    total += counts.buckets[i];
    char bound[32] = "+Inf";
    char* end = bound + 4;
    if (i < LatencyHistogram::kBoundsMicros.size()) {
      end = std::to_chars(bound, bound + sizeof bound, static_cast<double>(LatencyHistogram::kBoundsMicros[i]) * 1e-6)
                .ptr;
    }
    Name("_bucket", labels, std::string_view(bound, static_cast<size_t>(end - bound)));
    out_->append(std::to_string(total)).append("\n");
  }
  Name("_sum", labels, {});
  Number(static_cast<double>(counts.nanoseconds) * 1e-9);
  Name("_count", labels, {});
  out_->append(std::to_string(total)).append("\n");
}

}  // namespace scoreway::http
