// The binary format that XGBoost wrote up to 2.x and all that 0.x had, little-endian, as the fields lie in memory:
//
//   ["binf"] learner: float32 base_score, u32 num_feature, i32 num_class, i32 has_attributes, i32 has_metrics,
//            u32 major, u32 minor (0 before 1.0), u32 num_target, ... 136 bytes in all
//   text objective, text booster            text: u64 length, bytes
//   gbtree:  i32 num_trees, i32 num_parallel_tree (before 1.0: number of roots), ... 160 bytes; the trees; i32
//   group[num_trees]
//     tree:  i32 roots, i32 nodes, i32 deleted, i32 depth, u32 features, i32 leaf vector, ... 148 bytes;
//            node[nodes] of 20 bytes: i32 parent, i32 left, i32 right, u32 feature with the top bit for default left,
//            float32 condition or leaf; statistics[nodes] of 16 bytes: float32 loss change, float32 hessian, ...
//   dart:    as gbtree, then u64 count, float32 weights[count]
//   gblinear: 136 bytes, then u64 count, float32 weights[count]
//   if has_attributes: u64 count, (text key, text value)[count]
//
// A pickled Booster of 1.0 to 1.2 is "CONFIG-offset:", i64 size of the model, the model, its configuration as JSON.

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "importers/boosters/xgboost_model.h"

namespace scoreway::boosters {
namespace {

constexpr std::string_view kMagic = "binf";
constexpr std::string_view kConfigMagic = "CONFIG-offset:";
constexpr size_t kLearnerBytes = 136;
constexpr size_t kGbtreeBytes = 160;
constexpr size_t kGblinearBytes = 136;
constexpr size_t kTreeBytes = 148;
constexpr size_t kNodeBytes = 20, kStatisticsBytes = 16;
constexpr uint64_t kNameBytesMax = 256;

// The first of the learner's fields.
struct LearnerFields {
  float base_score;
  uint32_t features;
  int32_t classes;
  int32_t has_attributes;
  int32_t has_metrics;
  uint32_t major;
  uint32_t minor;
  uint32_t targets;
};

bool IsBooster(std::string_view name) { return name == "gbtree" || name == "dart" || name == "gblinear"; }

class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes, bool with_splits = false) : in_(bytes), with_splits_(with_splits) {}

  Result<XgboostModel> Read() {
    SCOREWAY_RETURN_IF_ERROR(ReadLearner());
    if (!IsBooster(model_.booster)) return Error{Code::kCorrupt, "this is no model of XGBoost", {}};
    if (model_.booster == "gblinear") {
      SCOREWAY_RETURN_IF_ERROR(Skip(kGblinearBytes));
      SCOREWAY_RETURN_IF_ERROR(ReadFloats(&model_.linear_weights));
    } else {
      SCOREWAY_RETURN_IF_ERROR(ReadTrees());
    }
    if (has_attributes_) SCOREWAY_RETURN_IF_ERROR(ReadAttributes());
    return std::move(model_);
  }

  // Whether the learner and the names look right.
  bool LooksRight() { return ReadLearner().ok() && IsBooster(model_.booster) && !model_.objective.empty(); }

 private:
  Status ReadLearner() {
    std::string_view fields;
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(kLearnerBytes, &fields));
    LearnerFields learner;
    std::memcpy(&learner, fields.data(), sizeof(learner));
    if (learner.classes < 0 || learner.major > 2) return Status(Code::kCorrupt, "this is no model of XGBoost");
    model_.base_score = {learner.base_score};
    model_.base_is_margin = learner.major == 0;
    model_.version = {static_cast<int32_t>(learner.major), static_cast<int32_t>(std::min<uint32_t>(learner.minor, 999)),
                      0};
    model_.features = learner.features;
    model_.classes = learner.classes;
    // Since 1.6; earlier the field is among the reserved ones.
    model_.targets = model_.AtLeast(1, 6) ? std::min<uint32_t>(learner.targets, INT32_MAX) : 1;
    has_attributes_ = learner.has_attributes != 0;
    SCOREWAY_RETURN_IF_ERROR(ReadObjective());
    return ReadText(&model_.booster, kNameBytesMax);
  }

  // Of very old models four more bytes lie between the learner and the length of the name.
  Status ReadObjective() {
    uint64_t length = 0;
    SCOREWAY_RETURN_IF_ERROR(in_.Read(&length));
    if (length >= UINT32_MAX) {
      int32_t gap = 0;
      SCOREWAY_RETURN_IF_ERROR(in_.Read(&gap));
      length >>= 32;
    }
    return ReadTextOf(length, &model_.objective, kNameBytesMax);
  }

  Status ReadText(std::string* text, uint64_t length_max) {
    uint64_t length = 0;
    SCOREWAY_RETURN_IF_ERROR(in_.Read(&length));
    return ReadTextOf(length, text, length_max);
  }

  Status ReadTextOf(uint64_t length, std::string* text, uint64_t length_max) {
    if (length > length_max) return Status(Code::kCorrupt, "a text is too long", Offset());
    std::string_view view;
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(length, &view));
    text->assign(view);
    return {};
  }

  Status ReadTrees() {
    std::string_view fields;
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(kGbtreeBytes, &fields));
    ByteReader gbtree(fields);
    int32_t count = 0, parallel = 0;
    SCOREWAY_RETURN_IF_ERROR(gbtree.Read(&count));
    SCOREWAY_RETURN_IF_ERROR(gbtree.Read(&parallel));
    if (count < 0 || static_cast<size_t>(count) > in_.remaining() / kTreeBytes) {
      return Status(Code::kCorrupt, "the number of trees is impossible", Offset());
    }
    if (model_.AtLeast(1, 0)) model_.parallel_trees = std::max(parallel, 1);
    model_.trees.Reserve(in_.remaining() / (kNodeBytes + kStatisticsBytes));
    for (int32_t t = 0; t < count; ++t) {
      Status status = ReadTree();
      if (status.ok()) status = model_.trees.Add(tree_);
      if (status.ok() && with_splits_) status = AppendSplits(tree_, &model_.splits);
      if (!status.ok()) return AtPlace("tree " + std::to_string(t), std::move(status).error());
    }
    for (int32_t t = 0; t < count; ++t) {
      int32_t group = 0;
      SCOREWAY_RETURN_IF_ERROR(in_.Read(&group));
      model_.tree_groups.push_back(group);
    }
    if (model_.booster != "dart" || count == 0) return {};
    return ReadFloats(&model_.tree_weights);
  }

  Status ReadTree() {
    std::string_view fields;
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(kTreeBytes, &fields));
    ByteReader parameters(fields);
    int32_t roots = 0, nodes = 0;
    SCOREWAY_RETURN_IF_ERROR(parameters.Read(&roots));
    SCOREWAY_RETURN_IF_ERROR(parameters.Read(&nodes));
    if (roots != 1) return Status(Code::kUnsupported, "a tree of several roots");
    if (nodes <= 0 || static_cast<size_t>(nodes) > in_.remaining() / (kNodeBytes + kStatisticsBytes)) {
      return Status(Code::kCorrupt, "the number of nodes is impossible", Offset());
    }
    std::string_view bytes;
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(static_cast<uint64_t>(nodes) * kNodeBytes, &bytes));
    ByteReader node(bytes);
    tree_.Clear();
    for (int32_t i = 0; i < nodes; ++i) {
      int32_t parent = 0, left = 0, right = 0;
      uint32_t feature = 0;
      float condition = 0;
      // All within the view.
      (void)node.Read(&parent), (void)node.Read(&left), (void)node.Read(&right);
      (void)node.Read(&feature), (void)node.Read(&condition);
      tree_.left.push_back(left);
      tree_.right.push_back(right);
      tree_.feature.push_back(feature & 0x7FFFFFFFU);
      tree_.default_left.push_back(feature >> 31 != 0);
      tree_.condition.push_back(condition);
    }
    SCOREWAY_RETURN_IF_ERROR(in_.ReadView(static_cast<uint64_t>(nodes) * kStatisticsBytes, &bytes));
    for (int32_t i = 0; with_splits_ && i < nodes; ++i) {
      ByteReader statistics(bytes.substr(static_cast<size_t>(i) * kStatisticsBytes, kStatisticsBytes));
      (void)statistics.Read(&tree_.loss_changes.emplace_back());
      (void)statistics.Read(&tree_.sum_hessian.emplace_back());
    }
    return {};
  }

  Status ReadAttributes() {
    uint64_t count = 0;
    SCOREWAY_RETURN_IF_ERROR(in_.Read(&count));
    if (count > in_.remaining() / (2 * sizeof(uint64_t))) {
      return Status(Code::kCorrupt, "the number of attributes is impossible", Offset());
    }
    for (uint64_t i = 0; i < count; ++i) {
      std::string key, value;
      SCOREWAY_RETURN_IF_ERROR(ReadText(&key, in_.remaining()));
      SCOREWAY_RETURN_IF_ERROR(ReadText(&value, in_.remaining()));
      model_.attributes[std::move(key)] = std::move(value);
    }
    return {};
  }

  Status ReadFloats(std::vector<float>* numbers) {
    uint64_t count = 0;
    SCOREWAY_RETURN_IF_ERROR(in_.Read(&count));
    if (count > in_.remaining() / sizeof(float)) return Status(Code::kCorrupt, "truncated", Offset());
    numbers->resize(count);
    for (float& number : *numbers) SCOREWAY_RETURN_IF_ERROR(in_.Read(&number));
    return {};
  }

  Status Skip(uint64_t bytes) {
    std::string_view view;
    return in_.ReadView(bytes, &view);
  }

  std::string Offset() const { return "offset " + std::to_string(in_.offset()); }

  ByteReader in_;
  bool with_splits_;
  XgboostModel model_;
  bool has_attributes_ = false;
  XgboostTree tree_;
};

// The model itself, without what comes before or after it.
Result<std::string_view> Unwrap(std::string_view bytes) {
  if (bytes.starts_with(kConfigMagic)) {
    ByteReader reader(bytes.substr(kConfigMagic.size()));
    int64_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&size));
    std::string_view model;
    if (size < 0) return Error{Code::kCorrupt, "the size of the model is negative", {}};
    SCOREWAY_RETURN_IF_ERROR(reader.ReadView(static_cast<uint64_t>(size), &model));
    bytes = model;
  }
  if (bytes.starts_with("bs64")) {
    return Error{
        Code::kUnsupported, "unsupported: a model of XGBoost in base 64; save it again with a newer version", {}};
  }
  if (bytes.starts_with(kMagic)) bytes.remove_prefix(kMagic.size());
  return bytes;
}

}  // namespace

bool LooksLikeXgboostBinary(std::string_view bytes) {
  if (bytes.starts_with(kConfigMagic) || bytes.starts_with("bs64")) return true;
  const Result<std::string_view> model = Unwrap(bytes);
  return model.ok() && BinaryReader(*model).LooksRight();
}

Result<XgboostModel> ReadXgboostBinary(std::string_view bytes, bool with_splits) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view model, Unwrap(bytes));
  return BinaryReader(model, with_splits).Read();
}

}  // namespace scoreway::boosters
