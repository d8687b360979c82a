// The picture's words: live arithmetic, size formulas, legend, captions, refusals.
#include <algorithm>
#include <cmath>

#include "app/views/step_picture.h"

namespace poolglass::step {
namespace {

using Line = std::vector<const Piece*>;

// Breaks after pieces that end in a space.
std::vector<Line> broken(const std::vector<Piece>& pieces, int columns) {
  std::vector<Line> lines(1);
  int used = 0;
  for (size_t i = 0; i < pieces.size();) {
    size_t end = i;
    int width = 0;
    while (end < pieces.size()) {
      const std::string& text = pieces[end].text;
      width += columns_of(text);
      ++end;
      if (!text.empty() && text.back() == ' ') break;
    }
    if (used > 0 && used + width > columns + 1) {
      lines.emplace_back();
      used = 0;
    }
    used += width;
    for (; i < end; ++i) lines.back().push_back(&pieces[i]);
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

struct Words {
  std::vector<Line> lines;
  float size = 0, width = 0, height = 0, leading = 0, advance = 0;
};

float line_width(const Line& line, float advance) {
  int columns = 0;
  for (const Piece* piece : line) columns += columns_of(piece->text);
  if (!line.empty() && line.back()->text.ends_with(' ')) --columns;
  return static_cast<float>(columns) * advance;
}

// As large as it can be without taking more lines than at body size.
Words set_words(const Picture& p, const Rect& room) {
  Words words;
  const float most = std::min(1.34f * p.em, std::max(p.em, 0.42f * p.layout.input.cell));
  size_t least = 0;
  for (const float size : {p.em, 1.14f * p.em, 1.34f * p.em}) {
    if (size > most && least > 0) break;
    const float advance = p.canvas.text_size("0", Font::kMono, size).x;
    auto lines = broken(p.derived.window.pieces, std::max(8, static_cast<int>(room.width() / advance)));
    if (least > 0 && lines.size() > least) break;
    least = lines.size();
    words = {std::move(lines), size, 0, 0, 1.55f * size, advance};
  }
  for (const Line& line : words.lines) words.width = std::max(words.width, line_width(line, words.advance));
  words.height = words.leading * static_cast<float>(words.lines.size());
  return words;
}

void draw_line(Picture& p, const Words& words, const Line& line, glm::vec2 at) {
  for (const Piece* piece : line) {
    const float width = static_cast<float>(columns_of(piece->text)) * words.advance;
    p.canvas.text(at, piece->text, Font::kMono, words.size, piece_color(p, piece->role), AlignX::kLeft,
                  AlignY::kMiddle);
    if (piece->role == PieceRole::kWinner) {
      const float y = std::round(at.y + 0.62f * words.size),
                  thick = std::max(p.hair(), std::round(0.13f * p.em));
      p.canvas.fill({{at.x, y}, {at.x + width, y + thick}}, p.theme.winner);
    }
    at.x += width;
  }
}

// Leads the eye from the window over the arithmetic to the output cell.
void draw_leaders(Picture& p, const Rect& words, float y) {
  const float gap = 0.7f * p.em, start = p.layout.input.area().max.x + gap;
  const Color color = with_alpha(p.theme.muted, 0.7f);
  if (words.min.x - gap > start) p.canvas.line({start, y}, {words.min.x - gap, y}, color, p.hair());
  const Rect cell = cell_rect(p.layout.output, p.derived.window.output);
  const glm::vec2 tip{p.layout.output.area().min.x - 1.7f * p.em, cell.centre().y};
  const glm::vec2 tail{words.max.x + gap, y};
  if (tip.x - tail.x > 0.8f * p.em) p.canvas.arrow(tail, tip, color, p.hair(), 0.55f * p.em);
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
  const Words words = set_words(p, room);
  const bool beside = p.layout.arrangement == Arrangement::kBeside;
  float y = room.centre().y;
  if (beside) {
    const float half = std::min(words.height, room.height()) / 2;
    y = std::clamp(p.window_now().centre().y, room.min.y + half, room.max.y - half);
  }
  const float x = std::round(room.centre().x - words.width / 2);
  const Rect block{{x, y - words.height / 2}, {x + words.width, y + words.height / 2}};
  for (size_t i = 0; i < words.lines.size(); ++i) {
    draw_line(p, words, words.lines[i], {x, block.min.y + words.leading * (static_cast<float>(i) + 0.5f)});
  }
  if (beside) draw_leaders(p, block, y);
}

void draw_formulas(Picture& p) {
  const Rect& room = p.layout.formulas;
  const auto lines = formula_lines(p.derived);
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
  const ValueRange& range = p.derived.range;
  const std::string low = short_text(static_cast<float>(range.low)),
                    high = short_text(static_cast<float>(range.high));
  const float size = kCaption * p.em, gap = 0.5f * p.em, bar = 6.0f * p.em, thick = std::round(0.6f * p.em);
  const float low_width = p.canvas.text_size(low, Font::kMono, size).x;
  const float high_width = p.canvas.text_size(high, Font::kMono, size).x;
  const glm::vec2 centre = p.layout.legend.centre();
  const bool single = !(range.high > range.low);
  const float length = single ? thick : bar;
  const float total = length + gap + low_width + (single ? 0 : gap + high_width);
  float x = std::round(centre.x - total / 2);
  p.canvas.text({single ? x + thick + gap : x, centre.y}, low, Font::kMono, size, p.theme.muted,
                AlignX::kLeft, AlignY::kMiddle);
  if (!single) x += low_width + gap;
  constexpr int kSteps = 48;
  const Rect whole{{std::round(x), std::round(centre.y - thick / 2)},
                   {std::round(x + length), std::round(centre.y + thick / 2)}};
  for (int i = 0; i < kSteps; ++i) {
    const float a = std::round(whole.min.x + length * static_cast<float>(i) / kSteps);
    const float b = std::round(whole.min.x + length * static_cast<float>(i + 1) / kSteps);
    const double t = single ? 0.5 : (i + 0.5) / kSteps;
    p.canvas.fill({{a, whole.min.y}, {b, whole.max.y}}, cividis(t));
  }
  if (!single)
    p.canvas.text({whole.max.x + gap, centre.y}, high, Font::kMono, size, p.theme.muted, AlignX::kLeft,
                  AlignY::kMiddle);
}

void draw_caption(Picture& p) {
  const std::string& sentence = p.derived.never_read_sentence;
  if (sentence.empty()) return;
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
  const std::string text =
      "⚠ " + p.derived.status.message() + "; the picture shows the last parameters that fit";
  const float size = p.em, width = std::min(area.width() - 2 * p.em,
                                            p.canvas.text_size(text, Font::kText, size).x + 2 * p.em);
  const glm::vec2 corner(std::round(area.centre().x - width / 2), std::round(area.min.y + 0.6f * p.em));
  const Rect banner = Rect::from_size(corner, {width, std::round(2.4f * p.em)});
  p.canvas.fill(banner, p.theme.raised, 0.4f * p.em);
  p.canvas.stroke(banner, p.theme.warning, p.hair(), 0.4f * p.em);
  p.canvas.text(banner.centre(), text, Font::kText, size, p.theme.text, AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
