#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "app/rooms/chain/brackets.h"
#include "app/rooms/chain/field_layout.h"
#include "app/rooms/chain/layout.h"
#include "app/rooms/format.h"
#include "core/chain/presets.h"

using namespace poolglass;
using namespace poolglass::chain;

namespace {

// JetBrains Mono: every character is 0.6 of the size wide; captions are 13/15 em.
float mono_width(const std::string& text, float em) {
  size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return static_cast<float>(characters) * 0.6f * em * 13 / 15;
}

constexpr float kClose = 8;  // zoom at which 60 columns hold their texts

struct Picture {
  std::vector<Block> blocks;
  std::vector<std::string> shapes;
  Diagram layout;
};

// backwards: the chain's blocks from the last to the first.
Picture picture_of(const Chain& chain, glm::vec2 size, float em, float zoom = 1, float left = 0,
                   bool backwards = false) {
  Picture picture;
  const ChainFigures figures = analyze(chain);
  DiagramRequest request;
  request.area = Rect::from_size({70, 60}, size);
  request.em = em;
  request.input = figures.input.output;
  for (const LayerFigures& layer : figures.layers) {
    picture.blocks.push_back({layer.output, layer.flat});
    picture.shapes.push_back(tight_shape_text(layer.output));
  }
  if (backwards) std::ranges::reverse(picture.blocks);
  request.blocks = picture.blocks;
  request.zoom = zoom;
  request.left = left;
  picture.layout = make_diagram(request);
  return picture;
}

Chain repeated(size_t count) {
  Chain chain{3, {64, 64}, {}};
  for (size_t i = 0; i < count; ++i) chain.layers.push_back(default_layer(LayerKind::kConv2d));
  return chain;
}

std::vector<Chain> all_chains() {
  std::vector<Chain> chains;
  for (const ChainPreset& preset : chain_presets()) chains.push_back(preset.make());
  for (const size_t count : {0, 1, 2, 60, 1000}) chains.push_back(repeated(count));
  return chains;
}

struct Screen {
  glm::vec2 size;
  float em;
};
const Screen kScreens[] = {{{924, 560}, 15}, {{1564, 920}, 15}, {{2204, 1280}, 15}, {{1848, 1120}, 30}};

}  // namespace

TEST_CASE("rows stand under each other, inside the area, at every size") {
  for (const Chain& chain : all_chains()) {
    for (const Screen& screen : kScreens) {
      CAPTURE(chain.layers.size());
      CAPTURE(screen.size.x);
      const Diagram l = picture_of(chain, screen.size, screen.em).layout;
      const Rect area = Rect::from_size({70, 60}, screen.size);
      CHECK(l.panel.max.x <= l.strip.min.x);
      CHECK(l.slabs.height() > 8 * screen.em);
      CHECK(l.overflow == 0);
      CHECK(l.panel.max.x <= l.gutter.min.x);
      CHECK(l.gutter.max.x <= l.strip.min.x);
      CHECK(l.slabs.height() >= screen.size.y / 3 - 1);
      const std::vector<Rect> rows = {l.legend,  l.slabs,   l.operations, l.labels,
                                      l.bars[0], l.bars[1], l.bars[2],    l.minimap};
      float y = area.min.y;
      for (const Rect& row : rows) {
        CHECK(row.min.y >= doctest::Approx(y));
        CHECK(row.min.x == l.strip.min.x);
        y = row.max.y;
      }
      CHECK(y <= area.max.y + 0.01f);
    }
  }
}

TEST_CASE("in a low window nothing is left out: the rows scroll, and the two squares stay equal") {
  const Chain lesson = chain_preset("lesson").value();
  for (float height = 900; height >= 100; height -= 50) {
    CAPTURE(height);
    const Picture p = picture_of(lesson, {924, height}, 15);
    const Diagram& l = p.layout;
    for (const Rect& bar : l.bars) CHECK(bar.height() >= 3 * 15);
    CHECK(l.slabs.height() >= (height >= 300 ? 7 * 15 : 4.5f * 15));
    CHECK(l.legend.height() > 0);
    CHECK(l.bars.back().max.y <= l.sight.max.y + l.overflow + 0.1f);
    CHECK((l.overflow == 0) == (height >= 450));
    DiagramRequest request{l.panel, 15, {1, 3, 64, 64}, p.blocks, 1, 0, 1e6f};
    request.area = Rect::from_size({70, 60}, {924, height});
    const Diagram end = make_diagram(request);
    CHECK(end.bars.back().max.y <= end.sight.max.y + 1);
    CHECK(l.input_square.size() == l.map_square.size());
    CHECK(l.input_square.width() == l.input_square.height());
    CHECK(l.input_square.min.x == l.map_square.min.x);
    CHECK(l.input_square.max.y <= l.map_square.min.y);
    if (height >= 150) CHECK(l.panel.inset(-0.1f).encloses(l.map_square));
  }
}

TEST_CASE("a chain opens whole; columns that hold operations say so, and their lines never meet") {
  for (const Chain& chain : all_chains()) {
    for (const Screen& screen : kScreens) {
      const Picture p = picture_of(chain, screen.size, screen.em);
      // All of a chain is in sight; columns that hold their texts say so.
      CHECK(p.layout.visible >= static_cast<float>(p.blocks.size()));
      if (p.blocks.size() <= 8) REQUIRE(p.layout.texts);
      if (!p.layout.texts) continue;
      CHECK(mono_width("conv 3×3", screen.em) < p.layout.pitch);
      for (size_t i = 0; i < p.blocks.size(); ++i) {
        CAPTURE(p.shapes[i]);
        for (int line = 0; line < kLabelLines; ++line) {
          const Rect mine = label_rect(p.layout, static_cast<double>(i), line);
          CHECK(p.layout.labels.inset(-0.1f).min.y <= mine.min.y);
          CHECK(mine.max.y <= p.layout.labels.max.y + 0.1f);
          if (i + 1 == p.blocks.size()) continue;
          CHECK(mine.max.x <= label_rect(p.layout, static_cast<double>(i + 1), line).min.x + 0.01f);
        }
      }
    }
  }
}

TEST_CASE("slabs keep to their columns and stand on the baseline; arrows are centred on their operations") {
  for (const Chain& chain : all_chains()) {
    for (const Screen& screen : kScreens) {
      const Picture p = picture_of(chain, screen.size, screen.em);
      for (size_t i = 0; i < p.blocks.size(); ++i) {
        const Slab s = slab(p.layout, p.blocks[i], static_cast<double>(i));
        CAPTURE(p.shapes[i]);
        const Rect column = column_rect(p.layout, static_cast<double>(i));
        CHECK(s.bounds().min.x >= column.min.x - 0.01f);
        CHECK(s.bounds().max.x <= column.max.x + 0.01f);
        CHECK(s.front.max.y == doctest::Approx(p.layout.baseline()));
        CHECK(s.bounds().min.y >= p.layout.slabs.min.y - 0.01f);
        CHECK(s.front.width() > 0);
        if (!p.layout.texts) continue;
        CHECK(s.front.width() > 0.3f * screen.em);
        const Gap gap = operation_arrow(p.layout, static_cast<double>(i));
        CHECK(gap.to.x - gap.from.x >= 0.9f * screen.em);
        const Rect operation = operation_rect(p.layout, static_cast<double>(i));
        CHECK((gap.from.x + gap.to.x) / 2 == doctest::Approx(operation.centre().x));
        CHECK(operation.encloses(Rect{gap.from, gap.to + glm::vec2(0, 1)}));
      }
    }
  }
}

TEST_CASE("a slab's height follows the square root of its side, its width the logarithm of its channels") {
  const Picture p = picture_of(chain_preset("lesson").value(), {1564, 920}, 15);
  const auto front = [&](size_t i) { return slab(p.layout, p.blocks[i], static_cast<double>(i)).front; };
  CHECK(front(0).height() / front(7).height() == doctest::Approx(4.0));  // 64 against 4
  const float doubling = front(2).width() - front(0).width();
  CHECK(doubling > 1);
  CHECK(front(4).width() - front(2).width() == doctest::Approx(doubling));
  // Of a plane that is not square the height follows the rows, the depth the columns.
  const Slab wide = slab(p.layout, {{1, 6, 16, 64}, false}, 0),
             tall = slab(p.layout, {{1, 6, 64, 16}, false}, 0);
  CHECK(tall.front.height() == doctest::Approx(2 * wide.front.height()));
  CHECK(wide.depth.x == doctest::Approx(2 * tall.depth.x));
}

TEST_CASE("blocks of what is in sight fill the height, whatever stands outside") {
  Chain chain{1, {1024, 1024}, {}};
  for (int i = 0; i < 10; ++i) chain.layers.push_back(default_layer(LayerKind::kMaxPool2d));
  const std::pair<float, bool> views[] = {{0, false}, {3, false},  {5, false}, {1000, false},
                                          {0, true},  {2.5, true}, {5, true}};
  for (const auto& [left, backwards] : views) {
    CAPTURE(left);
    CAPTURE(backwards);
    const Picture p = picture_of(chain, {924, 560}, 15, 3, left, backwards);
    float highest = 0;
    for (size_t i = 0; i < p.blocks.size(); ++i) {
      const Rect column = column_rect(p.layout, static_cast<double>(i));
      if (column.max.x <= p.layout.strip.min.x + 1 || column.min.x >= p.layout.strip.max.x - 1) continue;
      const Slab s = slab(p.layout, p.blocks[i], static_cast<double>(i));
      highest = std::max(highest, s.bounds().height());
    }
    CHECK(highest == doctest::Approx(p.layout.slabs.height() - 0.6f * 15).epsilon(0.01));
  }
}

TEST_CASE("pointing is the inverse of drawing") {
  for (const float left : {0.0f, 3.5f, 1000.0f}) {
    const Picture p = picture_of(repeated(60), {924, 560}, 15, kClose, left);
    const Diagram& l = p.layout;
    for (size_t i = 0; i < 60; ++i) {
      const Rect column = column_rect(l, static_cast<double>(i));
      const glm::vec2 centre = column.centre();
      if (!l.strip.contains(centre)) {
        CHECK_FALSE(column_at(l, centre).has_value());
        continue;
      }
      CHECK(column_at(l, centre) == i);
      CHECK(plus_at(l, plus_rect(l, i).centre()) ==
            (l.strip.contains(plus_rect(l, i).centre()) ? std::optional(i) : std::nullopt));
      CHECK(insertion_at(l, column.min.x + 1) == i);
      CHECK(insertion_at(l, column.max.x - 1) == i + 1);
    }
    CHECK_FALSE(column_at(l, l.panel.centre()).has_value());
    CHECK_FALSE(column_at(l, l.minimap.centre()).has_value());
  }
}

TEST_CASE("a chain that is in sight has no minimap; a closer look pans from end to end") {
  CHECK(picture_of(chain_preset("lesson").value(), {924, 560}, 15).layout.minimap.height() == 0);
  const Diagram start = picture_of(repeated(60), {924, 560}, 15, kClose).layout;
  CHECK(picture_of(repeated(60), {924, 560}, 15).layout.minimap.height() == 0);
  CHECK(start.minimap.height() > 0);
  CHECK(start.left == 0);
  const Diagram end = picture_of(repeated(60), {924, 560}, 15, kClose, 1e6f).layout;
  CHECK(column_rect(end, 59).max.x <= end.strip.max.x + 0.01f);
  CHECK(column_rect(end, 59).min.x > end.strip.min.x);
  CHECK(minimap_window(start).min.x == doctest::Approx(start.minimap.min.x));
  CHECK(minimap_window(end).max.x == doctest::Approx(end.minimap.max.x));
  CHECK(minimap_left(start, start.minimap.min.x) == 0);
  CHECK(minimap_left(start, start.minimap.max.x) == doctest::Approx(end.left));
  const Diagram middle = picture_of(repeated(60), {924, 560}, 15, kClose, 20).layout;
  CHECK(minimap_left(middle, minimap_window(middle).centre().x) == doctest::Approx(20).epsilon(0.001));
  CHECK(minimap_window(middle).encloses(minimap_column(middle, 22)));
  CHECK_FALSE(minimap_window(middle).overlaps(minimap_column(middle, 40)));
}

TEST_CASE("revealing a column moves the view no more than needed") {
  const Diagram l = picture_of(repeated(60), {924, 560}, 15, kClose, 20).layout;
  CHECK(reveal(l, 22) == l.left);
  CHECK(reveal(l, 3) < 4);
  const Diagram end = picture_of(repeated(60), {924, 560}, 15, kClose, 1e6f).layout;
  CHECK(reveal(l, 59) == doctest::Approx(end.left));  // as far as it goes, with the margin at the end
  const float right = reveal(l, 50);
  const Diagram moved = picture_of(repeated(60), {924, 560}, 15, kClose, right).layout;
  CHECK(column_rect(moved, 50).max.x <= moved.strip.max.x + 0.1f);
  CHECK(column_rect(moved, 50).min.x > moved.strip.centre().x);
  for (size_t i = 0; i < 60; ++i) {
    const Diagram shown = picture_of(repeated(60), {924, 560}, 15, kClose, reveal(l, i)).layout;
    CHECK(column_rect(shown, static_cast<double>(i)).min.x >= shown.strip.min.x - 0.1f);
    CHECK(column_rect(shown, static_cast<double>(i)).max.x <= shown.strip.max.x + 0.1f);
  }
}

TEST_CASE("narrowed columns say that they have no room for text") {
  CHECK_FALSE(picture_of(repeated(60), {924, 560}, 15).layout.texts);
  CHECK(picture_of(repeated(60), {924, 560}, 15, kClose).layout.texts);
}

TEST_CASE("in a high window blocks take what bars do not need") {
  const Diagram l = picture_of(chain_preset("lesson").value(), {1564, 2400}, 15).layout;
  for (const Rect& bar : l.bars) CHECK(bar.height() == doctest::Approx(13 * 15));
  CHECK(l.bars.back().max.y == doctest::Approx(60 + 2400));
}

TEST_CASE("bars grow with their share and leave room for their value") {
  const Diagram l = picture_of(chain_preset("lesson").value(), {924, 560}, 15).layout;
  for (int row = 0; row < kBarRows; ++row) {
    const Rect full = bar_rect(l, row, 2, 1), half = bar_rect(l, row, 2, 0.5), none = bar_rect(l, row, 2, 0);
    CHECK(full.height() > 0.8f * 15);
    CHECK(half.height() == doctest::Approx(full.height() / 2));
    CHECK(none.height() == 0);
    CHECK(full.max.y <= bar_value_rect(l, row, 2).min.y);
    CHECK(full.min.y >= l.bars[static_cast<size_t>(row)].min.y);
    CHECK(column_rect(l, 2).encloses(full));
  }
}

TEST_CASE("operations stay whole if they can, else break where they still read well") {
  using Lines = std::array<std::string, 2>;
  CHECK(two_lines("conv 3×3, ×2 C", 14) == Lines{"conv 3×3, ×2 C", ""});
  CHECK(two_lines("conv 3×3, ×2 C", 13) == Lines{"conv 3×3", "×2 C"});
  CHECK(two_lines("max 2×2 /2", 9) == Lines{"max 2×2", "/2"});
  CHECK(two_lines("conv 11×11 /4, 3 → 64 C", 13) == Lines{"conv 11×11 /4", "3 → 64 C"});
  CHECK(two_lines("conv 11×11 /4, 3 → 64 C", 12) == Lines{"conv 11×11", "/4, 3 → 64 C"});
  CHECK(two_lines("linear → 4096", 9) == Lines{"linear", "→ 4096"});
  CHECK(two_lines("flatten", 5) == Lines{"flatten", ""});
  CHECK(two_lines("conv 11×11 /4, 3 → 64 C", 3) == Lines{"conv 11×11 /4", "3 → 64 C"});
}

TEST_CASE("planes are drawn to scale and pointing finds the cell that was drawn") {
  const Rect area{{10, 20}, {210, 170}};
  for (const Size2 cells : {Size2{64, 64}, Size2{1, 1}, Size2{7, 31}, Size2{500, 3}}) {
    const PlaneLayout plane = fit_plane(area, cells, 0.2f, 1e6f);
    CAPTURE(cells.h);
    CHECK(area.inset(-0.01f).encloses(plane.rect));
    CHECK(plane.rect.width() / plane.rect.height() ==
          doctest::Approx(static_cast<float>(cells.w) / static_cast<float>(cells.h)));
    for (int64_t r = 0; r < cells.h; r += 3) {
      for (int64_t c = 0; c < cells.w; ++c) {
        CHECK(plane_cell_at(plane, plane_cell(plane, r, c).centre()) == PlaneCell{r, c});
      }
    }
    CHECK_FALSE(plane_cell_at(plane, plane.rect.min - 1.0f).has_value());
    CHECK_FALSE(plane_cell_at(plane, plane.rect.max + 1.0f).has_value());
  }
  const PlaneLayout plane = fit_plane(area, {10, 10}, 0, 5);
  CHECK(plane.cell == 5);
  const Rect box = plane_box(plane, {{-2, 3}, {0, 9}});
  CHECK(box.min.y == doctest::Approx(plane.rect.min.y - 10));
  CHECK(box.max.y == doctest::Approx(plane.rect.min.y + 20));
  CHECK(box.width() == doctest::Approx(plane.rect.width()));
  CHECK(plane_box(plane, {{3, 2}, {0, 9}}).height() == 0);
}

TEST_CASE(
    "brackets go up to and with the layer that makes planes smaller; vectors are a block of their own") {
  using poolglass::chain::Bracket;
  using poolglass::chain::BracketColumn;
  const std::vector<BracketColumn> columns = {
      {"conv1", Size2{32, 32}}, {"pool1", Size2{16, 16}}, {"conv2", Size2{16, 16}}, {"conv3", Size2{16, 16}},
      {"pool2", Size2{8, 8}},   {"conv4", Size2{8, 8}},   {"flat", Size2{0, 0}},    {"fc", Size2{0, 0}}};
  const std::vector<Bracket> brackets = poolglass::chain::brackets_of(columns, Size2{32, 32});
  REQUIRE(brackets.size() == 4);
  CHECK(brackets[0].last == 1);
  CHECK(brackets[0].names.front() == "conv1 … pool1");
  CHECK(brackets[0].names.back() == "pool1");
  CHECK(brackets[0].sides.front() == "32² → 16²");
  CHECK(brackets[1].first == 2);
  CHECK(brackets[1].last == 4);
  CHECK(brackets[2].sides.front() == "8²");
  CHECK(brackets[3].first == 6);
  CHECK(brackets[3].last == 7);
  CHECK(brackets[3].sides.front() == "8² → 1");
  CHECK(poolglass::chain::brackets_of({}, Size2{32, 32}).empty());
}

TEST_CASE("brackets write both sides of what is not square, and a dash where nothing is known") {
  using poolglass::chain::Bracket;
  using poolglass::chain::BracketColumn;
  const std::vector<BracketColumn> wide = {
      {"conv1", Size2{224, 160}}, {"pool1", Size2{224, 80}}, {"pool2", Size2{80, 80}}};
  const std::vector<Bracket> brackets = poolglass::chain::brackets_of(wide, Size2{224, 160});
  REQUIRE(brackets.size() == 2);  // one side that gets smaller is enough
  CHECK(brackets[0].sides == std::vector<std::string>{"224×160 → 224×80", "224×160 → 224×80", "224×80"});
  CHECK(brackets[1].sides == std::vector<std::string>{"224×80 → 80²", "224×80 → 80", "80"});
  const std::vector<BracketColumn> broken = {{"pool1", Size2{8, 8}}, {"conv2", {}}, {"fc", {}}};
  const std::vector<Bracket> part = poolglass::chain::brackets_of(broken, Size2{16, 16});
  REQUIRE(part.size() == 2);
  CHECK(part[0].sides.front() == "16² → 8²");
  CHECK(part[1].sides == std::vector<std::string>{"—", "—"});
}

TEST_CASE("a line's reach between two places is that of its points and of where it enters and leaves") {
  const std::vector<glm::vec2> line = {{0, 10}, {10, 0}, {20, 30}};
  CHECK(reach_between(line, 5, 15, true) == 15.0f);  // where it leaves
  CHECK(reach_between(line, 5, 15, false) == 0.0f);  // at the point between
  CHECK(reach_between(line, 2, 4, true) == 8.0f);
  CHECK(reach_between(line, 2, 4, false) == 6.0f);
  CHECK(reach_between(line, 20, 50, true) == 30.0f);
  CHECK_FALSE(reach_between(line, 21, 50, true));
  CHECK_FALSE(reach_between(line, -9, -1, true));
  CHECK_FALSE(reach_between({}, 0, 1, true));
}
