// ClusteringModel, of clusters by their centres.

#include "importers/pmml/comparison_measure.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/number_array.h"
#include "importers/pmml/ranking.h"

namespace scoreway::pmml {
namespace {

struct Clusters {
  std::vector<std::string> ids, names;
  std::vector<double> centres;  // a number a field, cluster after cluster
};

Result<Clusters> ReadClusters(Context& context, const Element& model, size_t field_count) {
  Clusters clusters;
  for (const Element& cluster : model.Children("Cluster")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> centre, ReadNumbers(context, cluster, field_count));
    clusters.centres.insert(clusters.centres.end(), centre.begin(), centre.end());
    // A cluster without an id has its number, from 1.
    const std::string number = std::to_string(clusters.ids.size() + 1);
    clusters.ids.emplace_back(cluster.Attribute("id", number));
    clusters.names.emplace_back(cluster.Attribute("name", ""));
  }
  if (clusters.ids.empty()) return Context::Corrupt(model, "it has no Cluster");
  return clusters;
}

Status RefuseOtherKinds(ModelScope& scope) {
  Context& context = scope.context();
  const Element& model = scope.model();
  if (scope.function() != MiningFunction::kClustering) {
    return Status(Context::Corrupt(model, "a ClusteringModel does not have this functionName"));
  }
  const std::string_view model_class = model.Attribute("modelClass", "centerBased");
  if (model_class != "centerBased") {
    return Status(context.Unsupported(model, "modelClass " + std::string(model_class)));
  }
  if (const Element fields = model.Child("CenterFields")) {
    return Status(context.Unsupported(fields, "centres over other fields than the ClusteringFields"));
  }
  return {};
}

}  // namespace

Result<Prediction> LowerClusteringModel(ModelScope& scope) {
  SCOREWAY_RETURN_IF_ERROR(RefuseOtherKinds(scope));
  const Element& model = scope.model();
  std::vector<Element> fields;
  std::vector<ValueId> cells;
  for (const Element& field : model.Children("ClusteringField")) {
    if (field.Attribute("isCenterField", "true") == "false") continue;
    Emit emit(scope.context(), field);
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.FieldOf(field));
    SCOREWAY_ASSIGN_OR_RETURN(cells.emplace_back(), emit.AsNumber(cell));
    fields.push_back(field);
  }
  if (fields.empty()) return Context::Corrupt(model, "it has no ClusteringField");
  SCOREWAY_ASSIGN_OR_RETURN(const Clusters clusters, ReadClusters(scope.context(), model, fields.size()));
  std::vector<double> presence_weights(fields.size(), 1);
  if (const Element weights = model.Child("MissingValueWeights")) {
    SCOREWAY_ASSIGN_OR_RETURN(presence_weights, ReadNumbers(scope.context(), weights, fields.size()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ComparisonMeasure measure, ComparisonMeasure::Read(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId affinities,
                            measure.Lower(scope, fields, cells, clusters.centres, presence_weights));
  Emit emit(scope.context(), model);
  SCOREWAY_ASSIGN_OR_RETURN(const size_t ranks, RanksWanted(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const Ranking ranking, RankColumns(emit, affinities, ranks, measure.is_similarity()));
  Prediction prediction;
  for (size_t i = 0; i < ranking.indices.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.ranked_entities.emplace_back(),
                              TextOf(emit, clusters.ids, ranking.indices[i]));
    prediction.ranked_affinities.emplace_back().value = ranking.numbers[i];
  }
  const ValueId winner = ranking.indices[0];
  SCOREWAY_ASSIGN_OR_RETURN(prediction.display_value, TextOf(emit, clusters.names, winner));
  prediction.value = prediction.entity_id = prediction.ranked_entities[0];
  prediction.entity_affinity = prediction.ranked_affinities[0];
  // A model around it may let clusterings vote.
  prediction.classes = clusters.ids;
  prediction.codes = winner;
  prediction.complete = true;
  prediction.affinities = EntityNumbers{clusters.ids, affinities};
  return prediction;
}

}  // namespace scoreway::pmml
