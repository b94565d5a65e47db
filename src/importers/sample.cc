#include "importers/sample.h"

#include "importers/pmml/pmml_importer.h"
#include "importers/pmml/verification.h"

namespace scoreway {

Result<std::optional<ModelSample>> ReadSample(std::string_view artifact) {
  if (!pmml::LooksLikePmml(artifact)) return std::optional<ModelSample>();
  SCOREWAY_ASSIGN_OR_RETURN(auto verification, pmml::ReadVerification(artifact));
  if (!verification) return std::optional<ModelSample>();
  return std::optional(ModelSample{std::move(verification->rows), std::move(verification->expected),
                                   verification->precision, verification->zero_threshold});
}

}  // namespace scoreway
