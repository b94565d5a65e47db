// After warm-up a row allocates nothing. A program of its own, as it replaces operator new.
#include <gtest/gtest.h>

#include <string>

#include "base/counted_new.h"
#include "bindings/c/scoreway.h"

namespace {

void Score(sw_session* session, const std::string& colour, double alcohol) {
  ASSERT_EQ(sw_row_set_number(session, 0, alcohol, nullptr), SW_OK);
  ASSERT_EQ(sw_row_set_text(session, 6, colour.data(), colour.size(), nullptr), SW_OK);
  ASSERT_EQ(sw_row_predict(session, nullptr), SW_OK);
}

TEST(RowInterface, AllocatesNothingAfterWarmUp) {
  sw_model* model = nullptr;
  sw_session* session = nullptr;
  const std::string path = std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/model.pkl";
  ASSERT_EQ(sw_model_load_path(path.c_str(), nullptr, &model, nullptr), SW_OK);
  ASSERT_EQ(sw_session_new(model, &session, nullptr), SW_OK);
  const std::string colours[] = {"deep", "a colour that no wine was ever seen to have, however long one looked"};
  for (const std::string& colour : colours) Score(session, colour, 12.5);
  const size_t before = allocations;
  double total = 0;
  for (int i = 0; i < 1000; ++i) {
    Score(session, colours[i % 2], 12 + i * 0.001);
    total += sw_row_number(session, 1);
  }
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_GT(total, 0);
  sw_session_free(session);
  sw_model_free(model);
}

}  // namespace
