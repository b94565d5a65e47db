#include "importers/pickle/refuse.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

using Names = std::unordered_set<std::string_view>;

// Top-level packages of which saved models are made.
const Names& KnownPackages() {
  static const Names names = {
      "sklearn",
      "numpy",
      "scipy",
      "pandas",
      "joblib",
      "sklearn2pmml",
      "sklearn_pandas",
      "xgboost",
      "lightgbm",
      "catboost",
      "pyarrow",
      "statsmodels",
      "category_encoders",
      "imblearn",
      "optbinning",
      "interpret",
      "flaml",
      "hyperopt",
      "hpsklearn",
      "tpot",
      "sklego",
      "treelib",
      "CHAID",
      "causalml",
      "ngboost",
      "treeple",
      "boruta",
      "pycaret",
      "feature_engine",
      "sktree",
      "mlxtend",
      "skopt",
      "autosklearn",
      "skorch",
      "h2o",
      "pmdarima",
      "lifelines",
      "econml",
      "daal4py",
      "sklearnex",
      "onedal",
      "umap",
      "hdbscan",
      "pygam",
      "glmnet",
      "pyearth",
      "rulefit",
      "imodels",
      "polars",
      "bartpy",
      "scikitplot",
      "skrub",
      "dirty_cat",
      "xarray",
      "sortedcontainers",
      "patsy",
      "formulaic",
      "_loss",
      "scikit_learn",
      "eli5",
      "shap",
      "gosdt",
      "wittgenstein",
  };
  return names;
}

// All of the standard library that may stand in a model: module and name, "*" for the whole module.
const Names& KnownStandardNames() {
  static const Names names = {
      "collections.*",
      "collections.abc.*",
      "copyreg._reconstructor",
      "copyreg.__newobj__",
      "copyreg.__newobj_ex__",
      "copy_reg._reconstructor",
      "copy_reg.__newobj__",
      "_codecs.encode",
      "datetime.*",
      "decimal.Decimal",
      "fractions.Fraction",
      "functools.partial",
      "functools._lru_cache_wrapper",
      "re._compile",
      "sre_compile.compile",
      "uuid.UUID",
      "random.Random",
      "_random.Random",
      "string.Template",
      "types.SimpleNamespace",
      "types.NoneType",
      "enum.Enum",
      "inspect._empty",
      "inspect._ParameterKind",
      "inspect.Parameter",
      "inspect.Signature",
      "logging.Logger",
      "logging.getLogger",
      "pathlib.PosixPath",
      "pathlib.PurePosixPath",
      "pathlib.WindowsPath",
      "pathlib.PureWindowsPath",
      "pathlib._local.PosixPath",
      "math.log",
      "math.exp",
      "math.sqrt",
      "math.log1p",
      "math.expm1",
      "math.log10",
      "math.log2",
      "statistics.mean",
      "statistics.median",
      "itertools.count",
      "itertools.repeat",
      "array._array_reconstructor",
      "array.array",
      "zoneinfo.ZoneInfo._unpickle",
      "numbers.Number",
      "numbers.Integral",
      "numbers.Real",
      "threading.local",
      "dataclasses.*",
      "warnings.*",
  };
  return names;
}

// The built-in types; every other built-in either runs something or reaches for attributes.
const Names& KnownBuiltins() {
  static const Names names = {
      "object",  "list",       "dict",       "set",      "frozenset",      "tuple", "bytes",   "bytearray", "str",
      "unicode", "basestring", "int",        "long",     "float",          "bool",  "complex", "range",     "xrange",
      "slice",   "type",       "memoryview", "Ellipsis", "NotImplemented", "len",   "abs",     "min",       "max",
      "sum",     "round",      "sorted",     "pow",      "divmod",
  };
  return names;
}

// Modules that reach outside the process or run code. Also forbidden as a part of a dotted name.
const Names& ForbiddenModules() {
  static const Names names = {
      "os",
      "posix",
      "nt",
      "posixpath",
      "ntpath",
      "ntos",
      "os2",
      "subprocess",
      "_posixsubprocess",
      "commands",
      "popen2",
      "pty",
      "sys",
      "shutil",
      "importlib",
      "imp",
      "runpy",
      "pkgutil",
      "zipimport",
      "site",
      "socket",
      "_socket",
      "ssl",
      "select",
      "asyncio",
      "multiprocessing",
      "_multiprocessing",
      "threading",
      "thread",
      "_thread",
      "concurrent",
      "signal",
      "ctypes",
      "_ctypes",
      "cffi",
      "_cffi_backend",
      "code",
      "codeop",
      "codecs",
      "pickle",
      "_pickle",
      "cPickle",
      "pickletools",
      "shelve",
      "marshal",
      "dbm",
      "sqlite3",
      "io",
      "_io",
      "tempfile",
      "glob",
      "fileinput",
      "linecache",
      "webbrowser",
      "antigravity",
      "http",
      "urllib",
      "urllib2",
      "httplib",
      "ftplib",
      "smtplib",
      "telnetlib",
      "poplib",
      "imaplib",
      "nntplib",
      "xmlrpc",
      "xmlrpclib",
      "socketserver",
      "wsgiref",
      "operator",
      "_operator",
      "functools",
      "itertools",
      "types",
      "builtins",
      "__builtin__",
      "inspect",
      "timeit",
      "profile",
      "cProfile",
      "pdb",
      "bdb",
      "trace",
      "doctest",
      "unittest",
      "test",
      "idlelib",
      "lib2to3",
      "distutils",
      "setuptools",
      "pkg_resources",
      "pip",
      "ensurepip",
      "venv",
      "gc",
      "weakref",
      "atexit",
      "sched",
      "mmap",
      "resource",
      "fcntl",
      "termios",
      "tty",
      "crypt",
      "pwd",
      "grp",
      "getpass",
      "platform",
      "sysconfig",
      "ast",
      "dis",
      "symtable",
      "compileall",
      "py_compile",
      "zipapp",
      "zipfile",
      "tarfile",
      "gzip",
      "bz2",
      "lzma",
      "zlib",
      "csv",
      "configparser",
      "logging",
      "contextlib",
      "warnings",
      "traceback",
      "cmd",
      "readline",
      "rlcompleter",
      "curses",
      "tkinter",
      "turtle",
      "xml",
      "json",
      "random",
      "pathlib",
      "decimal",
      "fractions",
      "uuid",
      "array",
      "struct",
      "hashlib",
      "hmac",
      "secrets",
      "string",
      "re",
      "sre_compile",
      "copy",
      "copyreg",
      "copy_reg",
      "_codecs",
      "collections",
      "enum",
      "abc",
      "_abc",
      "typing",
      "dataclasses",
      "datetime",
      "time",
      "calendar",
      "math",
      "cmath",
      "statistics",
      "numbers",
      "queue",
      "mailcap",
      "mailbox",
      "nturl2path",
      "msvcrt",
      "winreg",
      "_winapi",
      "_winreg",
      "winsound",
      "syslog",
      "cloudpickle",
      "dill",
      "_dill",
      "torch",
      "tensorflow",
      "keras",
      "IPython",
      "ipykernel",
      "jupyter_client",
      "requests",
      "paramiko",
      "fabric",
      "invoke",
      "pexpect",
      "ptyprocess",
      "sh",
      "plumbum",
      "celery",
      "django",
      "flask",
      "werkzeug",
      "jinja2",
      "yaml",
      "execnet",
      "gunicorn",
      "bdb",
      "faulthandler",
      "_xxsubinterpreters",
      "nose",
      "pytest",
      "_pytest",
      "py",
      "idna",
      "async_timeout",
      "aiohttp",
  };
  return names;
}

// Parts of a dotted name that lead from a package to what it imported, or to the inside of an object.
const Names& DoorsInNames() {
  static const Names names = {
      "os",           "posix",
      "nt",           "subprocess",
      "sys",          "shutil",
      "importlib",    "imp",
      "runpy",        "socket",
      "ctypes",       "pickle",
      "cPickle",      "marshal",
      "builtins",     "__builtin__",
      "pty",          "multiprocessing",
      "webbrowser",   "cloudpickle",
      "pdb",          "__globals__",
      "__builtins__", "__import__",
      "__class__",    "__subclasses__",
      "__init__",     "__dict__",
      "__code__",     "__getattribute__",
      "__reduce__",   "__reduce_ex__",
      "__setstate__",
  };
  return names;
}

// Modules inside good packages that run, compile or load what they are given.
const Names& DoorsInModules() {
  static const Names names = {
      "testing", "distutils",   "f2py",        "ctypeslib",   "_ctypeslib", "externals",  "tests",     "conftest",
      "npyio",   "_npyio_impl", "computation", "cloudpickle", "os",         "subprocess", "importlib",
  };
  return names;
}

// Functions that load, run or open something, whatever package offers them.
const Names& ForbiddenFunctions() {
  static const Names names = {
      "eval",
      "exec",
      "execfile",
      "compile",
      "open",
      "system",
      "popen",
      "popen2",
      "spawn",
      "spawnl",
      "spawnv",
      "fork",
      "execv",
      "execve",
      "execl",
      "getattr",
      "setattr",
      "delattr",
      "__import__",
      "import_module",
      "load",
      "loads",
      "load_module",
      "runstring",
      "rundocs",
      "run_module",
      "run_path",
      "check_call",
      "check_output",
      "Popen",
      "call",
      "run",
      "getoutput",
      "read_pickle",
      "to_pickle",
      "fromfile",
      "tofile",
      "loadtxt",
      "genfromtxt",
      "fromregex",
      "savetxt",
      "save",
      "savez",
      "read_csv",
      "read_html",
      "read_json",
      "read_xml",
      "read_sql",
      "read_table",
      "read_excel",
      "read_hdf",
      "read_parquet",
      "dump",
      "dumps",
      "load_library",
      "urlopen",
      "urlretrieve",
      "attrgetter",
      "methodcaller",
      "itemgetter",
      "remove",
      "unlink",
      "rmtree",
      "makedirs",
      "DataSource",
      "exec_command",
      "exec_mod_from_location",
      "CDLL",
      "cdll",
      "breakpoint",
  };
  return names;
}

// The parts of "a.b.c" in turn; true when any satisfies the predicate.
template <typename Predicate>
bool AnyPart(std::string_view dotted, Predicate predicate) {
  while (true) {
    size_t dot = dotted.find('.');
    if (predicate(dotted.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    dotted.remove_prefix(dot + 1);
  }
}

bool IsKnownException(std::string_view name) {
  return name.ends_with("Error") || name.ends_with("Warning") || name == "Exception" || name == "StopIteration";
}

GlobalVerdict JudgeInsidePackage(std::string_view module, std::string_view name, GlobalVerdict otherwise) {
  // joblib is vendored in old versions of sklearn; its array wrapper is data.
  if (module == "sklearn.externals.joblib.numpy_pickle" && name == "NumpyArrayWrapper") return otherwise;
  size_t last_dot = name.rfind('.');
  std::string_view last = last_dot == std::string_view::npos ? name : name.substr(last_dot + 1);
  auto leads_out = [](const Names& doors) { return [&doors](std::string_view part) { return doors.contains(part); }; };
  if (AnyPart(module, leads_out(DoorsInModules())) || AnyPart(name, leads_out(DoorsInNames())) ||
      ForbiddenFunctions().contains(last)) {
    return GlobalVerdict::kForbidden;
  }
  return otherwise;
}

Error Forbidden(const Global& global, std::string place) {
  return Error{Code::kPermissionDenied,
               "forbidden global " + global.FullName() + ": no saved model needs it, and loading it could run code",
               std::move(place)};
}

// A function of an unknown package; a class is capitalized and its call only makes an instance.
bool IsUnknownCall(const Node& node) {
  if (!node.is_instance() || !(*node.AsInstance())->called) return false;
  Result<const Global*> callable = (*node.AsInstance())->callable->AsGlobal();
  if (!callable.ok() || JudgeGlobal((*callable)->module, (*callable)->name) != GlobalVerdict::kUnknown) return false;
  char first = (*callable)->name.empty() ? '_' : (*callable)->name[0];
  return !(first >= 'A' && first <= 'Z');
}

std::string OffsetPlace(const Global& global) { return "offset " + std::to_string(global.offset); }

}  // namespace

GlobalVerdict JudgeGlobal(std::string_view module, std::string_view name) {
  if (module == "builtins" || module == "__builtin__" || module == "exceptions") {
    bool known = KnownBuiltins().contains(name) || IsKnownException(name);
    return known ? GlobalVerdict::kKnown : GlobalVerdict::kForbidden;
  }
  std::string full = std::string(module) + "." + std::string(name);
  bool is_plain_name = name.find('.') == std::string_view::npos;
  if (KnownStandardNames().contains(full)) return GlobalVerdict::kKnown;
  if (is_plain_name && KnownStandardNames().contains(std::string(module) + ".*")) {
    return JudgeInsidePackage(module, name, GlobalVerdict::kKnown);
  }
  std::string_view package = module.substr(0, module.find('.'));
  if (ForbiddenModules().contains(package)) return GlobalVerdict::kForbidden;
  bool known = KnownPackages().contains(package);
  return JudgeInsidePackage(module, name, known ? GlobalVerdict::kKnown : GlobalVerdict::kUnknown);
}

Status RefuseForbiddenNames(const std::vector<const Global*>& globals) {
  for (const Global* global : globals) {
    if (JudgeGlobal(global->module, global->name) == GlobalVerdict::kForbidden) {
      return Forbidden(*global, OffsetPlace(*global));
    }
  }
  return {};
}

Status RefuseForbiddenGlobals(const Document& document) {
  for (const Global* global : document.globals()) {
    if (JudgeGlobal(global->module, global->name) != GlobalVerdict::kForbidden) continue;
    std::optional<std::string> path =
        FindPath(document, [global](const Node& node) { return node.is_global() && *node.AsGlobal() == global; });
    return Forbidden(*global, path ? *path : OffsetPlace(*global));
  }
  const Node* unknown_call = nullptr;
  std::optional<std::string> path = FindPath(document, [&unknown_call](const Node& node) {
    if (IsUnknownCall(node)) unknown_call = &node;
    return unknown_call != nullptr;
  });
  if (!path) return {};
  return Status(Code::kUnsupported, "unknown function " + unknown_call->ClassName() + " would have been called", *path);
}

}  // namespace scoreway::pickle
