#include "importers/pickle/global_names.h"

namespace scoreway::pickle {
namespace {

Names Words(std::string_view text) {
  Names names;
  while (!text.empty()) {
    size_t space = text.find(' ');
    names.insert(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return names;
}

}  // namespace

const Names& KnownPackages() {
  static const Names names = Words(
      "sklearn numpy scipy pandas joblib sklearn2pmml sklearn_pandas xgboost lightgbm catboost pyarrow "
      "statsmodels category_encoders imblearn optbinning interpret flaml hyperopt hpsklearn tpot sklego treelib "
      "CHAID causalml ngboost treeple boruta pycaret feature_engine sktree mlxtend skopt autosklearn skorch h2o "
      "pmdarima lifelines econml daal4py sklearnex onedal umap hdbscan pygam glmnet pyearth rulefit imodels "
      "polars bartpy scikitplot skrub dirty_cat xarray sortedcontainers patsy formulaic _loss scikit_learn eli5 "
      "shap gosdt wittgenstein");
  return names;
}

const Names& KnownStandardNames() {
  static const Names names = Words(
      "collections.OrderedDict collections.defaultdict collections.deque collections.Counter "
      "collections.ChainMap collections.UserDict collections.UserList datetime.datetime datetime.date "
      "datetime.time datetime.timedelta datetime.timezone datetime.tzinfo copyreg._reconstructor "
      "copyreg.__newobj__ copyreg.__newobj_ex__ copy_reg._reconstructor copy_reg.__newobj__ _codecs.encode "
      "decimal.Decimal fractions.Fraction functools.partial functools._lru_cache_wrapper re._compile "
      "sre_compile.compile uuid.UUID random.Random _random.Random string.Template types.SimpleNamespace "
      "types.NoneType enum.Enum inspect._empty inspect._ParameterKind inspect.Parameter inspect.Signature "
      "logging.Logger logging.getLogger pathlib.PosixPath pathlib.PurePosixPath pathlib.WindowsPath "
      "pathlib.PureWindowsPath pathlib._local.PosixPath math.log math.exp math.sqrt math.log1p math.expm1 "
      "math.log10 math.log2 statistics.mean statistics.median itertools.count itertools.repeat "
      "array._array_reconstructor array.array zoneinfo.ZoneInfo._unpickle numbers.Number numbers.Integral "
      "numbers.Real threading.local");
  return names;
}

const Names& KnownBuiltins() {
  static const Names names = Words(
      "object list dict set frozenset tuple bytes bytearray str unicode basestring int long float bool complex "
      "range xrange slice type memoryview Ellipsis NotImplemented len abs min max sum round sorted pow divmod");
  return names;
}

const Names& StandardLibrary() {
  static const Names names = Words(
      "__future__ _abc _aix_support _android_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs "
      "_codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc "
      "_colorize _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime "
      "_dbm _decimal _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq "
      "_imp _interpchannels _interpqueues _interpreters _io _ios_support _json _locale _lsprof _lzma _markupbase "
      "_md5 _msi _multibytecodec _multiprocessing _opcode _opcode_metadata _operator _osx_support _overlapped "
      "_pickle _posixshmem _posixsubprocess _py_abc _pydatetime _pydecimal _pyio _pylong _pyrepl _queue _random "
      "_scproxy _sha1 _sha2 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat "
      "_statistics _string _strptime _struct _suggestions _symtable _sysconfig _thread _threading_local _tkinter "
      "_tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi _wmi _zoneinfo abc aifc "
      "antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect "
      "builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys "
      "compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses "
      "dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno "
      "faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass "
      "gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect "
      "io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math "
      "mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers "
      "opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib "
      "poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue "
      "quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex "
      "shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants "
      "sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog "
      "tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize "
      "tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu "
      "uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile "
      "zipimport zlib zoneinfo __builtin__ exceptions commands popen2 os2 ntos thread urllib2 httplib xmlrpclib "
      "cPickle copy_reg _winreg dbhash anydbm SocketServer BaseHTTPServer dl");
  return names;
}

const Names& ForbiddenPackages() {
  static const Names names = Words(
      "cffi _cffi_backend setuptools pkg_resources pip IPython ipykernel jupyter_client "
      "requests paramiko fabric invoke pexpect ptyprocess sh plumbum celery django flask werkzeug jinja2 execnet "
      "gunicorn _xxsubinterpreters nose pytest _pytest aiohttp subprocess32 pathos multiprocess cython Cython "
      "pyximport twisted scapy selenium boto3 git docker ansible salt");
  return names;
}

const Names& CodePackages() {
  static const Names names = Words("cloudpickle dill _dill");
  return names;
}

const Names& DoorsInNames() {
  static const Names names = Words(
      "os posix nt subprocess sys shutil importlib imp runpy socket ctypes pickle cPickle marshal builtins "
      "__builtin__ pty multiprocessing webbrowser cloudpickle pdb __globals__ __builtins__ __import__ __class__ "
      "__subclasses__ __init__ __dict__ __code__ __getattribute__ __reduce__ __reduce_ex__ __setstate__");
  return names;
}

const Names& DoorsInModules() {
  static const Names names = Words(
      "testing distutils f2py ctypeslib _ctypeslib externals tests conftest npyio _npyio_impl computation "
      "cloudpickle os subprocess importlib");
  return names;
}

const Names& ForbiddenFunctions() {
  static const Names names = Words(
      "eval exec execfile compile open system popen popen2 spawn spawnl spawnv fork execv execve execl getattr "
      "setattr delattr __import__ import_module load loads load_module runstring rundocs run_module run_path "
      "check_call check_output Popen call run getoutput read_pickle to_pickle fromfile tofile loadtxt genfromtxt "
      "fromregex savetxt save savez read_csv read_html read_json read_xml read_sql read_table read_excel "
      "read_hdf read_parquet dump dumps load_library urlopen urlretrieve attrgetter methodcaller itemgetter "
      "remove unlink rmtree makedirs DataSource exec_command exec_mod_from_location CDLL cdll breakpoint");
  return names;
}

}  // namespace scoreway::pickle
