#include "app/rooms/step/code_view.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>

#include "app/rooms/step/syntax.h"
#include "app/rooms/step/words.h"
#include "app/views/imgui_canvas.h"
#include "app/views/imgui_compat.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

constexpr float kCodeSize = 0.8f;    // em
constexpr float kLineHeight = 1.5f;  // em
constexpr float kGutter = 1.8f;      // em: numbers of lines
constexpr int kHang = 4;             // columns that the rest of a broken line is indented by

Color color_of(const Theme& theme, TokenKind kind) {
  switch (kind) {
    case TokenKind::kKeyword:
      return theme.convolution;
    case TokenKind::kBuiltin:
      return theme.average_pool;
    case TokenKind::kNumber:
    case TokenKind::kString:
      return theme.max_pool;
    case TokenKind::kComment:
      return theme.muted;
    case TokenKind::kPlain:
      break;
  }
  return theme.text;
}

// A run of tokens that stands in one row.
struct CodeRow {
  int indent = 0;  // columns
  std::vector<Token> tokens;
  int columns = 0;  // the indent included
};

// Breaks before the token that would go over the edge, after a blank where there is one.
std::vector<CodeRow> rows_of(std::string_view line, Language language, int most) {
  const size_t first = std::min(line.find_first_not_of(' '), line.size());
  std::vector<CodeRow> rows(1);
  rows.back().columns = rows.back().indent = static_cast<int>(first);
  size_t blank = 0;  // of the current row: after the last blank
  for (const Token& token : tokens(line.substr(first), language)) {
    const int columns = columns_of(token.text);
    if (rows.back().columns + columns > most && !rows.back().tokens.empty() && token.text != " ") {
      CodeRow next{rows.front().indent + kHang, {}, rows.front().indent + kHang};
      auto& full = rows.back().tokens;
      if (blank > 0 && blank < full.size()) {
        next.tokens.assign(full.begin() + static_cast<std::ptrdiff_t>(blank), full.end());
        full.resize(blank);
      }
      for (const Token& moved : next.tokens) next.columns += columns_of(moved.text);
      rows.push_back(std::move(next));
      blank = 0;
    }
    rows.back().tokens.push_back(token);
    rows.back().columns += columns;
    if (token.text == " ") blank = rows.back().tokens.size();
  }
  return rows;
}

// Draws programs into the panel's column.
class Listing {
 public:
  explicit Listing(Ui& ui)
      : ui_(ui),
        canvas_(*ImGui::GetWindowDrawList(), ui.fonts),
        size_(kCodeSize * ui.em),
        advance_(canvas_.text_size("0", Font::kMono, size_).x),
        width_(ImGui::GetContentRegionAvail().x) {}

  // `number` 0: none. `value`: what the line has come to, at the right; lit: the playhead is on it.
  void line(std::string_view text, Language language, size_t number, std::string_view value, bool lit) {
    const int most = std::max(12, static_cast<int>((width_ - kGutter * ui_.em) / advance_));
    const std::vector<CodeRow> rows = rows_of(text, language, most);
    const float high = std::round(kLineHeight * ui_.em);
    const Rect all = take(high * static_cast<float>(rows.size()));
    if (lit) light(all);
    float y = all.min.y + high / 2;
    if (number > 0) {
      canvas_.text({all.min.x + 0.9f * ui_.em, y}, std::to_string(number), Font::kMono, size_,
                   lit ? ui_.theme.text : ui_.theme.muted, AlignX::kRight, AlignY::kMiddle);
    }
    for (const CodeRow& row : rows) {
      draw_row(row, {all.min.x + kGutter * ui_.em, y});
      y += high;
    }
    const bool room = rows.back().columns + 1 + columns_of(value) <= most;
    if (value.empty() || !room) return;
    canvas_.text({all.max.x, all.max.y - high / 2}, value, Font::kMono, size_,
                 lit ? ui_.theme.accent : ui_.theme.muted, AlignX::kRight, AlignY::kMiddle);
  }

  // "PyTorch   nn.MaxPool2d(2, 2)(x)"
  void call(std::string_view title, std::string_view text) {
    const float high = std::round(1.6f * ui_.em), left = 4.6f * ui_.em;
    const int most = std::max(12, static_cast<int>((width_ - left) / advance_));
    const std::vector<CodeRow> rows = rows_of(text, Language::kPython, most);
    const Rect all = take(high * static_cast<float>(rows.size()));
    float y = all.min.y + high / 2;
    canvas_.text({all.min.x, y}, title, Font::kText, kCaption * ui_.em, ui_.theme.muted, AlignX::kLeft,
                 AlignY::kMiddle);
    if (text.empty()) {
      canvas_.text({all.min.x + left, y}, "takes more than a call", Font::kText, kCaption * ui_.em,
                   ui_.theme.muted, AlignX::kLeft, AlignY::kMiddle);
    }
    for (const CodeRow& row : rows) {
      draw_row(row, {all.min.x + left, y});
      y += high;
    }
  }

 private:
  Rect take(float height) {
    const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
    ImGui::Dummy({width_, height});
    return Rect::from_size(at, {width_, height});
  }

  // Amber at the panel's edge, and a ground over its whole width.
  void light(const Rect& all) {
    const float edge = std::round(1.1f * ui_.em), bar = std::max(2.0f, std::round(0.2f * ui_.em));
    const Rect ground{{all.min.x - edge, all.min.y}, {all.max.x + 0.4f * ui_.em, all.max.y}};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 top = list.GetClipRectMin(), bottom = list.GetClipRectMax();
    list.PushClipRect({ground.min.x, top.y}, {ground.max.x, bottom.y}, false);  // over the column's edges
    canvas_.fill(ground, ui_.theme.raised);
    canvas_.fill({ground.min, {ground.min.x + bar, ground.max.y}}, ui_.theme.accent);
    list.PopClipRect();
    ui_.tag("step/code/now", all);
  }

  void draw_row(const CodeRow& row, glm::vec2 at) {
    at.x += advance_ * static_cast<float>(row.indent);
    for (const Token& token : row.tokens) {
      if (token.text != " ") {
        canvas_.text(at, token.text, Font::kMono, size_, color_of(ui_.theme, token.kind), AlignX::kLeft,
                     AlignY::kMiddle);
      }
      at.x += advance_ * static_cast<float>(columns_of(token.text));
    }
  }

  Ui& ui_;
  ImGuiCanvas canvas_;
  float size_, advance_, width_;
};

void choose_language(Ui& ui, CodeTarget current) {
  std::vector<TabText> texts;
  for (const CodeTargetWords& words : kCodeTargets) texts.push_back({words.name, words.tab, words.title});
  int selected = static_cast<int>(current);
  if (tabs(ui, "step/code", texts, "step.code-next", &selected)) {
    ui.push(Action(SetCode{kCodeTargets[static_cast<size_t>(selected)].target}));
  }
  gap(ui, 0.3f);
}

void program(Ui& ui, const CodeFacts& code, CodeTarget target) {
  const Language language = target == CodeTarget::kCpp ? Language::kCpp : Language::kPython;
  const std::vector<std::string> values =
      code.run ? line_values(*code.run, code.now) : std::vector<std::string>(code.lines.size());
  const size_t lit = code.run ? code.run->lines[code.now].line : code.lines.size();
  Listing listing(ui);
  for (size_t i = 0; i < code.lines.size(); ++i) {
    listing.line(code.lines[i], language, i + 1, i < values.size() ? values[i] : "", i == lit);
  }
}

// Which line decides about NaN, for who would write `if a > best`.
std::string footnote(const CodeFacts& code) {
  if (!code.run) return {};
  const auto at = std::ranges::find(code.run->listing, LoopPart::kWins, &LoopLine::part);
  if (at == code.run->listing.end()) return {};
  return "Line " + std::to_string(at - code.run->listing.begin() + 1) +
         ": only a NaN differs from itself, so a NaN wins.";
}

}  // namespace

void draw_code(Ui& ui, const Model& model, const Derived& derived) {
  const CodeFacts& code = derived.code;
  const Exercise* exercise = model.predict.exercise.get();
  if (derived.predict.open && exercise != nullptr && exercise->hidden.code)
    return note(ui, "The code is left out while this exercise is open.");
  choose_language(ui, model.code);
  if (!code.status.ok()) {
    error_note(ui, sentence(code.status.message()));
    return;
  }
  program(ui, code, model.code);
  if (!code.calls.empty()) {
    section(ui, "step/code/calls", "The same in one line", false);
    Listing listing(ui);
    for (const CodeFacts::Call& call : code.calls) listing.call(call.title, call.text);
  }
  gap(ui, 1);
  const ControlText buttons[] = {{"Copy", "Copy the program as text", "step.code-copy", ""},
                                 {"Save as…", "Write the program to a file", "step.code-save", ""}};
  switch (button_row(ui, "step/code/keep", buttons)) {
    case 0:
      ui.push(Request(CopyText{code.program}));
      break;
    case 1:
      ui.push(Request(AskSave{SaveKind::kStepCode}));
      break;
    default:
      break;
  }
  if (const std::string words = footnote(code); !words.empty()) {
    gap(ui, 0.3f);
    note(ui, words);
  }
}

}  // namespace poolglass::step
