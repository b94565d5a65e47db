#include "service/logged_pairs.h"

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/utc_time.h"
#include "challenge/loss.h"
#include "service/read_predictions.h"

namespace scoreway {
namespace {

constexpr size_t kPageRows = 5'000;
constexpr std::string_view kOutputPrefix = "output.";

// A page of predictions and where its columns are.
struct Page {
  explicit Page(Batch rows)
      : table(std::move(rows)),
        label(Find("label")),
        id_(*Find("prediction_id")),
        row_(*Find("row")),
        time_(*Find("time")),
        latency_(*Find("latency_ms")) {}
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  const Column* Find(std::string_view name) const {
    const auto index = table.schema().Find(name);
    return index ? &table.column(*index) : nullptr;
  }
  // The output that is marked; null if there is none.
  const Column* Output(const std::string& name) const {
    if (!name.empty()) return Find(std::string(kOutputPrefix) + name);
    for (size_t i = 0; i < table.column_count(); ++i) {
      if (table.schema().field(i).name.starts_with(kOutputPrefix)) return &table.column(i);
    }
    return nullptr;
  }
  std::string Subject(size_t row) const {
    return std::string(id_.string_at(row)) + "/" + std::to_string(row_.int64s()[row]);
  }
  int64_t Time(size_t row) const { return ParseUtc(time_.string_at(row)).value_or(0); }
  double Micros(size_t row) const { return latency_.NumberAt(row) * 1000; }

  const Batch table;
  const Column* const label;  // null where none are joined

 private:
  const Column& id_;
  const Column& row_;
  const Column& time_;
  const Column& latency_;
};

// The pages of a query, one after the other.
class Pages {
 public:
  Pages(const Service& service, std::string model, PredictionQuery query)
      : service_(service), model_(std::move(model)), query_(std::move(query)) {}

  // Null at the end.
  Result<std::shared_ptr<const Page>> Next() {
    while (!at_end_) {
      SCOREWAY_ASSIGN_OR_RETURN(PredictionPage page, ReadPredictions(service_, model_, query_, kPageRows, token_));
      token_ = std::move(page.next_page_token);
      at_end_ = token_.empty();
      if (page.table.rows() > 0) return std::make_shared<const Page>(std::move(page.table));
    }
    return std::shared_ptr<const Page>();
  }

 private:
  const Service& service_;
  const std::string model_;
  const PredictionQuery query_;
  std::string token_;
  bool at_end_ = false;
};

// The shadows, read a minute ahead of the answers and forgotten a minute behind them.
class Shadows {
 public:
  struct Place {
    std::shared_ptr<const Page> page;
    size_t row = 0;
  };

  explicit Shadows(Pages pages) : pages_(std::move(pages)) {}

  // Makes ready for answers of that time, and later ones.
  Status Reach(int64_t time_micros) {
    while (!at_end_ && last_time_ < MinuteOf(time_micros) + 2 * kMinuteMicros) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Page> page, pages_.Next());
      if (page == nullptr) {
        at_end_ = true;
        break;
      }
      for (size_t row = 0; row < page->table.rows(); ++row) {
        std::string subject = page->Subject(row);
        last_time_ = page->Time(row);
        order_.emplace_back(last_time_, subject);
        places_.insert_or_assign(std::move(subject), Place{page, row});
      }
    }
    while (!order_.empty() && order_.front().first < MinuteOf(time_micros) - kMinuteMicros) {
      places_.erase(order_.front().second);
      order_.pop_front();
    }
    return {};
  }

  const Place* Find(const std::string& subject) const {
    const auto found = places_.find(subject);
    return found == places_.end() ? nullptr : &found->second;
  }

 private:
  Pages pages_;
  bool at_end_ = false;
  int64_t last_time_ = 0;
  std::deque<std::pair<int64_t, std::string>> order_;
  std::unordered_map<std::string, Place> places_;
};

std::string SegmentText(const Column& column, size_t row) {
  if (!column.valid(row)) return "missing";
  if (IsText(column.type())) return std::string(column.string_at(row).substr(0, 80));
  if (column.type() == Type::kBool) return column.NumberAt(row) != 0 ? "true" : "false";
  std::string text;
  JsonWriter(&text).Double(column.NumberAt(row));
  return text;
}

PredictionQuery QueryOf(const PairQuery& query, bool shadow) {
  PredictionQuery one;
  one.range = {.from_micros = query.from_micros, .to_micros = query.to_micros, .oldest_first = true};
  if (shadow) one.range.to_micros += kMinuteMicros;
  one.version = shadow ? query.shadow : query.answering;
  one.shadow = shadow;
  one.labels = shadow ? LabelWish::kNone : LabelWish::kJoined;
  return one;
}

LoggedPair MakePair(const ChallengePolicy& policy, const Page& answers, size_t row, const Cell& answer,
                    const Shadows::Place& shadow, const Cell& shadow_answer) {
  LoggedPair pair;
  pair.time_micros = answers.Time(row);
  const Cell label{answers.label, row};
  const auto champion_loss = LossOf(policy, answer, label);
  const auto challenger_loss = LossOf(policy, shadow_answer, label);
  pair.has_label = champion_loss && challenger_loss;
  pair.pair.champion_loss = champion_loss.value_or(0);
  pair.pair.challenger_loss = challenger_loss.value_or(0);
  pair.pair.champion_micros = answers.Micros(row);
  pair.pair.challenger_micros = shadow.page->Micros(shadow.row);
  for (const std::string& input : policy.segments) {
    if (const Column* column = answers.Find("input." + input)) {
      pair.pair.segments.emplace(input, SegmentText(*column, row));
    }
  }
  return pair;
}

Status NoOutput(int64_t version, const ChallengePolicy& policy) {
  return Status(Code::kInvalidArgument, "version " + std::to_string(version) + " has no such output",
                "output '" + policy.output + "'");
}

}  // namespace

Result<PairsRead> ForEachPair(const Service& service, const ChallengePolicy& policy, const PairQuery& query,
                              const std::function<bool(const LoggedPair&)>& use) {
  PairsRead read;
  Pages pages(service, query.model, QueryOf(query, false));
  Shadows shadows(Pages(service, query.model, QueryOf(query, true)));
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Page> answers, pages.Next());
    if (answers == nullptr) return read;
    const Column* const output = answers->Output(policy.output);
    if (output == nullptr) return NoOutput(query.answering, policy);
    for (size_t row = 0; row < answers->table.rows(); ++row) {
      if (query.rows_max != 0 && read.rows == query.rows_max) {
        read.is_whole = false;
        return read;
      }
      ++read.rows;
      SCOREWAY_RETURN_IF_ERROR(shadows.Reach(answers->Time(row)));
      const Shadows::Place* const shadow = shadows.Find(answers->Subject(row));
      if (shadow == nullptr) continue;
      const Column* const shadow_output = shadow->page->Output(policy.output);
      if (shadow_output == nullptr) return NoOutput(query.shadow, policy);
      if (!use(MakePair(policy, *answers, row, {output, row}, *shadow, {shadow_output, shadow->row}))) {
        read.is_whole = false;
        return read;
      }
    }
  }
}

}  // namespace scoreway
