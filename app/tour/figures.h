// Figures that the tour's texts name: made by the rooms and the engine from a state, never written down.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/tour/tour.h"

namespace poolglass::tour {

struct Figure {
  std::string text;
  std::optional<double> number;  // where it is one: in the unit of the text ("48.0 %": 48)
};

// Of a room's state, or "jobs.macs.4" of the three jobs.
bool has_figure(Room room, std::string_view name);
std::string figure_names(Room room);  // of the room's own: "field, macs or shortcut"

// The figures of one state, which is derived when the first of them is asked for.
class Figures {
 public:
  explicit Figures(const View& view);
  ~Figures();
  Figure find(std::string_view name);  // has_figure(room, name)
  // The words with their figures in place of their names.
  Words filled(const Words& words);

 private:
  struct Derived;
  const View& view_;
  std::unique_ptr<Derived> derived_;
};

}  // namespace poolglass::tour
