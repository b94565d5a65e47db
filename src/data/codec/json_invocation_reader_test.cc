// The bodies of MLflow's scoring server, as its documentation and pandas write them.
#include "data/codec/json_invocation_reader.h"

#include <gtest/gtest.h>

#include "data/codec/json_batch_writer.h"

namespace scoreway {
namespace {

const auto kPeople = *Schema::Make({{"age", Type::kFloat64}, {"city", Type::kString}});

// The rows as JSON, or the error.
std::string Read(std::string_view body, const std::shared_ptr<const Schema>& schema = kPeople,
                 const JsonReadOptions& options = {}) {
  JsonInvocationReader reader;
  Batch batch(schema);
  if (Status status = reader.Read({body}, options, &batch); !status.ok()) return status.ToString();
  std::string text;
  AppendJsonRows(batch, {}, &text);
  return text;
}

constexpr std::string_view kRows = R"([{"age":41.0,"city":"Oslo"},{"age":null,"city":"Rome"}])";

TEST(JsonInvocationReader, EveryForm) {
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["city","age"],"index":[0,1],"data":[["Oslo",41],["Rome",null]]}})"),
            kRows);
  EXPECT_EQ(Read(R"({"dataframe_split":{"data":[["Oslo",41],["Rome",null]],"columns":["city","age"]}})"), kRows);
  EXPECT_EQ(Read(R"({"dataframe_records":[{"age":41,"city":"Oslo"},{"city":"Rome","age":null}]})"), kRows);
  EXPECT_EQ(Read(R"({"instances":[[41,"Oslo"],{"city":"Rome","age":null}],"params":{}})"), kRows);
  EXPECT_EQ(Read(R"({"inputs":{"city":["Oslo","Rome"],"age":[[41],[null]]}})"), kRows);
  EXPECT_EQ(Read(R"({"inputs":[[41,"Oslo"],[null,"Rome"]],"params":null})"), kRows);
  EXPECT_EQ(Read(R"({"instances":[1,2.5]})", *Schema::Make({{"x", Type::kFloat64}})), R"([{"x":1.0},{"x":2.5}])");
}

TEST(JsonInvocationReader, ColumnsThatMayBeAbsentAreNull) {
  const JsonReadOptions options{.may_be_absent = {true, false}};
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["city"],"data":[["Rome"]]}})", kPeople, options),
            R"([{"age":null,"city":"Rome"}])");
  EXPECT_EQ(Read(R"({"inputs":{"city":["Rome"]}})", kPeople, options), R"([{"age":null,"city":"Rome"}])");
}

TEST(JsonInvocationReader, WhatDoesNotFitIsToldWithItsPlace) {
  EXPECT_EQ(Read(R"({})"), "there is none of 'dataframe_split', 'dataframe_records', 'instances', 'inputs'");
  EXPECT_EQ(Read(R"({"instances":[],"inputs":[]})"), "there are rows in 'instances' and in 'inputs'");
  EXPECT_EQ(Read(R"({"instances":[],"params":{"a":1}})"), "params: a model takes no parameters beside its rows");
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["aeg"],"data":[]}})"),
            "dataframe_split: unknown column 'aeg' (did you mean 'age'?)");
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["age","age"],"data":[]}})"),
            "dataframe_split: column 'age' stands twice");
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["age","city"],"data":[[1]]}})"),
            "dataframe_split: row 1: there are 1 values, wanted 2");
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["age"],"data":[]}})"), "dataframe_split: column 'city' is missing");
  EXPECT_EQ(Read(R"({"dataframe_split":{"columns":["age","city"]}})"), "dataframe_split: there is no 'data'");
  EXPECT_EQ(Read(R"({"inputs":{"age":[1,2],"city":["a"]}})"),
            "inputs: column 'city': it has 1 cells, those before it have 2");
  EXPECT_EQ(Read(R"({"inputs":{"age":["x"],"city":["a"]}})").substr(0, 28), "inputs: column 'age': row 1:");
  EXPECT_EQ(Read(R"({"instances":[1]})").substr(0, 17), "instances: row 1:");
}

TEST(JsonInvocationReader, Limits) {
  EXPECT_EQ(Read(R"({"instances":[[1,"a"],[1,"a"]]})", kPeople, {.rows_max = 1}), "instances: more than 1 rows");
}

}  // namespace
}  // namespace scoreway
