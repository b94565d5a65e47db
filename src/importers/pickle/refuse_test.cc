#include "importers/pickle/refuse.h"

#include <algorithm>

#include "importers/pickle/pickle_files_test.h"

namespace scoreway::pickle {
namespace {

struct Name {
  const char* module;
  const char* name;
};

TEST(JudgeGlobal, KnowsWhatModelsAreMadeOf) {
  const Name kNames[] = {
      {"sklearn.linear_model._logistic", "LogisticRegression"},
      {"sklearn.tree._tree", "Tree"},
      {"sklearn._loss._loss", "__pyx_unpickle_CyHalfMultinomialLoss"},
      {"_loss", "CyHalfSquaredError"},
      {"numpy", "ndarray"},
      {"numpy.core.multiarray", "_reconstruct"},
      {"numpy._core._multiarray_umath", "log1p"},
      {"numpy.random._pickle", "__randomstate_ctor"},
      {"scipy.sparse._csr", "csr_matrix"},
      {"joblib.numpy_pickle", "NumpyArrayWrapper"},
      {"sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"},
      {"tpot.builtins.stacking_estimator", "StackingEstimator"},
      {"functools", "partial"},
      {"collections", "OrderedDict"},
      {"copy_reg", "_reconstructor"},
      {"builtins", "slice"},
      {"__builtin__", "object"},
      {"datetime", "datetime"},
      {"pandas.arrays", "ArrowStringArray"},
      {"pyarrow.lib", "type_for_alias"},
      {"re", "_compile"},
  };
  for (const Name& each : kNames) {
    EXPECT_EQ(JudgeGlobal(each.module, each.name), GlobalVerdict::kKnown) << each.module << " " << each.name;
  }
}

TEST(JudgeGlobal, ForbidsWhatRunsOrReachesOutside) {
  const Name kNames[] = {
      {"os", "system"},
      {"posix", "system"},
      {"nt", "system"},
      {"subprocess", "Popen"},
      {"builtins", "eval"},
      {"builtins", "getattr"},
      {"builtins", "__import__"},
      {"__builtin__", "execfile"},
      {"__builtin__", "apply"},
      {"sys", "modules"},
      {"importlib", "import_module"},
      {"runpy", "run_path"},
      {"socket", "socket"},
      {"ctypes", "CDLL"},
      {"pty", "spawn"},
      {"shutil", "rmtree"},
      {"webbrowser", "open"},
      {"operator", "attrgetter"},
      {"functools", "reduce"},
      {"types", "FunctionType"},
      {"pickle", "loads"},
      {"_pickle", "loads"},
      {"timeit", "timeit"},
      {"pip._internal", "main"},
      {"torch.serialization", "load"},
      {"pydoc", "pipepager"},
      {"_frozen_importlib", "_gcd_import"},
      {"asyncio.subprocess", "create_subprocess_shell"},
      {"numpy.testing._private.utils", "runstring"},
      {"numpy", "load"},
      {"numpy", "f2py.os.system"},
      {"numpy.ctypeslib", "load_library"},
      {"joblib", "load"},
      {"joblib.externals.loky", "get_reusable_executor"},
      {"pandas", "read_pickle"},
      {"pandas.io.common", "os.system"},
      {"sklearn.utils", "os.system"},
      {"sklearn.base", "BaseEstimator.__init__.__globals__"},
      {"collections", "_sys.modules.os"},
      {"mycompany.tools", "sys.exit"},
  };
  for (const Name& each : kNames) {
    EXPECT_EQ(JudgeGlobal(each.module, each.name), GlobalVerdict::kForbidden) << each.module << " " << each.name;
  }
}

Status Judge(const std::string& bytes) { return RefuseForbiddenGlobals(MustParse(bytes)); }

TEST(RefuseForbiddenGlobals, NamesTheGlobalAndItsPlace) {
  // An otherwise good model with os.system("x") in an attribute.
  Status status = Judge(
      "\x80\x04"
      "csklearn.linear_model._logistic\nLogisticRegression\n)\x81}\x8c\x01"
      "CG\x3f\xf0\x01\x01\x01\x01\x01\x01s\x8c\x06"
      "extra_cos\nsystem\n\x8c\x01x\x85Rsb.");
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_EQ(status.ToString(),
            "extra_: forbidden global os.system: no saved model needs it, and loading it could run code");
}

TEST(RefuseForbiddenGlobals, FindsWhatTheTreeNoLongerHolds) {
  EXPECT_EQ(Judge("\x80\x04"
                  "cos\nsystem\n\x8c\x01x\x85R0N.")
                .ToString(),
            "offset 13: forbidden global os.system: no saved model needs it, and loading it could run code");
}

TEST(RefuseForbiddenGlobals, SeesEveryWayToCall) {
  const char* const kPickles[] = {
      "\x80\x02(cos\nsystem\nU\x01xo.",  // OBJ
      "(S'x'\nios\nsystem\n.",           // INST
      "\x80\x02"
      "cos\nsystem\nU\x01x\x85\x81.",                 // NEWOBJ
      "\x80\x04\x8c\x02os\x8c\x06system\x93)}\x92.",  // STACK_GLOBAL, NEWOBJ_EX
      "\x80\x02"
      "cos\nsystem\n.",                           // named only
      "\x80\x02]cos\nsystem\n\x85\x85\x85\x61.",  // deep in containers
  };
  for (const char* bytes : kPickles) EXPECT_EQ(Judge(bytes).code(), Code::kPermissionDenied) << bytes;
}

TEST(RefuseForbiddenGlobals, LetsUnknownClassesPassButNotCallsOfUnknownFunctions) {
  EXPECT_TRUE(Judge("\x80\x02"
                    "cmycompany.scoring\nScorer\n)\x81}b.")
                  .ok());
  EXPECT_TRUE(Judge("\x80\x02"
                    "cmycompany.scoring\nmy_scorer\n.")
                  .ok());
  Status status = Judge(
      "\x80\x02"
      "cmycompany.scoring\nmake_model\n)R.");
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_EQ(status.error().message, "unknown function mycompany.scoring.make_model would have been called");
}

TEST(RefuseForbiddenGlobals, NamesCodeSavedByValueUnlessThereIsWorse) {
  const std::string function =
      "\x80\x02}U\x04"
      "funcccloudpickle.cloudpickle\n_make_function\n)Rs";
  Status status = Judge(function + ".");
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_EQ(status.ToString(),
            "['func']: unsupported: code saved by value (cloudpickle.cloudpickle._make_function): use a function of an "
            "importable module");
  EXPECT_EQ(Judge(function + "U\x01xcos\nsystem\ns.").code(), Code::kPermissionDenied);
}

TEST(JudgeGlobal, LeavesOtherPackagesToTheImporter) {
  EXPECT_EQ(JudgeGlobal("mycompany.scoring", "Scorer"), GlobalVerdict::kUnknown);
  EXPECT_EQ(JudgeGlobal("torch.nn.modules.linear", "Linear"), GlobalVerdict::kUnknown);
  EXPECT_EQ(JudgeGlobal("__main__", "MyTransformer"), GlobalVerdict::kUnknown);
}

TEST(RefuseForbiddenGlobals, PassesRealArrays) {
  for (const char* name : {"arrays_p2.pkl", "arrays_p5.pkl", "arrays.joblib", "plain_p4.pkl"}) {
    EXPECT_TRUE(RefuseForbiddenGlobals(MustParseFile(name)).ok()) << name;
  }
}

}  // namespace
}  // namespace scoreway::pickle
