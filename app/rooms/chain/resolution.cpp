#include "app/rooms/chain/resolution.h"

namespace poolglass::chain {

Resolution resolution(const network::LayerFigures& figures) {
  const int64_t h = figures.height(), w = figures.width();
  if (h >= 0 && w >= 0) return {{h, w, 0, 0}, h == 1 && w == 1};
  const bool local = figures.rows.state == network::FieldState::kLocal &&
                     figures.columns.state == network::FieldState::kLocal;
  if (!local) return {{}, true};
  const network::Ratio rows = figures.rows.jump(), columns = figures.columns.jump();
  return {{rows.numerator, rows.denominator, columns.numerator, columns.denominator}, false};
}

}  // namespace poolglass::chain
