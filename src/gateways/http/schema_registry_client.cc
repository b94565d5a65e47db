#include "gateways/http/schema_registry_client.h"

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

#include "base/base64.h"
#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"
#include "gateways/http/http_call.h"

namespace scoreway::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeout{5};
constexpr size_t kAnswerBytesMax = 2 * AvroSchema::kTextBytesMax;
constexpr size_t kSchemasMax = 10'000;
// A number that is not known may be known soon; who sends such messages must not make this ask for each of them.
constexpr std::chrono::seconds kUnknownTime{10};
constexpr char kContentType[] = "application/vnd.schemaregistry.v1+json";

class Client final : public SchemaRegistry {
 public:
  explicit Client(SchemaRegistryAccess access) : access_(std::move(access)) {
    while (access_.url.path.ends_with('/')) access_.url.path.pop_back();
  }

  Result<std::shared_ptr<const AvroSchema>> Find(int32_t id) override {
    const std::lock_guard lock(mutex_);
    const auto found = schemas_.find(id);
    if (found != schemas_.end() && (found->second.schema.ok() || SteadyClock::now() < found->second.until)) {
      return found->second.schema;
    }
    auto schema = Ask(id);
    if (schema.code() == Code::kUnavailable) return schema;
    if (schemas_.size() >= kSchemasMax) schemas_.clear();
    schemas_.insert_or_assign(id, Known{schema, SteadyClock::now() + kUnknownTime});
    return schema;
  }

  Result<int32_t> Register(const std::string& subject, const std::string& schema) override {
    const std::lock_guard lock(mutex_);
    const auto key = std::pair(subject, schema);
    if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
    std::string body;
    JsonWriter json(&body);
    json.BeginObject();
    json.StringField("schema", schema);
    json.EndObject();
    SCOREWAY_ASSIGN_OR_RETURN(const HttpAnswer answer, Call("POST", "/subjects/" + subject + "/versions", body));
    const std::string place = "subject '" + subject + "'";
    if (answer.status == 409) return AtPlace(place, Error{Code::kConflict, MessageOf(answer), {}});
    if (answer.status != 200) return AtPlace(place, Error{Code::kUnavailable, MessageOf(answer), {}});
    int64_t id = -1;
    if (IsJson(answer.body)) JsonMembers(answer.body).Read("id", &id);
    if (id < 0 || id > INT32_MAX) return NoAnswer("the schema registry gives a schema no number");
    if (ids_.size() >= kSchemasMax) ids_.clear();
    ids_[key] = static_cast<int32_t>(id);
    return static_cast<int32_t>(id);
  }

 private:
  struct Known {
    Result<std::shared_ptr<const AvroSchema>> schema;
    SteadyClock::time_point until;  // of one that is not
  };

  static Error NoAnswer(std::string message) { return {Code::kUnavailable, std::move(message), {}}; }

  static std::string MessageOf(const HttpAnswer& answer) {
    std::string message;
    if (IsJson(answer.body)) JsonMembers(answer.body).Read("message", &message);
    return "the schema registry answers " + std::to_string(answer.status) + (message.empty() ? "" : ": " + message);
  }

  Result<HttpAnswer> Call(const char* method, const std::string& path, std::string body) const {
    HttpCall call{.url = access_.url, .method = method, .answer_bytes_max = kAnswerBytesMax};
    call.url.path += path;
    call.headers = {{"Accept", kContentType}};
    if (!access_.user.empty()) {
      call.headers.emplace_back("Authorization", "Basic " + Base64(access_.user + ":" + access_.password));
    }
    if (!body.empty()) {
      call.headers.emplace_back("Content-Type", kContentType);
      call.next_piece = [left = std::move(body)]() mutable -> Result<std::string> { return std::exchange(left, {}); };
    }
    auto answer = CallServer(call, kTimeout);
    if (!answer.ok()) return NoAnswer("the schema registry cannot be asked: " + answer.error().message);
    return answer;
  }

  Result<std::shared_ptr<const AvroSchema>> Ask(int32_t id) const {
    const std::string place = "schema " + std::to_string(id);
    SCOREWAY_ASSIGN_OR_RETURN(const HttpAnswer answer, Call("GET", "/schemas/ids/" + std::to_string(id), {}));
    if (answer.status == 404) return AtPlace(place, Error{Code::kInvalidArgument, "the schema registry has none", {}});
    if (answer.status != 200) return AtPlace(place, NoAnswer(MessageOf(answer)));
    if (!IsJson(answer.body)) return AtPlace(place, NoAnswer("the schema registry's answer is not JSON"));
    JsonMembers members(answer.body);
    std::string text, type = "AVRO";
    members.Read("schema", &text);
    members.Read("schemaType", &type);
    if (type != "AVRO") return AtPlace(place, Error{Code::kInvalidArgument, "is one of " + type + ", not of Avro", {}});
    auto schema = AvroSchema::Parse(text);
    if (!schema.ok()) return AtPlace(place, std::move(schema).error());
    return std::make_shared<const AvroSchema>(std::move(schema).value());
  }

  SchemaRegistryAccess access_;
  std::mutex mutex_;                  // held while the registry is asked: others are about to ask the same
  std::map<int32_t, Known> schemas_;  // guarded by mutex_
  std::map<std::pair<std::string, std::string>, int32_t> ids_;  // by subject and schema; guarded by mutex_
};

}  // namespace

std::shared_ptr<SchemaRegistry> NewSchemaRegistryClient(SchemaRegistryAccess access) {
  return std::make_shared<Client>(std::move(access));
}

}  // namespace scoreway::http
