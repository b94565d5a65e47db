#include "features/feature_view.h"

#include <simdjson.h>

#include <cmath>
#include <set>
#include <utility>

#include "base/plain_name.h"
#include "base/utc_time.h"
#include "base/utf8.h"

namespace scoreway {
namespace {

using simdjson::dom::element;

constexpr size_t kFieldNameBytesMax = 256;
constexpr size_t kDescriptionBytesMax = 4096;
constexpr double kTtlSecondsMax = 3.2e9;  // a hundred years

std::string FieldPlace(std::string_view kind, std::string_view name) {
  return std::string(kind) + " '" + std::string(name.substr(0, 160)) + "'";
}

Status CheckFieldName(std::string_view kind, const Field& field) {
  if (!field.name.empty() && field.name.size() <= kFieldNameBytesMax && IsUtf8(field.name)) return {};
  return Status(Code::kInvalidArgument,
                "a name is text of 1 to " + std::to_string(kFieldNameBytesMax) + " bytes in UTF-8",
                FieldPlace(kind, field.name));
}

Status CheckEventTime(const Field& field) {
  SCOREWAY_RETURN_IF_ERROR(CheckFieldName("event time", field));
  if (field.type == Type::kString || field.type == Type::kInt64 || field.type == Type::kFloat64) return {};
  return Status(Code::kInvalidArgument, "an event time is a string, or seconds as int64 or float64",
                FieldPlace("event time", field.name));
}

void WriteField(const Field& field, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", field.name);
  json->StringField("type", TypeName(field.type));
  json->EndObject();
}

void WriteFields(std::string_view key, const std::vector<Field>& fields, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const Field& field : fields) WriteField(field, json);
  json->EndArray();
}

Status WrongMember(std::string_view key, std::string_view wanted) {
  return Status(Code::kInvalidArgument, "the member must be " + std::string(wanted),
                "member '" + std::string(key) + "'");
}

Status UnknownMember(std::string_view key) {
  return Status(Code::kInvalidArgument, "unknown member", "member '" + std::string(key.substr(0, 160)) + "'");
}

Status ReadText(std::string_view key, element value, std::string* text) {
  std::string_view found;
  if (value.get(found)) return WrongMember(key, "a string");
  *text = found;
  return {};
}

Status ReadField(std::string_view key, element value, Field* field) {
  simdjson::dom::object object;
  if (value.get(object)) return WrongMember(key, R"(of the form {"name": "...", "type": "..."})");
  for (const auto& [name, member] : object) {
    std::string text;
    if (name != "name" && name != "type") return UnknownMember(std::string(key) + "." + std::string(name));
    SCOREWAY_RETURN_IF_ERROR(ReadText(key, member, &text));
    if (name == "name") {
      field->name = text;
      continue;
    }
    const auto type = TypeFromName(text);
    if (!type) return WrongMember(key, "of type float64, float32, int64, bool, string or list, not '" + text + "'");
    field->type = *type;
  }
  return {};
}

Status ReadFields(std::string_view key, element value, std::vector<Field>* fields) {
  simdjson::dom::array array;
  if (value.get(array)) return WrongMember(key, "an array of names with types");
  for (const element each : array) {
    Field field;
    SCOREWAY_RETURN_IF_ERROR(ReadField(key, each, &field));
    fields->push_back(std::move(field));
  }
  return {};
}

Status ReadTtl(element value, int64_t* ttl_micros) {
  double seconds = 0;
  if (value.get(seconds) || !(seconds >= 0) || seconds > kTtlSecondsMax) {
    return WrongMember("ttl_seconds", "a number of seconds from 0 (no limit) to 3.2e9");
  }
  *ttl_micros = std::llround(seconds * 1e6);
  return {};
}

Status ReadCreated(element value, int64_t* created_micros) {
  std::string text;
  SCOREWAY_RETURN_IF_ERROR(ReadText("created", value, &text));
  const auto micros = ParseUtc(text);
  if (!micros) return WrongMember("created", "a time");
  *created_micros = *micros;
  return {};
}

Status ReadMember(std::string_view key, element value, FeatureView* view) {
  if (value.is_null()) return {};
  if (key == "name") return ReadText(key, value, &view->name);
  if (key == "keys") return ReadFields(key, value, &view->keys);
  if (key == "columns") return ReadFields(key, value, &view->columns);
  if (key == "event_time") return ReadField(key, value, &view->event_time);
  if (key == "ttl_seconds") return ReadTtl(value, &view->ttl_micros);
  if (key == "description") return ReadText(key, value, &view->description);
  if (key == "id") return ReadText(key, value, &view->id);
  if (key == "created") return ReadCreated(value, &view->created_micros);
  return UnknownMember(key);
}

}  // namespace

Status CheckView(const FeatureView& view) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a feature view", view.name));
  if (view.keys.empty() || view.keys.size() > FeatureView::kKeysMax) {
    return Status(Code::kInvalidArgument, "a view has 1 to " + std::to_string(FeatureView::kKeysMax) + " keys",
                  "member 'keys'");
  }
  if (view.columns.empty() || view.columns.size() > FeatureView::kColumnsMax) {
    return Status(Code::kInvalidArgument, "a view has 1 to " + std::to_string(FeatureView::kColumnsMax) + " columns",
                  "member 'columns'");
  }
  std::set<std::string_view> names = {view.event_time.name};
  SCOREWAY_RETURN_IF_ERROR(CheckEventTime(view.event_time));
  for (const Field& key : view.keys) {
    SCOREWAY_RETURN_IF_ERROR(CheckFieldName("key", key));
    if (key.type != Type::kInt64 && key.type != Type::kString) {
      return Status(Code::kInvalidArgument, "a key is of type int64 or string", FieldPlace("key", key.name));
    }
    if (names.insert(key.name).second) continue;
    return Status(Code::kInvalidArgument, "the name stands twice", FieldPlace("key", key.name));
  }
  for (const Field& column : view.columns) {
    SCOREWAY_RETURN_IF_ERROR(CheckFieldName("column", column));
    if (names.insert(column.name).second) continue;
    return Status(Code::kInvalidArgument, "the name stands twice, or is that of a key or of the event time",
                  FieldPlace("column", column.name));
  }
  if (view.description.size() <= kDescriptionBytesMax && IsUtf8(view.description)) return {};
  return Status(Code::kInvalidArgument, "not UTF-8, or more than " + std::to_string(kDescriptionBytesMax) + " bytes",
                "member 'description'");
}

Status CheckChange(const FeatureView& from, const FeatureView& to) {
  const std::string place = "feature view '" + from.name + "'";
  constexpr const char* kAdvice = "; delete the view, or define another";
  if (from.keys != to.keys) return Status(Code::kConflict, std::string("the keys cannot change") + kAdvice, place);
  if (from.event_time != to.event_time) {
    return Status(Code::kConflict, std::string("the event time cannot change") + kAdvice, place);
  }
  for (size_t i = 0; i < from.columns.size(); ++i) {
    if (i < to.columns.size() && from.columns[i] == to.columns[i]) continue;
    return Status(Code::kConflict,
                  "column '" + from.columns[i].name +
                      "' would change its place or type, or go; columns may only be added behind the others" + kAdvice,
                  place);
  }
  return {};
}

void WriteJson(const FeatureView& view, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", view.name);
  WriteFields("keys", view.keys, json);
  WriteFields("columns", view.columns, json);
  json->Key("event_time");
  WriteField(view.event_time, json);
  json->DoubleField("ttl_seconds", static_cast<double>(view.ttl_micros) / 1e6);
  json->StringField("description", view.description);
  json->StringField("id", view.id);
  json->StringField("created", FormatUtc(view.created_micros));
  json->EndObject();
}

Result<FeatureView> FeatureViewFromJson(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  auto error = parser.parse(json.data(), json.size()).get(object);
  if (error) {
    return Error{Code::kInvalidArgument, std::string("not a JSON object: ") + simdjson::error_message(error), {}};
  }
  FeatureView view;
  for (const auto& [key, value] : object) SCOREWAY_RETURN_IF_ERROR(ReadMember(key, value, &view));
  return view;
}

std::shared_ptr<const Schema> RowSchema(const FeatureView& view) {
  std::vector<Field> fields = view.keys;
  fields.insert(fields.end(), view.columns.begin(), view.columns.end());
  fields.push_back(view.event_time);
  auto schema = Schema::Make(std::move(fields));
  SCOREWAY_CHECK(schema.ok());  // CheckView saw to it
  return std::move(*schema);
}

std::vector<bool> MayBeAbsent(const FeatureView& view) {
  std::vector<bool> may_be_absent(view.keys.size() + view.columns.size() + 1, true);
  for (size_t i = 0; i < view.keys.size(); ++i) may_be_absent[i] = false;
  return may_be_absent;
}

}  // namespace scoreway
