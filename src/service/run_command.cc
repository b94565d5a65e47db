#include "service/run_command.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

extern char** environ;

namespace scoreway {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void Set(int number) {
    Close();
    number_ = number;
  }
  void Close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

Status SystemFault(const char* what) {
  return Status(Code::kUnavailable, std::string(what) + ": " + std::strerror(errno));
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, between fork and exec: only calls that are safe there. Writes what went wrong into `failures`.
[[noreturn]] void BecomeCommand(const CommandToRun& run, char* const* arguments, char* const* environment, int output,
                                int failures) {
  ::setpgid(0, 0);
  ::signal(SIGPIPE, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  bool sound = nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
               ::dup2(output, STDERR_FILENO) >= 0 && ::chdir(run.folder.c_str()) == 0;
  if (sound && run.memory_bytes_max > 0) {
    const auto bytes = static_cast<rlim_t>(run.memory_bytes_max);
    const rlimit limit{bytes, bytes};
    sound = ::setrlimit(RLIMIT_AS, &limit) == 0;
  }
  if (sound) ::execvpe(arguments[0], arguments, environment);
  const int fault = errno;
  (void)!::write(failures, &fault, sizeof fault);
  ::_exit(127);
}

// How long one may wait for the command now, in milliseconds; an error if it is to be ended.
Result<int> WaitOf(const CommandToRun& run, Clock::time_point deadline) {
  constexpr int64_t kWaitMax = 200;
  if (run.is_stopping != nullptr && run.is_stopping()) {
    return Error{Code::kUnavailable, "the command was ended, as the server ends", {}};
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0) return Error{Code::kDeadlineExceeded, "the command was ended at its limit of time", {}};
  return static_cast<int>(std::min<int64_t>(left, kWaitMax));
}

// Reads output until the process has ended, or its time.
Status Follow(const CommandToRun& run, int process, int output, Clock::time_point deadline,
              const std::function<void(std::string_view)>& on_output) {
  std::string bytes(65536, '\0');
  bool ended = false, open = true;
  while (open) {
    // Once it has ended, what is still in the pipe is read, and what its children may write later is not waited for.
    int wait = 0;
    if (!ended) {
      SCOREWAY_ASSIGN_OR_RETURN(wait, WaitOf(run, deadline));
    }
    pollfd waits[2] = {{output, POLLIN, 0}, {process, POLLIN, 0}};
    const int ready = ::poll(waits, ended ? 1 : 2, wait);
    if (ready < 0 && errno != EINTR) return SystemFault("waiting for the command");
    if (ready == 0 && ended) return {};
    if (waits[0].revents != 0) {
      const ssize_t size = ::read(output, bytes.data(), bytes.size());
      if (size > 0) on_output(std::string_view(bytes).substr(0, static_cast<size_t>(size)));
      open = size > 0 || (size < 0 && errno == EINTR);
    } else if (!ended && waits[1].revents != 0) {
      ended = true;
    }
  }
  while (!ended) {
    SCOREWAY_ASSIGN_OR_RETURN(const int wait, WaitOf(run, deadline));
    pollfd end{process, POLLIN, 0};
    ended = ::poll(&end, 1, wait) > 0;
  }
  return {};
}

Status EndOf(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) {
    return Status(Code::kInvalidArgument, "the command ended with status " + std::to_string(WEXITSTATUS(status)));
  }
  return Status(Code::kInvalidArgument, "the command was ended by signal " + std::to_string(WTERMSIG(status)));
}

}  // namespace

Status RunCommand(const CommandToRun& run, const std::function<void(std::string_view)>& on_output) {
  std::vector<std::string> command = run.command, environment;
  for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
  environment.insert(environment.end(), run.environment.begin(), run.environment.end());
  const std::vector<char*> arguments = Pointers(command), variables = Pointers(environment);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemFault("a pipe");
  Descriptor output(ends[0]), output_of_child(ends[1]);
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemFault("a pipe");
  Descriptor failures(ends[0]), failures_of_child(ends[1]);
  const auto deadline = Clock::now() + std::chrono::seconds(run.seconds_max);
  const pid_t child = ::fork();
  if (child < 0) return SystemFault("a process");
  if (child == 0) {
    BecomeCommand(run, arguments.data(), variables.data(), output_of_child.get(), failures_of_child.get());
  }
  ::setpgid(child, child);  // whoever comes first
  output_of_child.Close();
  failures_of_child.Close();
  int fault = 0;
  const bool started = ::read(failures.get(), &fault, sizeof fault) == 0;
  Status status;
  if (started) {
    const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    status = process.get() < 0 ? SystemFault("watching the command")
                               : Follow(run, process.get(), output.get(), deadline, on_output);
  }
  // All that it started goes with it.
  ::kill(-child, SIGKILL);
  int ended = 0;
  while (::waitpid(child, &ended, 0) < 0 && errno == EINTR) {
  }
  if (!started) return Status(Code::kNotFound, std::string("cannot be started: ") + std::strerror(fault), command[0]);
  return status.ok() ? EndOf(ended) : std::move(status);
}

}  // namespace scoreway
