// Drift, performance and watches, from the prediction log to the call of a webhook.
#include <gtest/gtest.h>

#include <optional>

#include "service/measure_drift.h"
#include "service/measure_performance.h"
#include "service/set_watch.h"
#include "service/watcher.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;

class DriftServiceTest : public ::testing::Test {
 protected:
  DriftServiceTest() {
    EXPECT_TRUE(
        registry.Push({.name = "m", .metadata = {}, .idempotency_key = {}, .aliases = {}, .change = {}}, "x").ok());
    auto made = std::make_shared<PredictionTarget>();
    made->model = "m";
    made->version = 1;
    made->inputs = *Schema::Make({{"age", Type::kFloat64}, {"city", Type::kString}});
    made->outputs =
        *Schema::Make({{"predict", Type::kString}, {"proba_no", Type::kFloat64}, {"proba_yes", Type::kFloat64}});
    target = std::move(made);
  }

  double NextUniform() {
    random_ = random_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<double>(random_ >> 11) / 9007199254740992.0;
  }
  // Logs rows as one request of this id.
  void Log(const std::string& id, size_t count, double shift) {
    Batch inputs(target->inputs), outputs(target->outputs);
    for (size_t i = 0; i < count; ++i) {
      inputs.column(0).AppendFloat64(shift + NextUniform());
      inputs.column(1).AppendString(i % 3 == 0 ? "Oslo" : "Rome");
      const double p = NextUniform();
      outputs.column(0).AppendString(p > 0.5 ? "yes" : "no");
      outputs.column(1).AppendFloat64(1 - p);
      outputs.column(2).AppendFloat64(p);
    }
    PredictionHead head;
    head.time_micros = clock.NowMicros();
    head.id = id;
    records.log->Add(0, target, head, inputs, outputs, {});
    records.log->Flush();
    clock.Advance(kSecond);
    predicted = std::move(outputs);
  }
  static const ColumnDrift* ColumnOf(const DriftReport& report, std::string_view name) {
    for (const ColumnDrift& column : report.columns) {
      if (column.name == name) return &column;
    }
    ADD_FAILURE() << "no column " << name;
    return nullptr;
  }

  // Labels of the rows predicted last, 9 seconds later; each `wrong_every`-th row was predicted wrongly.
  void LabelEverySecond(const std::string& id, size_t wrong_every) {
    std::vector<Label> labels;
    for (size_t row = 0; row < predicted.rows(); row += 2) {
      const std::string answer(predicted.column(0).string_at(row));
      const bool is_wrong = row % wrong_every == 0;
      Label label;
      label.prediction_id = id;
      label.row = static_cast<uint32_t>(row + 1);
      label.value = (answer == "yes") != is_wrong ? "\"yes\"" : "\"no\"";
      labels.push_back(std::move(label));
    }
    clock.Advance(9 * kSecond);
    ASSERT_TRUE(records.labels.Push("m", labels).ok());
  }

  const std::unique_ptr<Store> store = NewMemoryStore(SystemClock());
  ManualClock clock{int64_t{1'700'000'000} * kSecond};
  Registry registry{*store, clock};
  Records records{*store, clock, {.log_predictions = true}};
  VersionProfiles profiles{*store, clock};
  const Service service{.registry = &registry, .records = &records, .profiles = &profiles};
  std::shared_ptr<const PredictionTarget> target;
  Batch predicted{*Schema::Make({})};
  uint64_t random_ = 1;
};

TEST_F(DriftServiceTest, AWindowIsComparedWithTheFirstRows) {
  EXPECT_EQ(MeasureDrift(service, {"m", {}, 0}, {}).code(), Code::kNotFound);
  EXPECT_EQ(MeasureDrift(service, {"none", {}, 0}, {}).code(), Code::kNotFound);
  Log("a", 300, 20);
  EXPECT_EQ(LearnReference(service, "m", 1, 500, "ann").code(), Code::kInvalidArgument);
  ASSERT_TRUE(LearnReference(service, "m", 1, 300, "ann").ok());
  Log("b", 200, 20);
  Log("c", 200, 20.5);
  const Result<ModelDrift> drift = MeasureDrift(service, {"m", {}, 0}, {.window = "200"});
  ASSERT_TRUE(drift.ok()) << drift.error().ToString();
  EXPECT_EQ(drift->reference, "log");
  EXPECT_EQ(drift->report.reference_rows, 300U);
  EXPECT_EQ(drift->report.rows, 200U);
  EXPECT_EQ(drift->report.severity, Severity::kAlarm);
  EXPECT_EQ(ColumnOf(drift->report, "age")->severity, Severity::kAlarm);
  EXPECT_EQ(ColumnOf(drift->report, "city")->severity, Severity::kQuiet);
  // The one before, by time.
  const Result<ModelDrift> before = MeasureDrift(service, {"m", {}, 0}, {.window = "1s", .against = "1s"});
  ASSERT_TRUE(before.ok()) << before.error().ToString();
  EXPECT_EQ(before->report.reference_rows, 200U);
  EXPECT_EQ(ColumnOf(before->report, "age")->severity, Severity::kAlarm);
  EXPECT_EQ(MeasureDrift(service, {"m", {}, 0}, {.window = "soon"}).code(), Code::kInvalidArgument);
}

TEST_F(DriftServiceTest, AReferenceIsKeptUntilItIsSetAnew) {
  Log("a", 300, 20);
  ReferenceProfiles references(profiles);
  const auto none = references.Get("m", 1);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(*none);
  ASSERT_TRUE(LearnReference(service, "m", 1, 200, "ann").ok());
  const auto first = references.Get("m", 1);
  ASSERT_TRUE(first.ok() && *first);
  EXPECT_EQ((*first)->profile->rows(), 200U);
  const auto again = references.Get("m", 1);
  ASSERT_TRUE(again.ok() && *again);
  EXPECT_EQ((*again)->profile, (*first)->profile);
  ASSERT_TRUE(LearnReference(service, "m", 1, 300, "ann").ok());
  const auto other = references.Get("m", 1);
  ASSERT_TRUE(other.ok() && *other);
  EXPECT_EQ((*other)->profile->rows(), 300U);
}

TEST_F(DriftServiceTest, PerformanceIsMeasuredOnWhatHasALabel) {
  Log("a", 200, 20);
  LabelEverySecond("a", 20);
  const Result<Performance> performance = MeasurePerformance(service, {"m", {}, 0}, {.segment = "city"});
  ASSERT_TRUE(performance.ok()) << performance.error().ToString();
  EXPECT_EQ(performance->task, PredictionTask::kClassification);
  EXPECT_EQ(performance->predictions, 200U);
  EXPECT_EQ(performance->labelled, 100U);
  EXPECT_DOUBLE_EQ(performance->classification.accuracy.value, 0.9);
  EXPECT_EQ(performance->classification.by_class.size(), 2U);
  EXPECT_EQ(performance->delay_median_seconds, 10);
  EXPECT_FALSE(std::isnan(performance->classification.auc.value));
  EXPECT_EQ(performance->estimate.rows, 100U);
  ASSERT_EQ(performance->segments.size(), 2U);
  EXPECT_EQ(performance->segments[0].value, "Rome");
  EXPECT_EQ(performance->segments[0].classification.rows + performance->segments[1].classification.rows, 100U);
  EXPECT_EQ(MeasurePerformance(service, {"m", {}, 0}, {.segment = "town"}).code(), Code::kInvalidArgument);
}

class WatchTest : public DriftServiceTest {
 protected:
  WatchTest() {
    Watch watch;
    watch.model = "m";
    watch.window = "200";
    watch.interval_seconds = 60;
    watch.learn_rows = 200;
    watch.rule = {.rise_after = 1, .fall_after = 1};
    watch.webhook = "http://127.0.0.1/hook";
    EXPECT_TRUE(SetWatch(service, watch, "ann").ok());
    watcher.emplace(
        service,
        WatcherOptions{.tick = std::chrono::milliseconds(0),
                       .retry = {.attempts_max = 3, .first_pause = std::chrono::milliseconds(1000)},
                       .webhook_prefixes = {"http://127.0.0.1/"},
                       .webhook_secret = "secret",
                       .mail_allowed = {"example.org"}},
        [this](const WebhookCall& call) {
          calls.push_back(call);
          return Result<int>(answer);
        },
        [this](const Mail& mail) -> Result<std::string> {
          letters.push_back(mail);
          if (mail_code != Code::kInternal) return Error{mail_code, "not now", {}};
          return std::string("sent");
        });
  }
  // The state after the next look.
  WatchState Look() {
    clock.Advance(61 * kSecond);
    EXPECT_TRUE(watcher->Round().ok());
    return *watches.GetState("m");
  }

  WatchStore watches{records};
  std::vector<WebhookCall> calls;
  int answer = 500;
  std::vector<Mail> letters;
  Code mail_code = Code::kInternal;  // kInternal: letters are taken
  std::optional<Watcher> watcher;
};

TEST_F(WatchTest, AnAlarmIsToldUntilItIsTakenAndThenNoMore) {
  EXPECT_NE(Look().fault, "") << "there are no rows to learn from";
  Log("a", 200, 20);
  const WatchState quiet = Look();
  EXPECT_EQ(quiet.fault, "");
  EXPECT_EQ(quiet.alarm.severity, Severity::kQuiet);
  EXPECT_TRUE(calls.empty());

  Log("b", 200, 20.5);
  const WatchState alarm = Look();
  EXPECT_EQ(alarm.alarm.severity, Severity::kAlarm);
  ASSERT_EQ(alarm.alerts.size(), 1U);
  EXPECT_EQ(alarm.alerts[0].webhook.outcome, "the webhook answered 500");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_NE(calls[0].body.find("\"age: PSI "), std::string::npos) << calls[0].body;
  EXPECT_EQ(calls[0].body.find(R"({"event":"drift","model":"m","alert":)"), 0U) << calls[0].body;
  const std::string seconds = calls[0].signature.substr(2, calls[0].signature.find(',') - 2);
  EXPECT_EQ(calls[0].signature, SignWebhook("secret", std::stoll(seconds), calls[0].body));
  ASSERT_TRUE(watcher->Round().ok());
  EXPECT_EQ(calls.size(), 1U) << "it is not time yet";
  answer = 204;
  clock.Advance(2 * kSecond);
  ASSERT_TRUE(watcher->Round().ok());
  EXPECT_EQ(calls.size(), 2U);
  EXPECT_EQ(watches.GetState("m")->alerts[0].webhook.outcome, "sent");
  EXPECT_EQ(Look().alarm.severity, Severity::kAlarm);
  EXPECT_EQ(calls.size(), 2U);
}

// 90 of 100 are right; by Wilson's interval that is 82.6 to 94.5 percent.
TEST_F(WatchTest, AMetricBeyondItsBoundIsToldAlsoWithoutAReference) {
  Watch watch = *watches.Get("m");
  watch.learn_rows = 0;
  watch.below = {{"accuracy", 0.92}};
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  Log("a", 200, 20);
  EXPECT_EQ(Look().alarm.severity, Severity::kQuiet) << "there are no labels";
  LabelEverySecond("a", 20);
  const WatchState warning = Look();
  EXPECT_NE(warning.fault.find("reference"), std::string::npos) << warning.fault;
  EXPECT_EQ(warning.alarm.severity, Severity::kWarning);
  ASSERT_EQ(warning.reasons.size(), 1U);
  EXPECT_EQ(warning.reasons[0].find("accuracy is 0.9 (0.825"), 0U) << warning.reasons[0];
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].body.find(R"({"event":"metric","model":"m","alert":)"), 0U) << calls[0].body;
  EXPECT_EQ(warning.predictions, 200U);
  EXPECT_EQ(warning.labelled, 100U);
  EXPECT_EQ(warning.metrics.at("accuracy").value, 0.9);
  watch.below = {{"accuracy", 0.95}};
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  EXPECT_EQ(Look().alarm.severity, Severity::kAlarm);
  watch.below = {};
  watch.above = {{"log_loss", 50}};
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  const WatchState over = Look();
  EXPECT_EQ(over.alarm.severity, Severity::kQuiet);
  EXPECT_EQ(over.alerts.back().event, WatchEvent::kMetric) << "what is over";
  watch.above = {{"speed", 1}};
  EXPECT_EQ(SetWatch(service, watch, "ann").code(), Code::kInvalidArgument);
}

TEST_F(WatchTest, AWatchThatIsSetOtherwiseIsLookedAtAtOnce) {
  Watch watch = *watches.Get("m");
  watch.interval_seconds = 30 * 86'400;
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  Log("a", 200, 20);
  Look();
  watch.interval_seconds = 60;
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  clock.Advance(kSecond);
  ASSERT_TRUE(watcher->Round().ok());
  EXPECT_EQ(watches.GetState("m")->looked_micros, clock.NowMicros());
}

TEST_F(WatchTest, ALetterIsSentUntilItIsTakenOrRefusedForGood) {
  Log("a", 200, 20);
  Look();
  Watch watch = *watches.Get("m");
  watch.mail = {"ops@example.org"};
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  mail_code = Code::kUnavailable;
  Log("b", 200, 20.5);
  EXPECT_EQ(Look().alerts.back().mail.outcome, "not now");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].to, watch.mail);
  EXPECT_EQ(letters[0].subject, "[Scoreway] m: alarm, was quiet (drift)");
  EXPECT_NE(letters[0].body.find("  - age: PSI "), std::string::npos) << letters[0].body;
  mail_code = Code::kInternal;
  clock.Advance(2 * kSecond);
  ASSERT_TRUE(watcher->Round().ok());
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[1].id, letters[0].id) << "whoever gets both can tell";
  EXPECT_EQ(watches.GetState("m")->alerts.back().mail.outcome, "sent");

  mail_code = Code::kPermissionDenied;
  Log("c", 200, 20);
  const WatchAlert refused = Look().alerts.back();
  EXPECT_EQ(refused.to, Severity::kQuiet);
  EXPECT_EQ(refused.mail.next_try_micros, 0) << "it would be refused again";
  EXPECT_EQ(letters.size(), 3U);
}

TEST_F(WatchTest, NobodyIsWrittenToWhomTheServerDoesNotAllow) {
  Log("a", 200, 20);
  Look();
  Watch watch = *watches.Get("m");
  watch.mail = {"ann@example.org", "eve@elsewhere.example"};
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  Log("b", 200, 20.5);
  EXPECT_EQ(Look().alerts.back().mail.outcome,
            "the server does not allow mail to eve@elsewhere.example (--mail-allow)");
  EXPECT_TRUE(letters.empty());
  watch.mail = {"ann@example.org\r\nRCPT TO:<eve@elsewhere.example>"};
  EXPECT_EQ(SetWatch(service, watch, "ann").code(), Code::kInvalidArgument);
}

TEST(MailTest, ADomainAllowsItsAddressesAndThoseOfDomainsInIt) {
  EXPECT_TRUE(IsMailAllowed("ops@example.org", {"other.org", "Example.ORG"}));
  EXPECT_TRUE(IsMailAllowed("ops@eu.example.org", {"example.org"}));
  EXPECT_TRUE(IsMailAllowed("ops@example.org", {"ops@example.org"}));
  EXPECT_FALSE(IsMailAllowed("ann@example.org", {"ops@example.org"}));
  EXPECT_FALSE(IsMailAllowed("ops@badexample.org", {"example.org"}));
  EXPECT_FALSE(IsMailAllowed("ops@example.org", {}));
}

TEST_F(WatchTest, ASilencedWatchGoesOnWithoutCalling) {
  Log("a", 200, 20);
  Look();
  ASSERT_TRUE(watches
                  .Update("m",
                          [&](WatchState* state) -> Status {
                            Silence(clock.NowMicros() + 3600 * kSecond, "ann", "moving house", state);
                            return {};
                          })
                  .ok());
  Log("b", 200, 20.5);
  const WatchState alarm = Look();
  EXPECT_EQ(alarm.alarm.severity, Severity::kAlarm);
  EXPECT_EQ(alarm.alerts.back().webhook.outcome, "silenced");
  EXPECT_TRUE(calls.empty());
  ASSERT_TRUE(watches.Update("m", [](WatchState* state) { return Acknowledge("ann", "on it", state); }).ok());
  EXPECT_EQ(Look().acknowledged_by, "ann");
  Log("c", 200, 20);
  EXPECT_EQ(Look().acknowledged_by, "") << "the state is another one";
  EXPECT_EQ(watches.Update("m", [](WatchState* state) { return Acknowledge("ann", "", state); }).code(),
            Code::kConflict);
  ASSERT_TRUE(watches.Remove("m").ok());
  EXPECT_EQ(watches.Get("m").code(), Code::kNotFound);
}

TEST_F(WatchTest, TwoServersLookOnce) {
  Log("a", 200, 20);
  Look();
  Watcher other(
      service, {.tick = std::chrono::milliseconds(0), .retry = {}, .webhook_prefixes = {}, .webhook_secret = {}},
      [](const WebhookCall&) { return Result<int>(204); }, nullptr);
  Log("b", 200, 20.5);
  const WatchState state = Look();
  ASSERT_TRUE(other.Round().ok());
  EXPECT_EQ(watches.GetState("m")->alert_count, state.alert_count);
  EXPECT_EQ(watches.GetState("m")->looked_micros, state.looked_micros);
}

TEST_F(WatchTest, AUrlThatTheServerDoesNotAllowIsNotCalled) {
  Log("a", 200, 20);
  Look();
  Watch watch = *watches.Get("m");
  watch.webhook = "http://elsewhere.example/";
  ASSERT_TRUE(SetWatch(service, watch, "ann").ok());
  Log("b", 200, 20.5);
  EXPECT_NE(Look().alerts.back().webhook.outcome.find("--webhook-allow"), std::string::npos);
  EXPECT_TRUE(calls.empty());
  watch.model = "none";
  EXPECT_EQ(SetWatch(service, watch, "ann").code(), Code::kNotFound);
}

TEST(WatchState, IsTheSameWhenReadBack) {
  WatchState state;
  state.version = 3;
  state.alarm = {.severity = Severity::kWarning, .graver = 1, .milder = 0, .rise_to = Severity::kAlarm, .fall_to = {}};
  state.since_micros = state.looked_micros = 1'700'000'000 * kSecond;
  state.reasons = {"age: PSI 0.3"};
  state.psi = {{"age", 0.3}};
  state.predictions = 50;
  state.labelled = 40;
  state.metrics = {{"rmse", {1.5, {1.25, 1.75}}}};
  state.alert_count = 1;
  state.alerts.push_back({.number = 1,
                          .time_micros = 5 * kSecond,
                          .version = 3,
                          .event = WatchEvent::kMetric,
                          .from = {},
                          .to = Severity::kAlarm,
                          .reasons = {"r"},
                          .webhook = {.attempts = 2, .next_try_micros = 9 * kSecond, .outcome = "later"},
                          .mail = {.attempts = 1, .next_try_micros = 0, .outcome = "sent"}});
  std::string text, again;
  JsonWriter json(&text), json_again(&again);
  WriteJson(state, &json);
  const Result<WatchState> read = ParseWatchState(text);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  WriteJson(*read, &json_again);
  EXPECT_EQ(again, text);
}

}  // namespace
}  // namespace scoreway
