#include "engines/python/sandbox.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>

namespace scoreway {
namespace {

// ---- Landlock ------------------------------------------------------------------------------------------------------

constexpr uint64_t kReads = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

// All that a ruleset of this version of Landlock can forbid.
uint64_t HandledAccess(int version) {
  uint64_t access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all of version 1
  if (version >= 2) access |= uint64_t{1} << 13;             // moving between folders
  if (version >= 3) access |= uint64_t{1} << 14;             // truncating
  return access;
}

void Allow(int ruleset, const std::string& path, uint64_t access) {
  const int folder = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (folder < 0) return;
  landlock_path_beneath_attr rule{access, folder};
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0 && errno == EINVAL) {
    rule.allowed_access = access & ~uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};  // a file
    (void)::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  ::close(folder);
}

int MakeRuleset(const SandboxOptions& options) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return -1;
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = HandledAccess(static_cast<int>(version));
  const int made = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  if (made < 0) return -1;
  // Out of the way of the descriptors that the child sets up for the program.
  const int ruleset = ::fcntl(made, F_DUPFD_CLOEXEC, 64);
  ::close(made);
  if (ruleset < 0) return -1;
  for (const std::string& path : options.readable) Allow(ruleset, path, kReads);
  Allow(ruleset, options.program, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE);
  // The dynamic loader is executed with the program.
  for (const char* loader : {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"}) {
    Allow(ruleset, loader, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE);
  }
  return ruleset;
}

// ---- system calls --------------------------------------------------------------------------------------------------

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the sandbox knows the system calls of x86-64 and arm64 only"
#endif

// Answered with EPERM. The socket to the parent is open already, so that none is ever needed.
constexpr uint32_t kForbidden[] = {
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kill,
    SYS_tkill,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_unshare,
    SYS_setns,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsmount,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setresuid,
    SYS_setregid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_personality,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_memfd_create,
    SYS_execveat,
    SYS_setpriority,
    SYS_sched_setaffinity,
    SYS_sched_setscheduler,
};

constexpr size_t kForbiddenCount = std::size(kForbidden);
constexpr uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

// clone's flags that make namespaces.
constexpr uint32_t kNamespaceFlags =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

struct Filter {
  std::array<sock_filter, kForbiddenCount + 32> code;
  size_t size = 0;
  void Add(sock_filter instruction) { code[size++] = instruction; }
};

constexpr sock_filter Load(size_t offset) {
  return sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<uint32_t>(offset)};
}
constexpr sock_filter Return(uint32_t action) { return sock_filter{BPF_RET | BPF_K, 0, 0, action}; }
constexpr sock_filter IfEqual(uint32_t value, uint8_t then, uint8_t otherwise) {
  return sock_filter{BPF_JMP | BPF_JEQ | BPF_K, then, otherwise, value};
}

// For calls whose first argument names a process: only this one, or 0 for oneself.
void AllowForSelfOnly(Filter& filter, uint32_t call, uint32_t self) {
  filter.Add(IfEqual(call, 0, 5));
  filter.Add(Load(offsetof(seccomp_data, args[0])));
  filter.Add(IfEqual(self, 1, 0));
  filter.Add(IfEqual(0, 0, 1));
  filter.Add(Return(SECCOMP_RET_ALLOW));
  filter.Add(Return(kRefuse));
}

const char* InstallFilter() {
  Filter filter;
  filter.Add(Load(offsetof(seccomp_data, arch)));
  filter.Add(IfEqual(kArchitecture, 1, 0));
  filter.Add(Return(SECCOMP_RET_KILL_PROCESS));
  filter.Add(Load(offsetof(seccomp_data, nr)));
#if defined(__x86_64__)
  filter.Add(sock_filter{BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000});  // the x32 calls
  filter.Add(Return(kRefuse));
#endif
  const auto self = static_cast<uint32_t>(::getpid());
  AllowForSelfOnly(filter, SYS_tgkill, self);
  AllowForSelfOnly(filter, SYS_prlimit64, self);
  filter.Add(IfEqual(SYS_clone, 0, 4));
  filter.Add(Load(offsetof(seccomp_data, args[0])));
  filter.Add(sock_filter{BPF_JMP | BPF_JSET | BPF_K, 0, 1, kNamespaceFlags});
  filter.Add(Return(kRefuse));
  filter.Add(Return(SECCOMP_RET_ALLOW));
  // clone3 hides its flags from filters: without it the C library falls back to clone.
  filter.Add(IfEqual(SYS_clone3, 0, 1));
  filter.Add(Return(SECCOMP_RET_ERRNO | ENOSYS));
  for (size_t i = 0; i < kForbiddenCount; ++i) {
    filter.Add(IfEqual(kForbidden[i], static_cast<uint8_t>(kForbiddenCount - i), 0));
  }
  filter.Add(Return(SECCOMP_RET_ALLOW));
  filter.Add(Return(kRefuse));
  const sock_fprog program{static_cast<unsigned short>(filter.size), filter.code.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? nullptr : "a filter of system calls";
}

std::string MapOntoItself(unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; }

void WriteTo(const char* path, std::string_view text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  (void)!::write(file, text.data(), text.size());
  ::close(file);
}

void Limit(int resource, uint64_t value) {
  const rlimit limit{value, value};
  (void)::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

}  // namespace

Sandbox::Sandbox(const SandboxOptions& options)
    : memory_bytes_max_(options.memory_bytes_max),
      user_map_(MapOntoItself(::getuid())),
      group_map_(MapOntoItself(::getgid())),
      ruleset_(MakeRuleset(options)) {}

Sandbox::~Sandbox() {
  if (ruleset_ >= 0) ::close(ruleset_);
}

const char* Sandbox::Enter() const {
  // Where namespaces are not granted, the filter below still leaves no way to a socket.
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) == 0) {
    WriteTo("/proc/self/setgroups", "deny");
    WriteTo("/proc/self/gid_map", group_map_);
    WriteTo("/proc/self/uid_map", user_map_);
  }
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_FSIZE, 0);
  Limit(RLIMIT_NOFILE, 256);
  Limit(RLIMIT_AS, memory_bytes_max_);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no new privileges";
  if (ruleset_ >= 0 && ::syscall(SYS_landlock_restrict_self, ruleset_, 0) != 0) return "Landlock";
  return InstallFilter();
}

}  // namespace scoreway
