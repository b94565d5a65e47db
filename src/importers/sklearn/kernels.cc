#include "importers/sklearn/kernels.h"

#include <algorithm>
#include <iterator>

namespace scoreway::sklearn {
namespace {

constexpr std::pair<std::string_view, op::Similarity> kKernels[] = {
    {"linear", op::Similarity::kLinear},
    {"poly", op::Similarity::kPolynomial},
    {"polynomial", op::Similarity::kPolynomial},
    {"sigmoid", op::Similarity::kSigmoid},
    {"rbf", op::Similarity::kRbf},
    {"laplacian", op::Similarity::kLaplacian},
    {"cosine", op::Similarity::kCosine},
    {"chi2", op::Similarity::kChi2},
    {"additive_chi2", op::Similarity::kAdditiveChi2},
};

// Arguments of a kernel that a dict holds, kernel_params of some estimators.
Status ReadArguments(Context& context, const Object& arguments, KernelSettings* settings) {
  if (!arguments.has_value()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, arguments.Entries());
  for (const auto& [name, value] : entries) {
    if (value.is_none()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const double number, value.Number());
    if (name == "gamma") {
      settings->gamma = number;
    } else if (name == "coef0") {
      settings->offset = number;
    } else if (name == "degree") {
      settings->degree = number;
    } else {
      return Status(context.Unsupported(arguments, "the argument '" + name + "' of a kernel"));
    }
  }
  return {};
}

}  // namespace

Result<KernelSettings> ReadKernel(Context& context, const Object& estimator, const Object& kernel,
                                  const Object& arguments) {
  if (!kernel.is_text()) return context.Unsupported(estimator, "a kernel of the user's own");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, kernel.Text());
  KernelSettings settings;
  const auto* found = std::find_if(std::begin(kKernels), std::end(kKernels),
                                   [&name](const auto& known) { return known.first == name; });
  if (found == std::end(kKernels)) return context.Unsupported(estimator, "the kernel '" + name + "'");
  settings.similarity = found->second;
  // The chi-squared kernel has a default of its own.
  if (settings.similarity == op::Similarity::kChi2) settings.gamma = 1;
  if (const Object gamma = estimator.GetFirst({"gamma_", "gamma"}); gamma.is_number()) {
    SCOREWAY_ASSIGN_OR_RETURN(settings.gamma, gamma.Number());
  }
  SCOREWAY_ASSIGN_OR_RETURN(settings.offset, estimator.NumberOr("coef0", 1));
  SCOREWAY_ASSIGN_OR_RETURN(settings.degree, estimator.NumberOr("degree", 3));
  SCOREWAY_RETURN_IF_ERROR(ReadArguments(context, arguments, &settings));
  return settings;
}

Result<ValueId> AddKernel(Context& context, const Object& origin, const KernelSettings& settings,
                          std::vector<double> points, ValueId value) {
  op::KernelMatrix kernel{.similarity = settings.similarity, .scale = {}, .points = std::move(points)};
  kernel.gamma = settings.gamma.value_or(1.0 / context.width(value));
  kernel.offset = settings.offset;
  kernel.degree = settings.degree;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(kernel.points.size() * sizeof(double), origin));
  return context.Add(std::move(kernel), {value}, origin);
}

}  // namespace scoreway::sklearn
