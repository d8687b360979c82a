// The picture's words: live arithmetic, size formulas, legend, captions, refusals.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <utility>

#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

constexpr float kLeaders = 4.0f;  // em: room that the two leaders need beside the arithmetic

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

// At body size; larger where that takes no more lines and leaves the leaders their place. In a strip of the
// picture's width it gets smaller instead, and where even that does not fit only the result is written.
Setting set_arithmetic(const Picture& p, bool beside) {
  const Rect& room = p.layout.arithmetic;
  const auto& pieces = p.derived.window.pieces;
  Setting best = set_at(p, pieces, p.em, room.width());
  for (const float size : {1.14f * p.em, 1.34f * p.em}) {
    if (size > 0.42f * p.layout.input.cell) break;
    Setting larger = set_at(p, pieces, size, room.width());
    const float leaders = beside ? kLeaders * p.em : 0;
    if (larger.lines.size() > best.lines.size() || larger.width + leaders > room.width()) break;
    best = std::move(larger);
  }
  if (beside || best.height() <= room.height()) return best;
  best = set_at(p, pieces, kCaption * p.em, room.width());
  if (best.height() <= room.height()) return best;
  const bool max = p.derived.params.reduction == Reduction::kMax;
  return set_at(p, {{max ? "max " : "average ", PieceRole::kPlain}, pieces.back()}, p.em, room.width());
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

// Leads the eye from the window over the arithmetic to the output cell.
void draw_leaders(Picture& p, const Rect& words, float y) {
  const float gap = 0.6f * p.em, least = 0.8f * p.em;
  const Color color = with_alpha(p.theme.muted, 0.7f);
  const glm::vec2 start{p.layout.input.area().max.x + gap, y}, stop{words.min.x - gap, y};
  if (stop.x - start.x >= least) p.canvas.line(start, stop, color, p.hair());
  const Rect cell = cell_rect(p.layout.output, p.derived.window.output);
  const float indices = p.layout.indices ? 1.6f * p.em : 0.4f * p.em;
  const glm::vec2 tail{words.max.x + gap, y}, tip{p.layout.output.area().min.x - indices, cell.centre().y};
  if (tip.x - tail.x >= least) p.canvas.arrow(tail, tip, color, p.hair(), 0.55f * p.em);
}

float text_at(Picture& p, glm::vec2 at, std::string_view text, Font font, Color color) {
  const float size = kCaption * p.em;
  p.canvas.text(at, text, font, size, color, AlignX::kLeft, AlignY::kMiddle);
  return at.x + p.canvas.text_size(text, font, size).x;
}

struct FormulaLine {
  std::string_view label;
  std::string_view text;
  std::string_view note;
  bool general = false;
};

std::vector<FormulaLine> formula_lines(const Derived& d) {
  const bool ceil = d.params.ceil_mode;
  std::vector<FormulaLine> lines = {
      {"output size", ceil ? "⌈(n + 2·p − d·(k − 1) − 1) / s⌉ + 1" : "⌊(n + 2·p − d·(k − 1) − 1) / s⌋ + 1",
       "", true}};
  if (d.row_formula == d.column_formula) {
    lines.push_back({"each side", d.row_formula.text, d.row_formula.note, false});
  } else {
    lines.push_back({"rows", d.row_formula.text, d.row_formula.note, false});
    lines.push_back({"columns", d.column_formula.text, d.column_formula.note, false});
  }
  return lines;
}

}  // namespace

void draw_arithmetic(Picture& p) {
  const Rect& room = p.layout.arithmetic;
  const bool beside = p.layout.arrangement == Arrangement::kBeside;
  const Setting setting = set_arithmetic(p, beside);
  float y = room.centre().y;
  if (beside) {
    const float half = std::min(setting.height(), room.height()) / 2;
    y = std::clamp(p.window_now().centre().y, room.min.y + half, room.max.y - half);
  }
  const float x = std::round(room.centre().x - setting.width / 2);
  const Rect block{{x, y - setting.height() / 2}, {x + setting.width, y + setting.height() / 2}};
  for (size_t i = 0; i < setting.lines.size(); ++i) {
    draw_line(p, setting, setting.lines[i],
              {x, block.min.y + setting.leading() * (static_cast<float>(i) + 0.5f)});
  }
  if (beside) draw_leaders(p, block, y);
}

void draw_formulas(Picture& p) {
  if (p.layout.formula_lines == 0 || !p.derived.status.ok()) return;
  const Rect& room = p.layout.formulas;
  auto lines = formula_lines(p.derived);
  if (static_cast<size_t>(p.layout.formula_lines) < lines.size()) lines.erase(lines.begin());
  const float label = 6.0f * p.em;
  float width = 0;
  for (const FormulaLine& line : lines) {
    const float text = p.canvas.text_size(line.text, Font::kMono, kCaption * p.em).x;
    width = std::max(width, label + text + p.canvas.text_size(line.note, Font::kText, kCaption * p.em).x);
  }
  const float left =
      std::round(std::max(room.min.x, std::min(p.layout.input.area().min.x, room.max.x - width)));
  const float leading = room.height() / static_cast<float>(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const FormulaLine& line = lines[i];
    const float y = room.min.y + leading * (static_cast<float>(i) + 0.5f);
    text_at(p, {left, y}, line.label, Font::kText, p.theme.muted);
    const float end =
        text_at(p, {left + label, y}, line.text, Font::kMono, line.general ? p.theme.muted : p.theme.text);
    if (!line.note.empty()) text_at(p, {end + p.em, y}, line.note, Font::kText, p.theme.warning);
  }
}

void draw_legend(Picture& p) {
  const Rect& room = p.layout.legend;
  if (room == Rect{}) return;
  const ValueRange& range = p.derived.range;
  const bool single = !(range.high > range.low);
  const std::string low = short_text(static_cast<float>(range.low));
  const std::string high = single ? "" : short_text(static_cast<float>(range.high));
  const float size = kCaption * p.em, gap = 0.5f * p.em, thick = std::round(0.6f * p.em), y = room.centre().y;
  const float low_width = p.canvas.text_size(low, Font::kMono, size).x + gap;
  const float high_width = single ? 0 : p.canvas.text_size(high, Font::kMono, size).x + gap;
  const float texts = low_width + high_width;
  const float length =
      single ? thick : std::round(std::clamp(room.width() - texts, 3.0f * p.em, 6.0f * p.em));
  const float x = std::round(std::max(room.min.x, room.centre().x - (length + texts) / 2) + low_width);
  p.canvas.text({x - gap, y}, low, Font::kMono, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
  p.canvas.text({x + length + gap, y}, high, Font::kMono, size, p.theme.muted, AlignX::kLeft,
                AlignY::kMiddle);
  constexpr int kSteps = 48;
  const float top = std::round(y - thick / 2);
  for (int i = 0; i < kSteps; ++i) {
    const float from = std::round(length * static_cast<float>(i) / kSteps);
    const float to = std::round(length * static_cast<float>(i + 1) / kSteps);
    const Color color = cividis(single ? 0.5 : (i + 0.5) / kSteps);
    p.canvas.fill({{x + from, top}, {x + to, top + thick}}, color);
  }
}

void draw_caption(Picture& p) {
  const std::string& sentence = p.derived.never_read_sentence;
  if (sentence.empty() || !p.layout.captions) return;
  const Rect& room = p.layout.caption;
  const float side = std::round(0.87f * p.em), gap = 0.5f * p.em;
  const float width = side + gap + p.canvas.text_size(sentence, Font::kText, kCaption * p.em).x;
  const float x = std::round(std::max(room.min.x, room.centre().x - width / 2)), y = room.centre().y;
  const Rect swatch = Rect::from_size({x, std::round(y - side / 2)}, {side, side});
  p.canvas.hatch(swatch, p.theme.muted, std::max(3.0f, 0.3f * p.em), p.hair());
  p.canvas.stroke(swatch, p.theme.muted, p.hair());
  text_at(p, {x + side + gap, y}, sentence, Font::kText, p.theme.text);
}

void draw_refusal(Picture& p, const Rect& area) {
  if (p.derived.status.ok()) return;
  p.canvas.fill(area, with_alpha(p.theme.ground, 0.6f));
  const std::string refusal = "⚠ " + p.derived.refusal;
  std::string text = refusal + "; the picture shows the last that fitted";
  if (p.canvas.text_size(text, Font::kText, p.em).x > area.width() - 4 * p.em) text = refusal;
  const glm::vec2 size =
      glm::round(p.canvas.text_size(text, Font::kText, p.em) + glm::vec2(2.0f, 1.2f) * p.em);
  const glm::vec2 corner =
      glm::round(glm::vec2(area.centre().x - size.x / 2, area.max.y - 0.8f * p.em - size.y));
  const Rect banner = Rect::from_size(corner, size);
  p.canvas.fill(banner, p.theme.raised, 0.4f * p.em);
  p.canvas.stroke(banner, p.theme.warning, p.hair(), 0.4f * p.em);
  p.canvas.text(banner.centre(), text, Font::kText, p.em, p.theme.text, AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
