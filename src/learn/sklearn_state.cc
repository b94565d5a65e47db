#include "learn/sklearn_state.h"

#include <algorithm>

#include "importers/pickle/joblib.h"
#include "importers/pickle/refuse.h"
#include "importers/sklearn/object.h"
#include "learn/estimators.h"

namespace scoreway::learn {
namespace {

using sklearn::Object;

// What is taken of every kind, where it is there. Names are scikit-learn's own.
constexpr std::string_view kAttributes[] = {
    // settings
    "C",
    "alpha",
    "average",
    "batch_size",
    "beta_1",
    "beta_2",
    "class_prior",
    "class_weight",
    "early_stopping",
    "epsilon",
    "eta0",
    "feature_range",
    "fit_intercept",
    "fit_prior",
    "force_alpha",
    "l1_ratio",
    "learning_rate",
    "learning_rate_init",
    "loss",
    "momentum",
    "n_iter_no_change",
    "nesterovs_momentum",
    "norm",
    "penalty",
    "power_t",
    "priors",
    "random_state",
    "reassignment_ratio",
    "shuffle",
    "solver",
    "tol",
    "var_smoothing",
    "whiten",
    "with_mean",
    "with_std",
    "activation",
    "out_activation_",
    // what was learned
    "_average_coef",
    "_average_intercept",
    "_batch_size",
    "_counts",
    "_expanded_class_weight",
    "_n_since_last_reassign",
    "_no_improvement_count",
    "_standard_coef",
    "_standard_intercept",
    "best_loss_",
    "class_count_",
    "class_prior_",
    "classes_",
    "cluster_centers_",
    "coef_",
    "components_",
    "data_max_",
    "data_min_",
    "epsilon_",
    "explained_variance_",
    "feature_count_",
    "intercept_",
    "max_abs_",
    "mean_",
    "n_samples_seen_",
    "sigma_",
    "singular_values_",
    "t_",
    "theta_",
    "var_",
};

// Steps whose results scipy keeps sparse, and steps that leave them so.
constexpr std::string_view kSparseMakers[] = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer",
                                              "FeatureHasher"};
constexpr std::string_view kSparseKeepers[] = {"TfidfTransformer", "MaxAbsScaler",     "Normalizer",
                                               "SelectKBest",      "SelectPercentile", "VarianceThreshold",
                                               "SelectFromModel",  "SelectFpr",        "SelectFdr"};

bool IsIn(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether a step gives sparse rows, when it was given such or not.
bool GivesSparse(const Object& step, bool sparse) {
  const std::string name = step.short_name();
  if (IsIn(kSparseMakers, name)) return true;
  if (name == "DictVectorizer") return step.BoolOr("sparse", true).ok() && *step.BoolOr("sparse", true);
  if (name == "OneHotEncoder") {
    const Result<bool> option = step.BoolOr(step.Get("sparse_output").exists() ? "sparse_output" : "sparse", true);
    return option.ok() && *option;
  }
  if (name == "ColumnTransformer") {
    const Result<bool> option = step.BoolOr("sparse_output_", false);
    return option.ok() && *option;
  }
  if (name == "StandardScaler") {
    const Result<bool> centred = step.BoolOr("with_mean", true);
    return sparse && centred.ok() && !*centred;
  }
  return sparse && IsIn(kSparseKeepers, name);
}

struct Found {
  Object estimator;
  bool sparse = false;
};

// Down to the estimator, with paths as the importer writes them.
Result<Found> FindEstimator(Object object) {
  constexpr int kDepthMax = 16;
  bool sparse = false;
  for (int depth = 0; depth < kDepthMax; ++depth) {
    if (const Object best = object.Get("best_estimator_"); best.is_instance()) {
      object = best;
      continue;
    }
    if (object.short_name() != "Pipeline") return Found{object, sparse};
    SCOREWAY_ASSIGN_OR_RETURN(const Object list, object.Want("steps"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> steps, list.Items());
    if (steps.empty()) return object.Corrupt("a pipeline without steps");
    for (const Object& step : steps) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, step.Items());
      if (parts.size() < 2) return step.Corrupt("a step is a name and an estimator");
      SCOREWAY_ASSIGN_OR_RETURN(const std::string name, parts[0].Text());
      if (&step != &steps.back()) {
        if (parts[1].is_instance()) sparse = GivesSparse(parts[1], sparse);
        continue;
      }
      object = Object(&parts[1].node(), list.path() + "['" + name + "']");
    }
  }
  return object.Corrupt("estimators nest too deep");
}

Status RefuseFloat32(const LearnerState& state, const Object& attribute) {
  if (!attribute.is_array()) return {};
  const pickle::DType& type = (*attribute.node().AsArray())->dtype();
  if (type.kind != 'f' || type.itemsize == 8) return {};
  return Status(Unsupported(state, "it was fitted on " + type.ToString() + "; its library goes on in that precision"));
}

// The words of a RandomState and the place in them; nothing if it draws from something else.
std::vector<double> RandomWords(const Object& random) {
  const Object generator = random.Get("state");
  const Result<sklearn::Matrix> words = generator.Numbers("key");
  const Result<double> place = generator.Number("pos");
  if (!words.ok() || !place.ok()) return {};
  std::vector<double> state = words->values;
  state.push_back(*place);
  return state;
}

Status ReadAttribute(const Object& attribute, std::string_view name, LearnerState* state) {
  if (!attribute.has_value()) return {};
  if (name == "classes_") {
    SCOREWAY_ASSIGN_OR_RETURN(sklearn::Labels labels, attribute.ReadLabels());
    if (labels.missing_at) return Status(Unsupported(*state, "a missing class"));
    state->Set("classes_type", std::string(TypeName(labels.type)));
    if (labels.type == Type::kString) {
      state->texts["classes_"] = std::move(labels.texts);
    } else {
      state->numbers["classes_"] = std::move(labels.numbers);
    }
    return {};
  }
  if (attribute.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(state->texts[std::string(name)].emplace_back(), attribute.Text());
    return {};
  }
  if (attribute.is_dict() && name == "class_weight") return {};  // _expanded_class_weight has it in order
  if (attribute.is_instance() || attribute.is_dict()) {
    return Status(Unsupported(*state, std::string(name) + " is " + attribute.node().Describe()));
  }
  SCOREWAY_RETURN_IF_ERROR(RefuseFloat32(*state, attribute));
  SCOREWAY_ASSIGN_OR_RETURN(sklearn::Matrix numbers, attribute.Numbers());
  state->numbers[std::string(name)] = std::move(numbers.values);
  return {};
}

// Lists of arrays, one after the other.
Status ReadLayers(const Object& list, std::string name, LearnerState* state) {
  if (!list.has_value()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> arrays, list.Items());
  std::vector<double>& flat = state->numbers[std::move(name)];
  for (const Object& array : arrays) {
    SCOREWAY_RETURN_IF_ERROR(RefuseFloat32(*state, array));
    SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix numbers, array.Numbers());
    flat.insert(flat.end(), numbers.values.begin(), numbers.values.end());
  }
  return {};
}

// What only a multi-layer perceptron has.
Status ReadPerceptron(const Object& estimator, LearnerState* state) {
  for (const std::string_view name : {"coefs_", "intercepts_"}) {
    SCOREWAY_RETURN_IF_ERROR(ReadLayers(estimator.Get(name), std::string(name), state));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> biases, estimator.Items("intercepts_"));
  std::vector<double>& sizes = state->numbers["layer_sizes"];
  for (const Object& bias : biases) {
    SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix numbers, bias.Numbers());
    sizes.push_back(static_cast<double>(numbers.size()));
  }
  const Object optimizer = estimator.Get("_optimizer");
  if (!optimizer.is_instance()) return Status(Unsupported(*state, "it keeps no optimizer, as solver 'lbfgs' has none"));
  for (const std::string_view name : {"learning_rate", "t"}) {
    SCOREWAY_RETURN_IF_ERROR(ReadAttribute(optimizer.Get(name), "optimizer." + std::string(name), state));
  }
  for (const std::string_view name : {"ms", "vs", "velocities"}) {
    SCOREWAY_RETURN_IF_ERROR(ReadLayers(optimizer.Get(name), "optimizer." + std::string(name), state));
  }
  if (const Object binarizer = estimator.Get("_label_binarizer"); binarizer.is_instance()) {
    SCOREWAY_RETURN_IF_ERROR(ReadAttribute(binarizer.Get("classes_"), "classes_", state));
  }
  return {};
}

// Which array intercept_ is (sgd_estimators.cc).
double InterceptAlias(const Object& estimator) {
  const Object intercept = estimator.Get("intercept_");
  const auto is = [&](std::string_view name) {
    const Object other = estimator.Get(name);
    return intercept.exists() && other.exists() && &other.node() == &intercept.node();
  };
  if (is("_standard_intercept")) return 1;
  return is("_average_intercept") ? 2 : 0;
}

}  // namespace

Result<LearnerState> ReadSklearnState(std::string_view artifact) {
  SCOREWAY_ASSIGN_OR_RETURN(const pickle::Document document, pickle::ParseSaved(artifact));
  SCOREWAY_RETURN_IF_ERROR(pickle::RefuseForbiddenGlobals(document));
  SCOREWAY_ASSIGN_OR_RETURN(const Found found, FindEstimator(Object(&document.root(), "")));
  LearnerState state;
  state.kind = found.estimator.public_name();
  state.place = found.estimator.path();
  SCOREWAY_ASSIGN_OR_RETURN(state.version, found.estimator.TextOr("_sklearn_version", ""));
  const std::vector<std::string_view> kinds = EstimatorKinds();
  if (!IsIn(kinds, state.kind)) return Unsupported(state, "this estimator does not learn on");
  state.Set("sparse", found.sparse ? 1 : 0);
  for (const std::string_view name : kAttributes) {
    SCOREWAY_RETURN_IF_ERROR(ReadAttribute(found.estimator.Get(name), name, &state));
  }
  if (const Object random = found.estimator.Get("_random_state"); random.is_instance()) {
    if (std::vector<double> words = RandomWords(random); !words.empty()) state.Set("_random_state", std::move(words));
  }
  state.Set("intercept_alias", InterceptAlias(found.estimator));
  if (state.kind.starts_with("sklearn.neural_network."))
    SCOREWAY_RETURN_IF_ERROR(ReadPerceptron(found.estimator, &state));
  return state;
}

}  // namespace scoreway::learn
