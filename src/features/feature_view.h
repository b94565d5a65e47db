// FeatureView: a named set of feature columns under a key, such as what is known of each customer.
//
// A row of a view has a key (one column or several), the features, and the time at which they were true (its event
// time). A feature that is older than the view's TTL counts as missing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "data/schema.h"

namespace scoreway {

struct FeatureView {
  static constexpr size_t kKeysMax = 8;
  static constexpr size_t kColumnsMax = 2000;

  std::string name;
  std::vector<Field> keys;  // int64 or string; together they name a row
  std::vector<Field> columns;
  // The column of written rows that holds the event time: text (base/utc_time.h), or numbers of seconds since 1970.
  Field event_time = {"event_time", Type::kString};
  int64_t ttl_micros = 0;  // 0: features never grow too old
  std::string description;
  // Given by the store:
  std::string id;  // of its rows; a view made again under an old name has another
  int64_t created_micros = 0;

  bool operator==(const FeatureView&) const = default;
};

// kInvalidArgument says what is wrong with it.
Status CheckView(const FeatureView& view);
// Whether rows written under `from` can be read under `to`: its keys and event time are the same, and columns are only
// added behind the others. kConflict names what is not so.
Status CheckChange(const FeatureView& from, const FeatureView& to);

// {"name":"customers","keys":[{"name":"customer_id","type":"int64"}],"columns":[...],"event_time":{...},
//  "ttl_seconds":86400.0,"description":"","id":"...","created":"..."}
void WriteJson(const FeatureView& view, JsonWriter* json);
// Reads the same; what is absent is as in a new FeatureView, and a type float64. kInvalidArgument for what does not fit
// and for members that are unknown. Not checked by CheckView yet.
Result<FeatureView> FeatureViewFromJson(std::string_view json);

// Of the rows that are written: keys, columns, event time.
std::shared_ptr<const Schema> RowSchema(const FeatureView& view);
// RowSchema's columns that a row may lack: all but the keys.
std::vector<bool> MayBeAbsent(const FeatureView& view);

}  // namespace scoreway
