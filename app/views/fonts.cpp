#include "app/views/fonts.h"

#include <imgui.h>
#include <imgui_internal.h>  // ImTextCharFromUtf8

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "assets/assets.h"

namespace poolglass {
namespace {

// Everything a label may need: Latin, Greek, punctuation, super- and subscripts, arrows, operators, ⌊ ⌋,
// shapes.
constexpr ImWchar kTextRanges[] = {0x20,   0x17F,  0x391,  0x3C9,  0x2010, 0x2044, 0x2070,
                                   0x209C, 0x2190, 0x21FF, 0x2200, 0x22FF, 0x2308, 0x230B,
                                   0x25A0, 0x25FF, 0x26A0, 0x26A0, 0x2713, 0x2717, 0};
// Large figures in grid cells: digits, signs and the words that stand beside them.
constexpr ImWchar kFigureRanges[] = {0x20,   0x7E,   0xB7,   0xB7,   0xD7,   0xD7,   0x2026, 0x2026, 0x2192,
                                     0x2192, 0x2212, 0x2212, 0x221E, 0x221E, 0x2248, 0x2248, 0};

constexpr float kTextSizes[] = {13, 15, 20};
constexpr float kStrongSizes[] = {13, 15, 20};
constexpr float kMonoTextSizes[] = {11, 13, 15};                   // with every sign
constexpr float kMonoFigureSizes[] = {9, 17, 20, 24, 29, 35, 42};  // figures only

// A font file and its ascent minus descent over the em square (its hhea table): ImGui sizes fonts by the
// former, designers by the latter.
struct File {
  std::string_view name;
  float line_height;
};
constexpr File kInter{"Inter-Regular.otf", 1.21f};
constexpr File kInterStrong{"Inter-SemiBold.otf", 1.21f};
constexpr File kJetBrainsMono{"JetBrainsMono-Regular.ttf", 1.32f};
constexpr File kDejaVu{"DejaVuSans.ttf", 1.164f};
constexpr File kNanum{"NanumGothicCoding.ttf", 1.0f};
constexpr File kDroid{"DroidSansFallbackFull.ttf", 1.309f};

ImFont* add_font(const File& source, float em_pixels, const ImWchar* ranges, bool merge) {
  const std::span<const unsigned char> file = assets::find(source.name);
  if (file.empty()) return nullptr;
  const float pixels = std::round(em_pixels * source.line_height);
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.MergeMode = merge;
  config.OversampleH = pixels < 22 ? 2 : 1;
  config.OversampleV = 1;
  // The atlas only reads the data; its API predates const.
  void* data = const_cast<unsigned char*>(file.data());
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(data, static_cast<int>(file.size()), pixels, &config,
                                                    ranges);
}

bool in_ranges(unsigned code, const ImWchar* ranges) {
  for (; ranges[0] != 0; ranges += 2) {
    if (code >= ranges[0] && code <= ranges[1]) return true;
  }
  return false;
}

// The character at the front of `text`, which is taken off; 0 when it is broken or needs more than 16 bits,
// which is as far as ImGui's fonts go.
unsigned take_character(std::string_view& text) {
  unsigned code = 0;
  const int bytes = ImTextCharFromUtf8(&code, text.data(), text.data() + text.size());
  text.remove_prefix(std::clamp<size_t>(static_cast<size_t>(bytes), 1, text.size()));
  return code == IM_UNICODE_CODEPOINT_INVALID || code > 0xFFFF ? 0 : code;
}

}  // namespace

void Fonts::want(std::string_view text) const {
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const unsigned code = take_character(text);
    if (code == 0 || in_ranges(code, kTextRanges) || wanted_.size() >= kMostWanted) continue;
    wanted_.insert(code);
  }
}

void Fonts::build(float em, float density) {
  ranges_.clear();
  for (const ImWchar* edge = kTextRanges; *edge != 0; ++edge) ranges_.push_back(*edge);
  for (const unsigned code : wanted_) ranges_.insert(ranges_.end(), 2, static_cast<unsigned short>(code));
  ranges_.push_back(0);
  built_ = wanted_.size();
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.TexDesiredWidth = 2048;
  em_ = em;
  const ImWchar* const text_ranges = ranges_.data();
  const auto add = [&](Font which, const File& file, float size, const ImWchar* ranges) {
    const float units = size * em / 15.0f;
    ImFont* font = add_font(file, units * density, ranges, false);
    if (font == nullptr) font = atlas.AddFontDefault();
    if (ranges == text_ranges) add_font(kDejaVu, units * density, ranges, true);
    if (ranges == text_ranges && built_ > 0) {
      add_font(kNanum, units * density, ranges, true);
      add_font(kDroid, units * density, ranges, true);
    }
    font->Scale = 1.0f / density;
    const float line =
        font->ConfigData == nullptr ? units * file.line_height : font->ConfigData->SizePixels / density;
    faces_[static_cast<int>(which)].push_back({font, units, line});
  };
  for (auto& faces : faces_) faces.clear();
  for (float size : kTextSizes) add(Font::kText, kInter, size, text_ranges);
  for (float size : kStrongSizes) add(Font::kStrong, kInterStrong, size, text_ranges);
  for (float size : kMonoTextSizes) add(Font::kMono, kJetBrainsMono, size, text_ranges);
  for (float size : kMonoFigureSizes) add(Font::kMono, kJetBrainsMono, size, kFigureRanges);
  for (auto& faces : faces_) std::ranges::sort(faces, {}, &Face::size);
  ImGui::GetIO().FontDefault = face(Font::kText, em).font;
}

Fonts::Face Fonts::face(Font font, float size) const {
  const auto& faces = faces_[static_cast<int>(font)];
  Face best = faces.front();
  for (const Face& candidate : faces) {
    if (candidate.size <= size + 0.51f) best = candidate;
  }
  return best;
}

}  // namespace poolglass
