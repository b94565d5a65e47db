#include "challenge/evidence_trace.h"

#include "data/codec/json_members.h"

namespace scoreway {
namespace {

using Point = EvidenceTrace::Point;

struct Member {
  const char* name;
  double Point::*number;
};

constexpr Member kMembers[] = {{"lead", &Point::lead},
                               {"low", &Point::low},
                               {"high", &Point::high},
                               {"better", &Point::better},
                               {"worse", &Point::worse}};

}  // namespace

void EvidenceTrace::Add(const Point& point) {
  points_.push_back(point);
  if (points_.size() < kPointsMax) return;
  step_ *= 2;
  std::erase_if(points_, [this](const Point& one) { return !Wants(one.labels); });
}

void EvidenceTrace::Write(JsonWriter* json) const {
  json->BeginObject();
  json->UintField("step", step_);
  json->Key("labels");
  json->BeginArray();
  for (const Point& point : points_) json->Uint(point.labels);
  json->EndArray();
  for (const Member& member : kMembers) {
    json->Key(member.name);
    json->BeginArray();
    for (const Point& point : points_) json->Double(point.*member.number);
    json->EndArray();
  }
  json->EndObject();
}

Result<EvidenceTrace> EvidenceTrace::Parse(std::string_view json) {
  EvidenceTrace trace;
  JsonMembers members(json);
  members.Read("step", &trace.step_);
  simdjson::dom::element element;
  simdjson::dom::array items;
  if (!members.Find("labels", &element) || element.get(items) || items.size() >= kPointsMax || trace.step_ == 0) {
    members.Fail("labels", "a list of fewer than 64 numbers");
    return members.status().error();
  }
  trace.points_.resize(items.size());
  size_t index = 0;
  for (const simdjson::dom::element item : items) {
    if (item.get(trace.points_[index++].labels)) members.Fail("labels", "a list of numbers");
  }
  for (const Member& member : kMembers) {
    if (!members.Find(member.name, &element) || element.get(items) || items.size() != trace.points_.size()) {
      members.Fail(member.name, "a number for each of the labels");
      continue;
    }
    index = 0;
    for (const simdjson::dom::element item : items) {
      double& number = trace.points_[index++].*member.number;
      if (!item.is_null() && item.get(number)) members.Fail(member.name, "a list of numbers");
    }
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return trace;
}

}  // namespace scoreway
