// Lists to the text of their items.

#include <vector>

#include "base/number_text.h"
#include "data/list_text.h"
#include "score/kernels/arena_text.h"
#include "score/kernels/cell_error.h"
#include "score/kernels/item_text.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class ListItemsKernel final : public OperatorKernel<op::ListItems> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    thread_local std::vector<ListItem> items;
    thread_local std::string text;
    std::string_view* out = Output(tile).texts;
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view list = Input(tile).texts[r];
      if (list.data() == nullptr) {
        out[r] = {};
        continue;
      }
      if (!ReadList(list, &items)) {
        return CellError(tile, r, {}, 0, ShownCell(list) + " is no list: a JSON array of texts or numbers is wanted");
      }
      text.clear();
      for (ListItem& item : items) {
        if (item.is_number != op_.numbers) return NoItem(tile, r, item.text);
        if (op_.numbers) Normalize(&item.text);
        if (!AppendItem(item.text, &text)) return NoItem(tile, r, item.text);
      }
      out[r] = KeepText(tile, text);
    }
    return {};
  }

 private:
  static void Normalize(std::string* text) {
    double number = 0;
    ParseDouble(*text, &number);  // which the list's reader has seen to be one
    text->clear();
    AppendShortest(number, text);
  }

  static Status NoItem(const Tile& tile, size_t row, std::string_view item) {
    return CellError(tile, row, {}, 0, ShownCell(item) + " is no item of such a list");
  }
};

}  // namespace

KernelResult MakeListItems(const KernelContext& context) { return KernelOf<ListItemsKernel>(context); }

}  // namespace scoreway
