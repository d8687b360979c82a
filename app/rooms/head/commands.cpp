// The Head room's keys.
#include <array>

#include "app/rooms/head/backbones.h"
#include "app/state/commands.h"

namespace poolglass::head {
namespace {

constexpr std::string_view kSection = "Head room";

template <int64_t delta>
poolglass::Action side(const Model& model, const Derived&) {
  return Action(SetSide{model.document.side + delta});
}

template <int delta>
poolglass::Action backbone(const Model&, const Derived&) {
  return Action(StepBackbone{delta});
}

// 1, 2, 5, 10, 20, 50, ...
int64_t next_classes(int64_t classes, bool up) {
  int64_t best = up ? kMostClasses : 1;
  for (int64_t power = 1; power <= kMostClasses; power *= 10) {
    for (const int64_t step : {power, 2 * power, 5 * power}) {
      if (up && step > classes) best = std::min(best, step);
      if (!up && step < classes) best = std::max(best, step);
    }
  }
  return best;
}

template <bool up>
poolglass::Action classes(const Model& model, const Derived&) {
  return Action(SetClasses{next_classes(model.document.classes, up)});
}

constexpr std::array kCommands = {
    CommandRow{"head.larger", {kKeyRight}, kSection, "Larger input, by one pixel", side<1>},
    CommandRow{"head.smaller", {kKeyLeft}, kSection, "Smaller input, by one pixel", side<-1>},
    CommandRow{"head.much-larger", {kKeyUp}, kSection, "Larger input, by 32 pixels", side<32>},
    CommandRow{"head.much-smaller", {kKeyDown}, kSection, "Smaller input, by 32 pixels", side<-32>},
    CommandRow{"head.backbone-next", {'N'}, kSection, "Next backbone", backbone<1>},
    CommandRow{
        "head.backbone-previous", {.key = 'N', .shift = true}, kSection, "Previous backbone", backbone<-1>},
    CommandRow{"head.classes-up", {'C'}, kSection, "More classes", classes<true>},
    CommandRow{"head.classes-down", {.key = 'C', .shift = true}, kSection, "Fewer classes", classes<false>},
    CommandRow{"head.shuffle",
               {'S'},
               kSection,
               "Shuffle the maps' cells",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(Shuffle{}); }},
    CommandRow{"head.unshuffle",
               {.key = 'S', .shift = true},
               kSection,
               "Put the cells back",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(Unshuffle{}); },
               [](const Model& model, const Derived&) {
                 return model.document.shuffle != 0 ? WhyNot() : WhyNot("The cells are where they belong");
               }},
    CommandRow{"head.maps",
               {'E'},
               kSection,
               "Maps of a photograph, or of equal means",
               [](const Model& model, const Derived&) -> poolglass::Action {
                 const bool photograph = model.document.maps == MapSource::kPhotograph;
                 return Action(SetMaps{photograph ? MapSource::kEqualMeans : MapSource::kPhotograph});
               }},
    CommandRow{"head.reset",
               {'0'},
               kSection,
               "The backbone's own size, 1,000 classes",
               [](const Model&, const Derived&) -> poolglass::Action { return Action(Reset{}); },
               [](const Model& model, const Derived&) {
                 return is_default(model.document) ? WhyNot("It has its own size") : WhyNot();
               }},
    CommandRow{"head.copy",
               {.key = 'C', .ctrl = true},
               kSection,
               "Copy the three heads' figures as text",
               [](const Model&, const Derived& derived) -> poolglass::Action {
                 return Request(CopyText{copied_text(derived)});
               }},
    CommandRow{"head.paste",
               {.key = 'V', .ctrl = true},
               kSection,
               "Paste a number as the input's size",
               [](const Model&, const Derived&) -> poolglass::Action { return Request(PasteText{}); }},
};

}  // namespace

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace poolglass::head
