#include "service/worker_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

namespace scoreway {
namespace {

// The threads of a pool that have taken the tasks of a round.
class Takers {
 public:
  void Note() {
    std::lock_guard lock(mutex_);
    threads_.insert(std::this_thread::get_id());
  }
  size_t count() const {
    std::lock_guard lock(mutex_);
    return threads_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

// What tasks wait for is destroyed after the pool, whose threads may still be leaving it.

TEST(WorkerPool, OneThreadStandsAsideWhileOthersAreBusy) {
  std::atomic<bool> busy{true};
  Takers takers;
  std::latch done(100), both(2);
  WorkerPool pool(WorkerPoolOptions{
      .threads = 2, .others_are_busy = [&busy] { return busy.load(); }, .gets_on_max = std::chrono::hours(1)});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(pool.Submit([&] {
      takers.Note();
      done.count_down();
    }));
  }
  done.wait();
  EXPECT_EQ(takers.count(), 1u);

  // Each of the two tasks ends when the other has begun.
  busy = false;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.Submit([&both] { both.arrive_and_wait(); }));
  both.wait();
}

#if defined(__linux__)
TEST(WorkerPool, ItsThreadsHaveNames) {
  std::array<char, 16> name{};
  std::latch done(1);
  WorkerPool pool(WorkerPoolOptions{.name = "a pool of many letters"});
  ASSERT_TRUE(pool.Submit([&] {
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    done.count_down();
  }));
  done.wait();
  EXPECT_STREQ(name.data(), "a pool of many ");
}
#endif

TEST(WorkerPool, NoThreadStandsAsideWhereTheOthersDoNotGetOn) {
  std::latch waited_for(1), done(20);
  WorkerPool pool(WorkerPoolOptions{.threads = 2, .others_are_busy = [] { return true; }});
  ASSERT_TRUE(pool.Submit([&waited_for] { waited_for.wait(); }));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(pool.Submit([&done] { done.count_down(); }));
  done.wait();
  waited_for.count_down();
}

TEST(WorkerPool, TheOnlyThreadDoesNotStandAside) {
  std::latch done(1);
  WorkerPool pool(WorkerPoolOptions{.others_are_busy = [] { return true; }});
  ASSERT_TRUE(pool.Submit([&done] { done.count_down(); }));
  done.wait();
}

TEST(WorkerPool, FinishesWhatWasSubmittedThoughOthersAreBusy) {
  std::atomic<int> done{0};
  {
    WorkerPool pool(WorkerPoolOptions{.threads = 3, .others_are_busy = [] { return true; }});
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.Submit([&done] { ++done; }));
  }
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace scoreway
