#include "engines/python/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "engines/python/sandbox.h"
#include "engines/python/worker_script.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kSocketInChild = 3;
constexpr uint64_t kAnswerBytesMax = uint64_t{1} << 30;
constexpr size_t kHeaderBytes = 9;

// The folder of the Python that a virtual environment was made from: its pyvenv.cfg says "home = /usr/bin".
std::string BaseFolder(const fs::path& venv) {
  std::ifstream file(venv / "pyvenv.cfg");
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos || line.compare(0, 4, "home") != 0) continue;
    const size_t begin = line.find_first_not_of(' ', equals + 1);
    if (begin != std::string::npos) return fs::path(line.substr(begin)).parent_path().string();
  }
  return {};
}

SandboxOptions SandboxFor(const PythonOptions& options, const fs::path& venv, const fs::path& program) {
  SandboxOptions sandbox;
  sandbox.program = program.string();
  sandbox.memory_bytes_max = options.memory_bytes_max;
  sandbox.readable = {venv.string(),
                      "/usr",
                      "/lib",
                      "/lib64",
                      "/etc/ld.so.cache",
                      "/etc/localtime",
                      "/proc/cpuinfo",
                      "/proc/meminfo",
                      "/sys/devices/system/cpu",
                      "/dev/null",
                      "/dev/urandom"};
  const std::string base = BaseFolder(venv);
  if (!base.empty() && base != "/") sandbox.readable.push_back(base);
  // A base that is a link (as python version managers make) is entered where it really lies.
  sandbox.readable.push_back(program.parent_path().parent_path().string());
  return sandbox;
}

// Between fork and exec: system calls only.
[[noreturn]] void BecomeWorker(const Sandbox& sandbox, int socket, pid_t parent, const char* program,
                               char* const* arguments, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < kSocketInChild; ++descriptor) ::dup2(null, descriptor);
  if (socket == kSocketInChild) {
    ::fcntl(socket, F_SETFD, 0);
  } else {
    ::dup2(socket, kSocketInChild);
  }
  // The parent's own files stay behind, but the ruleset is needed until the sandbox is entered: all else closes at
  // exec.
  (void)::syscall(SYS_close_range, kSocketInChild + 1, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
  if (sandbox.Enter() == nullptr) ::execve(program, arguments, environment);
  ::_exit(127);
}

}  // namespace

Status CheckVirtualEnvironment(const std::string& venv) {
  std::error_code error;
  if (fs::exists(fs::path(venv) / "bin" / "python", error)) return {};
  return Status(Code::kInvalidArgument, "is no virtual environment: it has no bin/python", venv);
}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(const PythonOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckVirtualEnvironment(options.venv));
  std::error_code error;
  const fs::path venv = fs::canonical(options.venv, error);
  const fs::path python = venv / "bin" / "python";
  const fs::path program = fs::canonical(python, error);
  const Sandbox sandbox(SandboxFor(options, venv, program));

  // The interpreter is started as the environment's own, by that path, so that it finds the environment's libraries.
  const std::string python_text = python.string();
  std::string script(WorkerScript());
  std::array<std::string, 4> words = {python_text, "-I", "-B", "-c"};
  std::array<char*, 6> arguments = {words[0].data(), words[1].data(), words[2].data(),
                                    words[3].data(), script.data(),   nullptr};
  std::array<std::string, 6> settings = {"LANG=C.UTF-8",      "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1",
                                         "MKL_NUM_THREADS=1", "HOME=/nonexistent", "ARROW_DEFAULT_MEMORY_POOL=system"};
  std::array<char*, 7> environment{};
  for (size_t i = 0; i < settings.size(); ++i) environment[i] = settings[i].data();

  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    return Error{Code::kUnavailable, std::string("cannot make a socket: ") + std::strerror(errno), {}};
  }
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process == 0) {
    BecomeWorker(sandbox, sockets[1], parent, python_text.c_str(), arguments.data(), environment.data());
  }
  ::close(sockets[1]);
  if (process < 0) {
    ::close(sockets[0]);
    return Error{Code::kUnavailable, std::string("cannot start a process: ") + std::strerror(errno), {}};
  }
  ::fcntl(sockets[0], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<WorkerProcess>(new WorkerProcess(process, sockets[0]));
}

WorkerProcess::~WorkerProcess() { (void)End({}); }

Error WorkerProcess::End(Error reason) {
  if (socket_ < 0) return reason;
  ::close(socket_);
  socket_ = -1;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  return reason;
}

// Sends `out` or, if that is null, receives into `in`.
Status WorkerProcess::Transfer(char* in, const char* out, size_t size, Clock::time_point deadline) {
  size_t done = 0;
  while (done < size) {
    const ssize_t count = out != nullptr ? ::send(socket_, out + done, size - done, MSG_NOSIGNAL)
                                         : ::recv(socket_, in + done, size - done, 0);
    if (count > 0) {
      done += static_cast<size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
      return Status(Code::kUnavailable, "the Python worker has died; it may have run out of memory");
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Status(Code::kDeadlineExceeded, "the Python worker took too long and was ended");
    pollfd wanted{socket_, static_cast<short>(out != nullptr ? POLLOUT : POLLIN), 0};
    (void)::poll(&wanted, 1, static_cast<int>(left));
  }
  return {};
}

Result<std::string> WorkerProcess::Call(char kind, std::string_view payload, char expected,
                                        std::chrono::milliseconds timeout) {
  if (!alive()) return Error{Code::kUnavailable, "the Python worker has died", {}};
  const Clock::time_point deadline = Clock::now() + timeout;
  char header[kHeaderBytes];
  header[0] = kind;
  uint64_t size = payload.size();
  std::memcpy(header + 1, &size, sizeof size);
  Status status = Transfer(nullptr, header, sizeof header, deadline);
  if (status.ok()) status = Transfer(nullptr, payload.data(), payload.size(), deadline);
  if (status.ok()) status = Transfer(header, nullptr, sizeof header, deadline);
  if (!status.ok()) return End(std::move(status).error());

  std::memcpy(&size, header + 1, sizeof size);
  if (size > kAnswerBytesMax || (header[0] != expected && header[0] != 'E')) {
    return End({Code::kInternal, "the Python worker's answer is no answer", {}});
  }
  std::string answer(size, '\0');
  status = Transfer(answer.data(), nullptr, answer.size(), deadline);
  if (!status.ok()) return End(std::move(status).error());
  if (header[0] == expected) return answer;

  const size_t tab = answer.find('\t');
  const std::string reason = answer.substr(0, tab),
                    message = tab == std::string::npos ? answer : answer.substr(tab + 1);
  if (reason == "memory") return Error{Code::kResourceExhausted, message, "the model in Python"};
  if (reason == "import") return Error{Code::kUnsupported, message, "the virtual environment"};
  return Error{Code::kInvalidArgument, message, "the model in Python"};
}

Result<std::string> WorkerProcess::Load(std::string_view artifact, std::chrono::milliseconds timeout) {
  return Call('L', artifact, 'D', timeout);
}

Result<std::string> WorkerProcess::Predict(std::string_view rows, std::chrono::milliseconds timeout) {
  return Call('P', rows, 'A', timeout);
}

}  // namespace scoreway
