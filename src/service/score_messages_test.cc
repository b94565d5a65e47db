// Messages to answers: a wrong one spoils no other, and none can pass for several.
#include "service/score_messages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "service/push.h"
#include "service/push_labels.h"
#include "service/registry_source.h"
#include "service/take_labels.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

std::string Example(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::vector<std::string> Lines(const std::string& name) {
  std::istringstream text(Example(name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

KafkaMessage Message(const std::string& value) {
  KafkaMessage message;
  message.value = KafkaBytes(value);
  return message;
}

class ScoreMessagesTest : public ::testing::Test {
 protected:
  ScoreMessagesTest() {
    PushModelRequest request;
    request.push.name = "wine";
    const auto pushed = PushModel(service_, request, std::make_shared<const std::string>(Example("model.pkl")));
    EXPECT_TRUE(pushed.ok()) << pushed.status().ToString();
  }

  std::vector<MessageAnswer> Score(const std::vector<KafkaMessage>& messages, StreamFormat format,
                                   std::vector<std::string> columns = {}) {
    auto stream = std::make_shared<Stream>();
    stream->model = "wine";
    stream->format = format;
    stream->columns = std::move(columns);
    stream->outputs = {"predict"};
    MessageScorer scorer(service_, 0, stream);
    std::vector<MessageAnswer> answers;
    const Status status = scorer.Score(messages, &answers);
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(answers.size(), messages.size());
    return answers;
  }
  // What scikit-learn says of the rows of the example.
  static std::string Wanted(size_t row) {
    const std::string line = Lines("expected.csv")[row + 1];
    return "{\"predict\":\"" + line.substr(0, line.find(',')) + "\"}";
  }

  ManualClock clock_{1'800'000'000'000'000};
  const std::unique_ptr<Store> store_ = NewMemoryStore(clock_);
  Registry registry_{*store_, clock_};
  RegistrySource source_{&registry_};
  ServingSet serving_{&source_, {.poll_interval = std::chrono::milliseconds(0)}};
  Records records_{*store_, clock_, {.log_predictions = true}};
  const Service service_{.registry = &registry_, .serving = &serving_, .records = &records_};
};

TEST_F(ScoreMessagesTest, AnswersEachMessageOfJson) {
  const std::vector<std::string> rows = Lines("rows.jsonl");
  std::vector<KafkaMessage> messages;
  for (const std::string& row : rows) messages.push_back(Message(row));
  const auto answers = Score(messages, StreamFormat::kJson);
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].value, Wanted(i)) << i;
}

TEST_F(ScoreMessagesTest, SetsWrongMessagesAside) {
  const std::string row = Lines("rows.jsonl")[0];
  std::string several_lines = row;
  several_lines.insert(several_lines.find(',') + 1, "\n  ");
  std::string with_more = row;
  with_more.insert(1, "\"event_id\":7,");
  std::vector<KafkaMessage> messages = {Message(row),
                                        Message("{"),
                                        Message(""),
                                        Message(row + row),
                                        Message(row + "\n" + row),
                                        Message("7"),
                                        KafkaMessage(),
                                        Message(several_lines),
                                        Message(with_more),
                                        Message("  "),
                                        Message("\n"),
                                        Message("{\"alcohol\":\"much\"}")};
  const auto answers = Score(messages, StreamFormat::kJson);
  for (const size_t right : {0, 7, 8}) EXPECT_EQ(answers[right].value, Wanted(0)) << right;
  for (const size_t wrong : {1, 2, 3, 4, 5, 6, 9, 10, 11}) {
    EXPECT_EQ(answers[wrong].fault.code, Code::kInvalidArgument) << wrong << " " << answers[wrong].value;
    EXPECT_FALSE(answers[wrong].fault.message.empty());
  }
}

TEST_F(ScoreMessagesTest, ReadsRecordsOfCsvByPositionOrName) {
  const std::vector<std::string> lines = Lines("rows.csv");
  std::vector<KafkaMessage> messages;
  for (size_t i = 1; i < 20; ++i) messages.push_back(Message(lines[i]));
  std::vector<std::string> columns;
  std::istringstream header(lines[0]);
  for (std::string name; std::getline(header, name, ',');) columns.push_back(name);
  for (const auto& names : {columns, std::vector<std::string>()}) {
    const auto answers = Score(messages, StreamFormat::kCsv, names);
    for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].value, Wanted(i)) << i;
  }
}

TEST_F(ScoreMessagesTest, LetsNoQuoteOfCsvJoinMessages) {
  const std::vector<std::string> lines = Lines("rows.csv");
  const std::string& row = lines[1];
  const size_t comma = row.rfind(',');
  const std::string opens = row.substr(0, comma) + ",\"" + row.substr(comma + 1);
  const auto answers =
      Score({Message(row), Message(opens), Message("\""), Message(row), Message(row + "\n" + row)}, StreamFormat::kCsv);
  EXPECT_EQ(answers[0].value, Wanted(0));
  EXPECT_EQ(answers[3].value, Wanted(0));
  for (const size_t wrong : {1, 2, 4}) EXPECT_FALSE(answers[wrong].ok()) << wrong;
}

TEST_F(ScoreMessagesTest, LogsPredictionsUnderTheKeysOfTheirMessages) {
  const std::vector<std::string> rows = Lines("rows.jsonl");
  std::vector<KafkaMessage> messages;
  for (size_t i = 0; i < 3; ++i) messages.push_back(Message(rows[i]));
  messages[1].key = KafkaBytes("order-17");
  messages[2].key = KafkaBytes("\xff not UTF-8");
  messages.push_back(Message("{"));
  const auto answers = Score(messages, StreamFormat::kJson);
  records_.log->Flush();
  // Its rows are scored one by one, as one of the messages is wrong.
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_FALSE(answers[i].prediction_id.empty());
    const auto page = records_.reader.Read("wine", {.id = answers[i].prediction_id}, 10, {});
    ASSERT_TRUE(page.ok()) << page.status().ToString();
    ASSERT_EQ(page->table.rows(), 1U);
    const Column& keys = page->table.column(page->table.schema().Find("key").value());
    EXPECT_EQ(keys.valid(0) ? keys.string_at(0) : "", i == 1 ? "order-17" : "") << i;
  }
  EXPECT_TRUE(answers[3].prediction_id.empty());
}

TEST_F(ScoreMessagesTest, TakesLabelsByTheirPredictionOrTheKeyOfTheirMessage) {
  Stream stream;
  stream.name = "outcomes";
  stream.model = "wine";
  stream.takes = StreamTakes::kLabels;
  std::vector<KafkaMessage> messages = {Message(R"({"label":"barolo"})"),
                                        Message(R"({"key":"order-18","label":"grignolino"})"),
                                        Message(R"({"label":"barolo"})"),
                                        Message("{"),
                                        KafkaMessage(),
                                        Message(R"({"key":"a","label":1},{"key":"b","label":1})"),
                                        Message(R"({"key":"a","lable":1})")};
  messages[0].key = KafkaBytes("order-17");
  messages[1].key = KafkaBytes("order-17");
  std::vector<MessageAnswer> answers;
  ASSERT_TRUE(TakeLabels(service_, stream, messages, &answers).ok());
  for (size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(answers[i].ok(), i < 2) << i;
  const auto found = records_.labels.Find("wine", {KeySubject("order-17"), KeySubject("order-18"), KeySubject("a")});
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE((*found)[0] && (*found)[1]);
  EXPECT_EQ((*found)[0]->value, "\"barolo\"");
  EXPECT_EQ((*found)[1]->value, "\"grignolino\"");
  EXPECT_FALSE((*found)[2]);
  stream.model = "nothing";
  EXPECT_EQ(TakeLabels(service_, stream, messages, &answers).code(), Code::kNotFound) << "it may come again";
}

TEST_F(ScoreMessagesTest, GivesNothingWhereTheModelCannotBeHad) {
  auto stream = std::make_shared<Stream>();
  stream->model = "wine@nobody";
  MessageScorer scorer(service_, 0, stream);
  std::vector<MessageAnswer> answers;
  EXPECT_EQ(scorer.Score({}, &answers).code(), Code::kNotFound);
  auto other = std::make_shared<Stream>();
  other->model = "wine";
  other->outputs = {"nothing"};
  MessageScorer without_output(service_, 0, other);
  EXPECT_EQ(without_output.Score({}, &answers).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway
