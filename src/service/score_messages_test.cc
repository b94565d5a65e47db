// Messages to answers: a wrong one spoils no other, and none can pass for several.
#include "service/score_messages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "service/push.h"
#include "service/registry_source.h"
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
  const Service service_{.registry = &registry_, .serving = &serving_};
};

TEST_F(ScoreMessagesTest, AnswersEachMessageOfJson) {
  const std::vector<std::string> rows = Lines("rows.jsonl");
  std::vector<KafkaMessage> messages;
  for (const std::string& row : rows) messages.push_back(Message(row));
  const auto answers = Score(messages, StreamFormat::kJson);
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].json, Wanted(i)) << i;
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
  for (const size_t right : {0, 7, 8}) EXPECT_EQ(answers[right].json, Wanted(0)) << right;
  for (const size_t wrong : {1, 2, 3, 4, 5, 6, 9, 10, 11}) {
    EXPECT_EQ(answers[wrong].fault.code, Code::kInvalidArgument) << wrong << " " << answers[wrong].json;
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
    for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].json, Wanted(i)) << i;
  }
}

TEST_F(ScoreMessagesTest, LetsNoQuoteOfCsvJoinMessages) {
  const std::vector<std::string> lines = Lines("rows.csv");
  const std::string& row = lines[1];
  const size_t comma = row.rfind(',');
  const std::string opens = row.substr(0, comma) + ",\"" + row.substr(comma + 1);
  const auto answers =
      Score({Message(row), Message(opens), Message("\""), Message(row), Message(row + "\n" + row)}, StreamFormat::kCsv);
  EXPECT_EQ(answers[0].json, Wanted(0));
  EXPECT_EQ(answers[3].json, Wanted(0));
  for (const size_t wrong : {1, 2, 4}) EXPECT_FALSE(answers[wrong].ok()) << wrong;
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
