// FairQueue: what waits for a WorkerPool, and whose turn it is. Pure bookkeeping: no thread, no clock, no lock.
//
// The turn goes to the caller that has had the least of the threads' time, and among its models to the one that has had
// the least (start-time fair queueing; what a task will take is taken to be its model's mean until it is known). So
// neither a hot model nor a hot key can starve another, and cheap requests need not wait behind a row of costly ones.
// A caller or model that was idle has no claim on what it left unused.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/task.h"

namespace scoreway {

class FairQueue {
 public:
  // Of a model since the process began; of all callers.
  struct ModelState {
    std::string name;
    size_t waiting = 0;
    unsigned running = 0;
    uint64_t refused_as_busy = 0;  // by Refusal::Reason
    uint64_t refused_as_full = 0;
    uint64_t unwanted = 0;  // dropped from the queue, as nobody waited for them any more
  };

  // `threads` that run what is popped; at most `waiting_max` tasks in all.
  FairQueue(unsigned threads, size_t waiting_max) : threads_(threads), waiting_max_(waiting_max) {}

  // A task to be refused (Task::Refuse) by whoever pushed.
  struct Refused {
    std::unique_ptr<Task> task;
    Refusal refusal;
  };
  // Takes the task; or gives one back that has no place: this one, or, where a model's queue is full of another
  // caller's work, the newest of that. `task` is null in the answer where all is well.
  Refused Push(const Lane& lane, std::unique_ptr<Task> task);

  // What is to run next, and what it took afterwards; its task is null if there is nothing that may run now.
  class Started;
  Started Pop();
  void Done(const Started& started, int64_t nanoseconds);

  size_t waiting() const { return waiting_; }
  std::vector<ModelState> models() const;

 private:
  struct Model {
    unsigned running_max = 0;
    double mean_nanoseconds = 0;  // 0: not known yet
    ModelState state;
  };
  // A caller's tasks for a model.
  struct Queue {
    Model* model = nullptr;
    std::deque<std::unique_ptr<Task>> tasks;
    unsigned running = 0;
    double time = 0;  // of the threads, in nanoseconds
    bool CanRun() const { return !tasks.empty() && model->state.running < model->running_max; }
    bool IsIdle() const { return tasks.empty() && running == 0; }
  };
  struct Caller {
    std::map<std::string, Queue, std::less<>> queues;  // by model; those with work
    double time = 0;
    double now = 0;  // the time of the queue that had the last turn
  };

  Model& ModelOf(const Lane& lane);
  Queue& QueueOf(const Lane& lane);
  void DropUnwanted(const Model* model);  // of one model, or, if null, of all
  std::unique_ptr<Task> EvictFor(const Lane& lane, const Model& model);
  std::pair<Caller*, Queue*> Next();
  Started Start(Caller* caller, Queue* queue, std::unique_ptr<Task> task);
  void ForgetIfIdle(Caller* caller, Queue* queue);
  Refusal Refuse(Model& model, Refusal::Reason reason) const;

  const unsigned threads_;
  const size_t waiting_max_;
  size_t waiting_ = 0;
  std::map<std::string, std::unique_ptr<Model>, std::less<>> models_;
  std::map<std::string, Caller, std::less<>> callers_;  // those with work
  double now_ = 0;                                      // the time of the caller that had the last turn
};

class FairQueue::Started {
 public:
  std::unique_ptr<Task> task;

 private:
  friend class FairQueue;
  Caller* caller_ = nullptr;
  Queue* queue_ = nullptr;
  double estimate_ = 0;
};

}  // namespace scoreway
