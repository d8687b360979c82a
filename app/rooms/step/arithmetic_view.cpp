// The live arithmetic: in the lane the window as a small matrix with its result, elsewhere one or two lines.
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/picture_view.h"
#include "app/rooms/step/predict_view.h"

namespace poolglass::step {
namespace {

struct Line {
  size_t first = 0, last = 0;  // pieces [first, last)
};

// Breaks after pieces that end in a space.
std::vector<Line> broken(const std::vector<Piece>& pieces, int columns) {
  std::vector<Line> lines(1);
  int used = 0;
  for (size_t i = 0; i < pieces.size();) {
    size_t end = i;
    int width = 0;
    do {
      width += columns_of(pieces[end].text);
    } while (!pieces[end++].text.ends_with(' ') && end < pieces.size());
    if (used > 0 && used + width > columns + 1) {
      lines.push_back({i, i});
      used = 0;
    }
    used += width;
    lines.back().last = i = end;
  }
  return lines;
}

Color piece_color(const Picture& p, PieceRole role) {
  switch (role) {
    case PieceRole::kWinner:
      return p.theme.winner;
    case PieceRole::kCell:
    case PieceRole::kResult:
      return p.theme.text;
    case PieceRole::kPlain:
    case PieceRole::kPadding:
    case PieceRole::kEllipsis:
      break;
  }
  return p.theme.muted;
}

// The arithmetic set in lines.
struct Setting {
  std::vector<Piece> pieces;
  std::vector<Line> lines;
  float size = 0, advance = 0, width = 0;

  float leading() const { return 1.55f * size; }
  float height() const { return leading() * static_cast<float>(lines.size()); }
};

Setting set_at(const Picture& p, std::vector<Piece> pieces, float size, float room) {
  Setting setting{std::move(pieces), {}, size, p.canvas.text_size("0", Font::kMono, size).x, 0};
  setting.lines = broken(setting.pieces, std::max(8, static_cast<int>(room / setting.advance)));
  for (const Line& line : setting.lines) {
    int columns = setting.pieces[line.last - 1].text.ends_with(' ') ? -1 : 0;
    for (size_t i = line.first; i < line.last; ++i) columns += columns_of(setting.pieces[i].text);
    setting.width = std::max(setting.width, static_cast<float>(columns) * setting.advance);
  }
  return setting;
}

// The divisor would tell as much as the result.
std::vector<Piece> without_result(std::vector<Piece> pieces) {
  for (Piece& piece : pieces) {
    if (piece.role == PieceRole::kWinner) piece.role = PieceRole::kCell;
    if (piece.text.starts_with(")/")) piece.text = ")/? ";
  }
  pieces.back().text = "= ?";
  return pieces;
}

// In the strip: at body size, smaller where that does not fit, and at last only the result.
Setting set_arithmetic(const Picture& p, float width) {
  const float height = p.layout.arithmetic.height();
  const std::vector<Piece> pieces = p.keeps_result() ? without_result(p.window().pieces) : p.window().pieces;
  for (const float size : {p.em, kCaption * p.em}) {
    Setting setting = set_at(p, pieces, size, width);
    if (setting.height() <= height) return setting;
  }
  const bool max = p.derived.params.reduction == Reduction::kMax;
  return set_at(p, {{max ? "max " : "average ", PieceRole::kPlain}, pieces.back()}, p.em, width);
}

void draw_line(Picture& p, const Setting& setting, const Line& line, glm::vec2 at) {
  for (size_t i = line.first; i < line.last; ++i) {
    const Piece& piece = setting.pieces[i];
    const float width = static_cast<float>(columns_of(piece.text)) * setting.advance;
    p.canvas.text(at, piece.text, Font::kMono, setting.size, piece_color(p, piece.role), AlignX::kLeft,
                  AlignY::kMiddle);
    if (piece.role == PieceRole::kWinner) {
      const float y = std::round(at.y + 0.62f * setting.size),
                  thick = std::max(p.hair(), std::round(0.13f * p.em));
      p.canvas.fill({{at.x, y}, {at.x + width, y + thick}}, p.theme.winner);
    }
    at.x += width;
  }
}

// `at`: left end, middle.
void draw_setting(Picture& p, const Setting& setting, glm::vec2 at) {
  float y = at.y - setting.height() / 2 + 0.5f * setting.leading();
  for (const Line& line : setting.lines) {
    draw_line(p, setting, line, {at.x, y});
    y += setting.leading();
  }
}

// The window as a small matrix between the grids: op [tiles] = result, then the arrow to the output.
struct Lane {
  int64_t rows = 1, columns = 1;
  float scale = 1;                        // of tiles and words: larger beside large cells
  float tile = 0;                         // side; 0: no room for tiles
  bool numbers = false, heading = false;  // heading: the operation stands over the tiles
  std::string_view op;
  std::string result;
  float op_width = 0, result_width = 0, equals = 0, bracket = 0, ends = 0;

  float width() const {
    return op_width + 2 * bracket + tile * static_cast<float>(columns) + equals + result_width;
  }
  float height() const { return tile * static_cast<float>(rows); }
};

// In `columns` characters, or in the least more that the value needs.
std::string shortest_text_in(float value, int columns) {
  std::string text = fitted_text(value, columns);
  while (text.empty() && columns < 12) text = fitted_text(value, ++columns);
  return text;
}

constexpr int64_t kNumberTaps = 5;  // a side: windows up to 5x5 show their numbers

Lane lane_of(const Picture& p) {
  const WindowFacts& window = p.window();
  const Rect& room = p.layout.arithmetic;
  Lane lane;
  lane.rows = window.rows.taps;
  lane.columns = window.columns.taps;
  lane.scale = p.layout.input.cell > 4 * p.em ? 1.4f : 1.0f;
  const float em = p.em * lane.scale;
  lane.op = p.derived.params.reduction == Reduction::kMax ? "max" : "mean";
  lane.result = p.keeps_result() ? "?"
                : p.layout.map   ? shortest_text_in(window.result, 4)
                                 : short_text(window.result);
  // Over the tiles where beside them it would cost their figures room.
  lane.heading = lane.columns > 2 || room.width() < 15 * em || columns_of(lane.result) > 3;
  lane.numbers = std::max(lane.rows, lane.columns) <= kNumberTaps;
  lane.op_width = lane.heading ? 0 : p.canvas.text_size(lane.op, Font::kMono, em).x + 0.5f * em;
  // A map's squares leave the lane less room.
  const bool map = p.layout.map;
  lane.bracket = (map ? 0.2f : 0.55f) * em;
  lane.equals = (map ? 1.2f : 1.5f) * em;
  lane.result_width =
      std::max(2.3f * em, p.canvas.text_size(lane.result, Font::kMono, em).x + (map ? 0.6f : 0.9f) * em);
  lane.ends = (map ? 0.9f : 1.6f) * p.em;  // least stub and arrow
  const float across = (room.width() - 2 * lane.ends - lane.width()) / static_cast<float>(lane.columns);
  const float down = (2 * (p.layout.lane - room.min.y) - 0.6f * em) / static_cast<float>(lane.rows);
  lane.tile = std::floor(std::min({across, std::max(down, 1.0f * em), 2.3f * em}));
  if (lane.tile * static_cast<float>(lane.rows) > room.height() - 2.5f * em) {
    lane.tile = std::floor((room.height() - 2.5f * em) / static_cast<float>(lane.rows));
  }
  lane.numbers &= lane.tile >= 1.15f * p.em;
  if (lane.tile < 3 || !window.lists_all()) lane.tile = 0;
  return lane;
}

void draw_tile(Picture& p, const Tap& tap, const Rect& tile, bool numbers, bool read) {
  const float side = tile.width();
  const Rect face{tile.min, tile.max - glm::vec2(side > 0.5f * p.em ? p.hair() : 0)};
  if (tap.kind != TapKind::kCell) {
    p.canvas.dashed_stroke(face.inset(p.hair()), with_alpha(p.theme.muted, 0.6f), p.hair(), 0.25f * p.em);
    return;
  }
  const float corner = numbers ? 0.13f * p.em : 0;
  if (read) p.canvas.fill(face, p.value_color(tap.value), corner);
  if (!read) p.canvas.stroke(face.inset(0.5f * p.hair()), p.theme.hairline, p.hair(), corner);
  if (numbers) {
    const std::string text = shortest_text_in(tap.value, side > 2 * p.em ? 4 : 3);
    const auto columns = static_cast<float>(std::max(columns_of(text), 1));
    const float share = tap.winner && !p.keeps_result() ? 0.7f : kFigureShare;  // inside the ring
    const float size = std::min(0.46f * side, share * side / (kFigureAdvance * columns));
    const Color ink = read ? p.ink_on(tap.value) : p.theme.muted;
    if (size >= 0.48f * p.em)  // smaller ones cannot be read
      p.canvas.text(face.centre(), text, Font::kMono, size, ink, AlignX::kCentre, AlignY::kMiddle);
  }
  if (!tap.winner || p.keeps_result()) return;
  const float width = std::max(p.hair(), std::round(0.07f * side));
  const Rect ring = face.inset(std::round(0.08f * side));
  p.canvas.stroke(ring, with_alpha(p.theme.ground, 0.9f), width + 2 * p.hair(), 0.4f * ring.width());
  p.canvas.stroke(ring, p.theme.winner, width, 0.4f * ring.width());
}

void draw_brackets(Picture& p, const Rect& tiles, float gap) {
  const float arm = 0.3f * p.em;
  for (const float side : {-1.0f, 1.0f}) {
    const float x = std::round(side < 0 ? tiles.min.x - gap : tiles.max.x + gap);
    const float top = tiles.min.y - 0.2f * p.em, bottom = tiles.max.y + 0.2f * p.em;
    const glm::vec2 points[] = {{x - side * arm, top}, {x, top}, {x, bottom}, {x - side * arm, bottom}};
    p.canvas.polyline(points, p.theme.muted, p.hair(), false);
  }
}

void draw_tiles(Picture& p, const Rect& tiles, bool numbers, float gap) {
  const WindowFacts& window = p.window();
  const int64_t columns = window.columns.taps;
  const float side = tiles.width() / static_cast<float>(columns);
  const CodeFacts& code = p.derived.code;
  const size_t read = code.walking() ? cells_read(*code.run, code.now) : window.taps.size();
  for (size_t i = 0; i < window.taps.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    const glm::vec2 place(static_cast<float>(at % columns), static_cast<float>(at / columns));
    draw_tile(p, window.taps[i], Rect::from_size(tiles.min + place * side, glm::vec2(side)), numbers,
              i < read);
  }
  if (!p.layout.map) draw_brackets(p, tiles, gap);
}

// While the loops run: "best so far 6".
void draw_so_far(Picture& p, glm::vec2 at, float size) {
  const CodeFacts& code = p.derived.code;
  const bool max = p.derived.params.reduction == Reduction::kMax;
  const std::string_view label = max ? "best so far " : "total so far ";
  p.canvas.text(at, label, Font::kText, size, p.theme.muted);
  at.x += p.canvas.text_size(label, Font::kText, size).x;
  p.canvas.text(at, short_text(static_cast<float>(so_far(*code.run, code.now))), Font::kMono, size,
                p.theme.text);
}

// What stands under the tiles: what a maximum drops, or the sum that an average divides.
void draw_lane_words(Picture& p, const Lane& lane, float x, float top) {
  const WindowFacts& window = p.window();
  const Rect& room = p.layout.arithmetic;
  const float size = kCaption * p.em * lane.scale, left = std::max(room.min.x + 0.4f * p.em, x);
  if (p.derived.code.walking()) return draw_so_far(p, {left, top}, size);
  if (p.derived.predict.hides_result) return;
  if (p.derived.params.reduction == Reduction::kMax) {
    if (window.cells < 2 || top + 1.4f * size > room.max.y) return;
    const std::string text = grouped(window.cells - 1) + " of " + grouped(window.cells) + " are dropped";
    if (p.canvas.text_size(text, Font::kText, size).x > room.max.x - left) return;
    p.canvas.text({left, top}, text, Font::kText, size, p.theme.muted);
    return;
  }
  const Setting setting = set_at(p, window.pieces, size, room.width() - 0.8f * p.em);
  if (setting.lines.size() > 3 || top + setting.height() > room.max.y) return;
  const float start = std::max(room.min.x + 0.4f * p.em, std::min(left, room.max.x - setting.width));
  draw_setting(p, setting, {start, top + setting.height() / 2});
}

void draw_lane(Picture& p) {
  const Rect& room = p.layout.arithmetic;
  const Lane lane = lane_of(p);
  const WindowFacts& window = p.window();
  const Color color = with_alpha(p.theme.muted, 0.8f);
  const float em = p.em * lane.scale, y = p.layout.lane;
  const float start = std::round(room.min.x + std::max(lane.ends, (room.width() - lane.width()) / 2));
  p.canvas.fill_circle({room.min.x, y}, 0.2f * p.em, color);
  p.canvas.line({room.min.x, y}, {start - 0.5f * p.em, y}, color, p.hair());
  float x = start;
  if (!lane.heading) {
    p.canvas.text({x, y}, lane.op, Font::kMono, em, p.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  }
  x += lane.op_width + lane.bracket;
  const Rect tiles =
      Rect::from_size({std::round(x), std::round(y - lane.height() / 2)},
                      glm::vec2(static_cast<float>(lane.columns), static_cast<float>(lane.rows)) * lane.tile);
  if (lane.tile > 0) draw_tiles(p, tiles, lane.numbers, 0.25f * em);
  if (lane.heading || lane.tile == 0) {
    const std::string text = std::string(lane.op) + " of " + grouped(window.cells);
    const float over = std::min(tiles.min.y, y - 1.1f * em) - 0.75f * em;  // the tiles, and the result
    p.canvas.text({tiles.min.x - lane.bracket, over}, text, Font::kMono, kCaption * em, p.theme.muted,
                  AlignX::kLeft, AlignY::kMiddle);
  }
  x = tiles.max.x + lane.bracket + lane.equals / 2;
  p.canvas.text({x, y}, "=", Font::kMono, em, p.theme.muted, AlignX::kCentre, AlignY::kMiddle);
  const glm::vec2 half(lane.result_width / 2, 1.1f * em);
  const glm::vec2 middle(x + lane.equals / 2 + half.x, y);
  const Rect result{middle - half, middle + half};
  if (p.derived.predict.hides_result) {
    draw_asked(p, result);
  } else if (p.derived.code.walking()) {
    p.canvas.stroke(result, p.theme.hairline, p.hair(), 0.13f * p.em);
  } else {
    p.canvas.fill(result, p.value_color(window.result), 0.13f * p.em);
    p.canvas.text(middle, lane.result, Font::kMono, em, p.ink_on(window.result), AlignX::kCentre,
                  AlignY::kMiddle);
  }
  p.canvas.arrow({middle.x + half.x + 0.4f * p.em, y}, {room.max.x, y}, color, p.hair(), 0.55f * p.em);
  draw_lane_words(p, lane, start, std::max(tiles.max.y, y + half.y) + 0.7f * em);
}

}  // namespace

glm::vec2 draw_window_tiles(Picture& p, const Rect& room) {
  const WindowFacts& window = p.window();
  const glm::vec2 taps(static_cast<float>(window.columns.taps), static_cast<float>(window.rows.taps));
  const glm::vec2 free = room.size() - glm::vec2(0.6f * p.em);
  const float side = std::floor(std::min({free.x / taps.x, free.y / taps.y, 2.3f * p.em}));
  const bool numbers = std::max(window.rows.taps, window.columns.taps) <= kNumberTaps && side >= 1.15f * p.em;
  const glm::vec2 corner(room.min.x + 0.3f * p.em, room.centre().y - 0.5f * taps.y * side);
  const Rect tiles = Rect::from_size(glm::vec2(std::round(corner.x), std::round(corner.y)), taps * side);
  if (side >= 3 && window.lists_all()) draw_tiles(p, tiles, numbers, 0.25f * p.em);
  return {tiles.max.x + 0.55f * p.em, tiles.centre().y};
}

void draw_arithmetic(Picture& p) {
  if (p.layout.arrangement == Arrangement::kBeside) {
    draw_lane(p);
    return;
  }
  const Rect& room = p.layout.arithmetic;
  const Setting setting = set_arithmetic(p, room.width());
  draw_setting(p, setting, {std::round(room.centre().x - setting.width / 2), room.centre().y});
  // The arrow stays between the grids.
  const Rect input = p.layout.input.area(), output = p.layout.output.area();
  const Color color = with_alpha(p.theme.muted, 0.8f);
  const float head = 0.55f * p.em;
  if (p.layout.arrangement == Arrangement::kBelow) {
    const float y = std::round(output.min.y + std::min(0.5f * output.height(), 2 * p.layout.output.cell));
    const float indices = p.layout.indices ? 1.6f * p.em : 0.4f * p.em;
    p.canvas.arrow({input.max.x + 0.5f * p.em, y}, {output.min.x - indices, y}, color, p.hair(), head);
  } else {
    const float x = std::round(room.min.x + 0.8f * p.em);
    p.canvas.arrow({x, room.min.y}, {x, room.max.y}, color, p.hair(), head);
  }
}

}  // namespace poolglass::step
