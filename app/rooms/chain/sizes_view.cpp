// The Sizes lens: which input sizes fit, on a ruler that can be dragged, and where rows are lost.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/rooms/chain/lens_view.h"
#include "app/rooms/chain/lens_words.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

constexpr int64_t kReach = 64;  // sizes to both sides of the present one

// From the shelf's top down, in ems: its heading, the ruler, numbers, space, the fixes' heading, the fixes.
constexpr float kHeading = 1.6f, kNumbers = 1.3f, kFixHeading = 1.6f, kFixes = 3.0f;
struct Stretch {
  float ruler, space;
  constexpr float shelf() const { return kHeading + ruler + kNumbers + space + kFixHeading + kFixes; }
};
constexpr Stretch kLeastStretch{2.4f, 0.2f}, kMostStretch{6.4f, 1.4f};

// What a shelf's height leaves after the least goes to the space, and what is left then to the ruler.
Stretch stretch_in(float shelf) {
  const float spare = std::max(shelf - kLeastStretch.shelf(), 0.0f);
  const float space = std::min(kLeastStretch.space + spare, kMostStretch.space);
  return {std::min(kLeastStretch.ruler + spare - (space - kLeastStretch.space), kMostStretch.ruler), space};
}

struct Ruler {
  Rect rect;
  int64_t first = 1, last = 1;
  float x(int64_t side) const {
    return rect.min.x +
           rect.width() * (static_cast<float>(side - first) + 0.5f) / static_cast<float>(last - first + 1);
  }
  int64_t at(float x_at) const {
    const float share = (x_at - rect.min.x) / std::max(rect.width(), 1.0f);
    return std::clamp(first + static_cast<int64_t>(share * static_cast<float>(last - first + 1)), first,
                      last);
  }
};

int64_t side_of(const GraphScene& scene) { return scene.graph().figures.input_size.h; }

Ruler ruler_of(const GraphScene& scene) {
  const Rect shelf = shelf_rect(scene);
  const float em = scene.em(), top = shelf.min.y + kHeading * em;
  const float height = stretch_in(shelf.height() / em).ruler * em;
  Ruler ruler;
  ruler.rect = {{shelf.min.x, top}, {shelf.max.x, top + height}};
  const int64_t side = std::max<int64_t>(side_of(scene), 1);
  // While it is dragged, the sizes stay under the pointer.
  ruler.first = scene.view.ruler_first.value_or(std::max<int64_t>(side - kReach, 1));
  ruler.last = ruler.first + 2 * kReach;
  return ruler;
}

Action resized_to(const GraphScene& scene, int64_t side) {
  return Action(SetInput{scene.derived.input.output.c, scene.derived.lens.sizes.plane(side)});
}

// Rows of the node's map that no result needs: computed, and lost.
int64_t lost_rows(const GraphScene& scene, const Node& node) {
  const auto layer = static_cast<size_t>(node.layer);
  const network::Needed& needed = scene.derived.lens.sizes.needed;
  if (!scene.known(node) || layer >= needed.rows.size()) return 0;
  return lost(needed, scene.graph().figures, layer, network::Along::kRows);
}

void write_rows(GraphScene& scene) {
  const Theme& theme = scene.theme();
  ColumnLabels sides, lost;
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    if (!scene.known(node)) {
      sides.push_back({c, "—", theme.muted, 0});
      continue;
    }
    const network::LayerFigures& at = scene.figures(node);
    if (at.axes.rows < 0 || at.height() < 0) continue;
    const std::string side =
        at.height() == at.width() ? grouped(at.height()) : size_text({at.height(), at.width()});
    sides.push_back({c, side, theme.text, label_rank(scene, c)});
    const int64_t rows = lost_rows(scene, node);
    const bool whole = rows == 0 || scene.derived.lens.finding_sizes;
    lost.push_back({c, scene.derived.lens.finding_sizes ? "…" : grouped(rows),
                    whole ? theme.muted : theme.warning, whole ? label_rank(scene, c) : 10 + rows});
  }
  name_row(scene, "side", label_row(scene, 1));
  write_labels(scene, std::move(sides), Font::kMono, label_row(scene, 1));
  name_row(scene, "rows lost", label_row(scene, 2));
  write_labels(scene, std::move(lost), Font::kMono, label_row(scene, 2));
}

// Hatched at the blocks' feet: rows run down their front.
void draw_lost(GraphScene& scene) {
  for (const size_t c : scene.columns) {
    const Node& node = scene.at_column(c);
    const int64_t rows = lost_rows(scene, node);
    if (rows == 0) continue;
    const Rect front = slab(scene.diagram, scene.blocks[c], static_cast<double>(c)).front;
    const float share = static_cast<float>(rows) / static_cast<float>(scene.figures(node).height());
    const float height = std::max(share * front.height(), 0.3f * scene.em());
    const Rect band{{front.min.x, front.max.y - height}, front.max};
    scene.canvas.fill(band, with_alpha(scene.theme().ground, 0.6f));
    scene.canvas.hatch(band, scene.theme().warning, 0.3f * scene.em(), 1.4f * scene.hair());
  }
}

void draw_ticks(GraphScene& scene, const Ruler& ruler) {
  const SizeResults& sizes = scene.derived.lens.sizes;
  const Theme& theme = scene.theme();
  const float floor = ruler.rect.max.y - 0.5f * scene.em();
  const float tall = ruler.rect.height() - 1.1f * scene.em();
  scene.canvas.fill(ruler.rect, theme.raised, 0.4f * scene.em());
  scene.canvas.line({ruler.rect.min.x + 2, floor}, {ruler.rect.max.x - 2, floor}, theme.hairline,
                    scene.hair());
  for (int64_t side = ruler.first; side <= ruler.last; ++side) {
    const bool whole = sizes.loses_nothing(side);
    if (!sizes.fits(side)) continue;
    const float height = whole ? tall : 0.3f * tall;
    const Color color = whole ? theme.average_pool : mix(theme.muted, theme.raised, 0.3f);
    const float x = std::round(ruler.x(side)) + 0.5f;
    scene.canvas.line({x, floor}, {x, floor - height}, color, whole ? 2 * scene.hair() : scene.hair());
  }
}

// Numbers under sizes that lose nothing, as many as have room.
void write_sizes(GraphScene& scene, const Ruler& ruler) {
  const SizeResults& sizes = scene.derived.lens.sizes;
  const Theme& theme = scene.theme();
  const int64_t now = side_of(scene);
  const float y = ruler.rect.max.y + 0.8f * scene.em(), size = scene.em() * kCaption;
  const float half = scene.canvas.text_size("0000", Font::kMono, size).x / 2;
  const Color color = sizes.fits(now) ? theme.text : theme.warning;
  const float x = ruler.x(now);
  const float tip = ruler.rect.max.y - 0.5f * scene.em();
  const std::array marker = {glm::vec2{x - 0.45f * scene.em(), ruler.rect.min.y + 0.2f * scene.em()},
                             glm::vec2{x + 0.45f * scene.em(), ruler.rect.min.y + 0.2f * scene.em()},
                             glm::vec2{x + 0.45f * scene.em(), ruler.rect.min.y + 0.9f * scene.em()},
                             glm::vec2{x, ruler.rect.min.y + 1.4f * scene.em()},
                             glm::vec2{x - 0.45f * scene.em(), ruler.rect.min.y + 0.9f * scene.em()}};
  scene.canvas.fill_convex(marker, color);
  scene.canvas.line({x, marker[3].y}, {x, tip}, color, scene.hair());
  shelf_text(scene, {x, y}, grouped(now), Font::kMono, color, AlignX::kCentre);
  float end = -INFINITY;
  for (int64_t side = ruler.first; side <= ruler.last; ++side) {
    if (!sizes.loses_nothing(side) || side == now) continue;
    const float at = ruler.x(side);
    const bool room = at - half > end + 0.5f * scene.em() &&
                      std::abs(at - x) > 2 * half + 0.5f * scene.em() && at - half >= ruler.rect.min.x &&
                      at + half <= ruler.rect.max.x;
    if (!room) continue;
    shelf_text(scene, {at, y}, std::to_string(side), Font::kMono, theme.muted, AlignX::kCentre);
    end = at + half;
  }
}

// Another size of the input, or a change of joins that do not fit.
struct Fix {
  int64_t side = 0;
  std::string title, words;
  const network::FixedJoins* joins = nullptr;
  bool helps() const { return joins == nullptr || joins->network; }
};

std::vector<Fix> fixes(const GraphScene& scene) {
  const SizeResults& sizes = scene.derived.lens.sizes;
  const int64_t now = side_of(scene);
  std::vector<Fix> all;
  const auto add = [&](int64_t side, std::string how) {
    const bool known = std::ranges::find(all, side, &Fix::side) != all.end();
    if (side < 1 || side == now || known) return;
    const std::string title = sizes.width ? size_text(sizes.plane(side)) : grouped(side);
    all.push_back(
        {side, "Input " + title, std::move(how) + (sizes.loses_nothing(side) ? "" : ", loses rows")});
  };
  add(sizes.smaller.value_or(0), "smaller by " + grouped(now - sizes.smaller.value_or(0)));
  add(sizes.larger.value_or(0), "larger by " + grouped(sizes.larger.value_or(0) - now));
  for (const network::FixedJoins& fixed : sizes.fixes) {
    const JoinFixWords words = join_fix_words(fixed);
    all.push_back({0, words.title, words.words, &fixed});
  }
  if (sizes.fixes.empty()) add(sizes.fitting.smallest, "the smallest");
  return all;
}

// What the sizes that are offered have in common.
const char* fixes_title(const GraphScene& scene, const std::vector<Fix>& all) {
  if (scene.graph().figures.error) return "Make it fit";
  const SizeResults& sizes = scene.derived.lens.sizes;
  const bool whole = std::ranges::all_of(all, [&](const Fix& fix) { return sizes.loses_nothing(fix.side); });
  return whole ? "Sizes that lose nothing" : "Other sizes";
}

Rect fix_rect(const GraphScene& scene, size_t index) {
  const float em = scene.em(), gap = 0.5f * em;
  const float width = std::clamp((shelf_rect(scene).width() - 4 * gap) / 5, 8.5f * em, 11 * em);
  const float space = stretch_in(shelf_rect(scene).height() / em).space;
  const float top = ruler_of(scene).rect.max.y + (kNumbers + space + kFixHeading) * em;
  const float left = shelf_rect(scene).min.x + static_cast<float>(index) * (width + gap);
  return Rect::from_size({left, top}, {width, kFixes * em});
}

// Those that have room beside each other; none where there is no row for them.
std::vector<Fix> fixes_in_sight(const GraphScene& scene) {
  std::vector<Fix> all = fixes(scene);
  const Rect shelf = shelf_rect(scene);
  while (!all.empty() && (fix_rect(scene, all.size() - 1).max.x > shelf.max.x ||
                          fix_rect(scene, 0).max.y > shelf.max.y + 0.1f * scene.em()))
    all.pop_back();
  return all;
}

}  // namespace

float most_sizes_shelf() { return kMostStretch.shelf() + 1; }

void handle_sizes(GraphScene& scene) {
  if (side_of(scene) < 1) return;
  const Ruler ruler = ruler_of(scene);
  const Pointer pointer = pointer_area(scene.ui, "chain/ruler", ruler.rect);
  if (pointer.hovered) {
    const int64_t side = ruler.at(pointer.position.x);
    const SizeResults& sizes = scene.derived.lens.sizes;
    tooltip(scene.ui, ruler.rect,
            grouped(side) +
                (sizes.loses_nothing(side) ? " fits, and no row is lost"
                 : sizes.fits(side)        ? " fits, and loses rows"
                                           : " does not fit") +
                "; click or drag sets the input's " + (sizes.width ? "height" : "size"));
  }
  if (pointer.pressed) scene.view.ruler_first = ruler.first;
  // Not when it is pressed: that ends the edit before, and this one is a step of undo from its first size on.
  if ((pointer.dragging && !pointer.pressed) || pointer.released) {
    const int64_t side = ruler.at(pointer.position.x);
    if (side != side_of(scene)) scene.ui.push(resized_to(scene, side));
  }
  if (pointer.released && scene.view.ruler_first) {
    scene.view.ruler_first.reset();
    scene.ui.push(Action(EndEdit{}));
  }
  const std::vector<Fix> all = fixes_in_sight(scene);
  if (all.empty()) return;
  const Rect row{fix_rect(scene, 0).min, fix_rect(scene, all.size() - 1).max};
  const Pointer fix = pointer_area(scene.ui, "chain/fixes", row);
  for (size_t i = 0; i < all.size(); ++i) {
    const Rect rect = fix_rect(scene, i);
    scene.ui.tag("chain/fix/" + std::to_string(i), rect);
    if (!rect.contains(fix.position)) continue;
    if (fix.hovered) tooltip(scene.ui, rect, all[i].title + ": " + all[i].words);
    if (fix.pressed && all[i].helps())
      scene.ui.push(all[i].joins != nullptr ? fix_joins(*all[i].joins) : resized_to(scene, all[i].side));
  }
}

void draw_sizes_shelf(GraphScene& scene) {
  const Theme& theme = scene.theme();
  const float em = scene.em();
  if (scene.words()) {
    write_names(scene);
    write_rows(scene);
  }
  draw_lost(scene);
  const Rect shelf = shelf_rect(scene);
  const SizeResults& sizes = scene.derived.lens.sizes;
  shelf_heading(scene, {shelf.min.x, shelf.min.y + 0.7f * em},
                sizes.width ? "Input height beside " + grouped(*sizes.width) : "Input size",
                scene.derived.lens.finding_sizes ? "sizes are being tried …" : sizes_words(sizes));
  if (side_of(scene) < 1) return;
  const Ruler ruler = ruler_of(scene);
  draw_ticks(scene, ruler);
  write_sizes(scene, ruler);
  const std::vector<Fix> all = fixes_in_sight(scene);
  if (all.empty()) return;
  shelf_text(scene, {shelf.min.x, fix_rect(scene, 0).min.y - 0.9f * em}, fixes_title(scene, all),
             Font::kStrong, theme.text);
  for (size_t i = 0; i < all.size(); ++i) {
    const Rect rect = fix_rect(scene, i);
    const bool lit = rect.contains(scene.mouse) && all[i].helps();
    const float width = rect.width() - 1.4f * em, size = em * kCaption;
    const auto line = [&](float y, const std::string& text, Color color) {
      shelf_text(scene, {rect.min.x + 0.7f * em, rect.min.y + y},
                 fitted(scene.canvas, text, Font::kText, size, width), Font::kText, color);
    };
    scene.canvas.fill(rect, lit ? mix(theme.raised, theme.text, 0.1f) : theme.raised, 0.4f * em);
    scene.canvas.stroke(rect, theme.hairline, scene.hair(), 0.4f * em);
    line(1.0f * em, all[i].title, all[i].helps() ? theme.text : theme.muted);
    line(2.1f * em, all[i].words, theme.muted);
  }
}

}  // namespace poolglass::chain
