// The field for typing: Dear ImGui's line of text, opened, left and fed by the app.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <utility>

#include "app/views/widget_parts.h"

namespace poolglass {
namespace parts {
namespace {

// Several cells or lines must not run together when they are pasted into one field: a number takes the first
// of them, a name has blanks between them. For the life of this object, what Dear ImGui reads from the
// clipboard is that.
class FieldClipboard {
 public:
  explicit FieldClipboard(bool number)
      : number_(number), read_(io_.GetClipboardTextFn), write_(io_.SetClipboardTextFn) {
    io_.GetClipboardTextFn = [](void* self) { return static_cast<FieldClipboard*>(self)->text(); };
    io_.SetClipboardTextFn = [](void* self, const char* text) {
      const auto* field = static_cast<FieldClipboard*>(self);
      if (field->write_ != nullptr) field->write_(field->data_, text);
    };
    io_.ClipboardUserData = this;
  }
  ~FieldClipboard() {
    io_.GetClipboardTextFn = read_;
    io_.SetClipboardTextFn = write_;
    io_.ClipboardUserData = data_;
  }
  FieldClipboard(const FieldClipboard&) = delete;
  FieldClipboard& operator=(const FieldClipboard&) = delete;

 private:
  const char* text() {
    const char* all = read_ == nullptr ? nullptr : read_(data_);
    text_ = all == nullptr ? "" : one_line(all, number_);
    return text_.c_str();
  }

  bool number_;
  ImGuiIO& io_ = ImGui::GetIO();
  const char* (*read_)(void*);
  void (*write_)(void*, const char*);
  void* data_ = io_.ClipboardUserData;
  std::string text_;
};

int on_edit(ImGuiInputTextCallbackData* data) {
  EditState& edit = *static_cast<EditState*>(data->UserData);
  if (edit.replace) {
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, edit.replace->c_str());
    data->SelectAll();
    edit.replace.reset();
  }
  if (std::exchange(edit.keep, false)) {
    data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
  }
  return 0;
}

void erase_last(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

// Keys that come before Dear ImGui's field has the keyboard.
void type_ahead(EditState& edit) {
  for (const KeyPress& press : edit.keys) {
    const bool back = is_plain(press, kKeyBackspace);
    if (!back && press.text == 0) continue;
    if (!edit.keep) edit.text.clear();
    if (back && edit.keep) erase_last(edit.text);
    if (!back) append_utf8(edit.text, press.text);
    edit.keep = true;
  }
  ImGui::GetIO().ClearInputCharacters();
}

void draw_field(Ui& ui, std::string_view name, const Rect& rect, bool number) {
  EditState& edit = ui.widgets.edit;
  const float pad = std::max(0.0f, (rect.height() - ImGui::GetFontSize()) * 0.5f);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.em * 0.4f, pad});
  ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, corner(ui));
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, hair(ui));
  ImGui::PushStyleColor(ImGuiCol_FrameBg, im::color(ui.theme.ground));
  ImGui::PushStyleColor(ImGuiCol_Border, im::color(ui.theme.focus));
  ImGuiInputTextFlags flags = ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_CallbackAlways;
  if (number) flags |= ImGuiInputTextFlags_CharsNoBlank;
  const std::string id = "##edit/" + std::string(name);
  {
    const FieldClipboard clipboard(number);
    ImGui::InputText(id.c_str(), &edit.text, flags, on_edit, &edit);
  }
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(3);
}

// Whether a key ends the typing.
EditResult ended(Ui& ui) {
  for (const KeyPress& press : ui.widgets.edit.keys) {
    if (press.repeat) continue;
    if (is_plain(press, kKeyEscape)) return EditResult::kCancelled;
    if (press.chord.key == kKeyEnter) return EditResult::kCommitted;
    if (press.chord.key != kKeyTab || press.chord.ctrl || press.chord.alt) continue;
    move(ui.widgets.focus, press.chord.shift ? -1 : 1, ui.widgets.focus.panel);
    return EditResult::kCommitted;
  }
  return EditResult::kOpen;
}

}  // namespace

std::string one_line(std::string_view text, bool number) {
  constexpr std::string_view kBlanks = " \t\r\n", kBetween = " \t\r\n,;";
  const std::string_view breaks = number ? kBetween : std::string_view("\t\r\n");
  std::string line;
  for (size_t at = 0; at < text.size();) {
    const size_t first = text.find_first_not_of(number ? kBetween : kBlanks, at);
    if (first == std::string_view::npos) break;
    const size_t end = std::min(text.find_first_of(breaks, first), text.size());
    if (!line.empty()) line += ' ';
    line += text.substr(first, end - first);
    if (number) break;
    at = end;
  }
  return line;
}

void open_editor(Ui& ui, std::string_view name, std::string text, bool keep) {
  EditState& edit = ui.widgets.edit;
  const bool again = edit.active && edit.name == name;  // Dear ImGui's field still has its own text
  edit = {.name = std::string(name), .text = std::move(text), .keep = keep, .active = again, .drawn = true};
  if (again) edit.replace = edit.text;
}

void open_by_keys(Ui& ui, std::string_view name, const std::vector<KeyPress>& keys, std::string value) {
  std::string typed;
  for (const KeyPress& press : keys) {
    if (press.text != 0) append_utf8(typed, press.text);
  }
  if (!typed.empty()) {
    open_editor(ui, name, std::move(typed), true);
  } else if (std::ranges::any_of(keys, opens_editor)) {
    open_editor(ui, name, std::move(value));
  }
}

void close_editor(Ui& ui) { ui.widgets.edit = {}; }

EditResult edit_at(Ui& ui, std::string_view name, const Rect& rect, bool number) {
  EditState& edit = ui.widgets.edit;
  edit.drawn = true;
  ui.tag(name, rect, true);
  const ImVec2 cursor = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos(im::vec(rect.min));
  ImGui::SetNextItemWidth(rect.width());
  const bool was_active = edit.active;
  if (!was_active) {
    type_ahead(edit);
    if (edit.waited++ % 4 == 0) ImGui::SetKeyboardFocusHere();  // it takes two frames
  }
  draw_field(ui, name, rect, number);
  edit.active = ImGui::IsItemActive();
  ImGui::SetCursorScreenPos(cursor);
  EditResult result = ended(ui);
  if (result == EditResult::kOpen && was_active && !edit.active) {  // a click elsewhere
    result = EditResult::kCommitted;
    let_go(ui.widgets.focus);
  }
  edit.keys.clear();
  if (result != EditResult::kOpen) edit.name.clear();
  ui.widgets.keyed |= result == EditResult::kCommitted;
  return result;
}

}  // namespace parts

void open_number(Ui& ui, std::string_view name, std::string text, bool keep) {
  parts::open_editor(ui, name, std::move(text), keep);
}

bool pastes_several(const Ui& ui) {
  const bool asked = std::ranges::any_of(ui.widgets.edit.keys, [](const KeyPress& press) {
    return press.chord == Chord{'V', true, false, false} ||
           press.chord == Chord{kKeyInsert, false, true, false};
  });
  const char* clipboard = asked ? ImGui::GetClipboardText() : nullptr;
  if (clipboard == nullptr) return false;
  const std::string_view text = clipboard;
  const size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first != std::string_view::npos && parts::one_line(text, true).size() < last - first + 1;
}

void close_field(Ui& ui) { parts::close_editor(ui); }

EditResult edit_number_at(Ui& ui, std::string_view name, const Rect& rect) {
  return parts::edit_at(ui, name, rect, true);
}

}  // namespace poolglass
