#include "app/tour/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/head/words.h"
#include "app/rooms/shift/words.h"
#include "app/rooms/step/words.h"

namespace poolglass::tour {
namespace {

Figure whole(int64_t value) { return {grouped(value), static_cast<double>(value)}; }
Figure words(std::string text) { return {std::move(text), {}}; }

template <class Model, class Derived>
struct Row {
  std::string_view name;
  Figure (*make)(const Model&, const Derived&);
};

// Step: of the window that the playhead is on, of the output, and of the grid.
namespace of_step {
using step::Derived;
using step::Model;

std::string window_text(const Derived& derived) {
  const step::WindowFacts& window = derived.window;
  std::string text;
  for (size_t i = 0; i < window.taps.size(); ++i) {
    const bool new_row = i > 0 && i % static_cast<size_t>(window.columns.taps) == 0;
    text += (i == 0 ? "" : new_row ? " / " : " ") + step::short_text(window.taps[i].value);
  }
  return text;
}

Figure value_of(const Derived& derived, Reduction reduction) {
  const bool shown = derived.both || derived.params.reduction == reduction;
  const bool other = derived.both && reduction == Reduction::kAverage;
  const float value = (shown && !other ? derived.output : derived.other).at(derived.window.output);
  return {step::short_text(value), static_cast<double>(value)};
}

constexpr std::array kRows = {
    Row<Model, Derived>{"window", [](const Model&, const Derived& d) { return words(window_text(d)); }},
    Row<Model, Derived>{"max", [](const Model&, const Derived& d) { return value_of(d, Reduction::kMax); }},
    Row<Model, Derived>{
        "places",
        [](const Model&, const Derived& d) { return whole(static_cast<int64_t>(d.window.taps.size())); }},
    Row<Model, Derived>{"outside",
                        [](const Model&, const Derived& d) {
                          return whole(static_cast<int64_t>(d.window.taps.size()) - d.window.cells);
                        }},
    Row<Model, Derived>{"windows", [](const Model&, const Derived& d) { return whole(d.windows); }},
    Row<Model, Derived>{"cells",
                        [](const Model&, const Derived& d) { return whole(d.grid.size.h * d.grid.size.w); }},
    Row<Model, Derived>{"input-size",
                        [](const Model&, const Derived& d) { return words(size_text(d.grid.size)); }},
    Row<Model, Derived>{"output-size",
                        [](const Model&, const Derived& d) { return words(size_text(d.output.size)); }},
    Row<Model, Derived>{"never-read", [](const Model&, const Derived& d) { return whole(d.never_read); }},
    Row<Model, Derived>{"formula", [](const Model&, const Derived& d) { return words(d.row_formula.text); }},
};
}  // namespace of_step

// Chain: of the selected layer, and of the whole.
namespace of_chain {
using chain::Derived;
using chain::Model;

// What the last layer would see in another chain.
Figure field_of(const Chain& chain) {
  const ChainFigures figures = analyze(chain);
  return figures.error || figures.layers.empty() ? Figure{} : whole(figures.layers.back().receptive_field.h);
}

// If every layer took steps of one pixel.
Figure field_by_single_steps(const Model& model, const Derived&) {
  Chain chain = model.document.chain;
  for (Layer& layer : chain.layers) layer.stride = {1, 1};
  return field_of(chain);
}

// If pools had no window of their own and only took their steps.
Figure field_of_convolutions(const Model& model, const Derived&) {
  Chain chain = model.document.chain;
  for (Layer& layer : chain.layers) {
    if (is_pool(layer.kind)) layer.kernel = layer.dilation = {1, 1}, layer.padding = {};
  }
  return field_of(chain);
}

constexpr std::array kRows = {
    Row<Model, Derived>{
        "field",
        [](const Model&, const Derived& d) { return whole(chain::selected_figures(d).receptive_field.h); }},
    Row<Model, Derived>{
        "shortcut",
        [](const Model&, const Derived& d) { return whole(chain::selected_figures(d).shortcut.h); }},
    Row<Model, Derived>{"field-by-single-steps", field_by_single_steps},
    Row<Model, Derived>{"field-of-convolutions", field_of_convolutions},
    Row<Model, Derived>{"arithmetic",
                        [](const Model& m, const Derived& d) {
                          return words(d.selected ? chain::exact_arithmetic(m, d, *d.selected) : "");
                        }},
    Row<Model, Derived>{
        "jump", [](const Model&, const Derived& d) { return whole(chain::selected_figures(d).jump.h); }},
};
}  // namespace of_chain

// Shift: meters at the present nudge, and what the law says of random values.
namespace of_shift {
using shift::Derived;
using shift::Model;

template <size_t contestant>
Figure identical(const Model&, const Derived& d) {
  const double share = d.contenders[contestant].agreement.identical;
  return {shift::percent(share), 100 * share};
}
template <size_t contestant>
Figure correlation(const Model&, const Derived& d) {
  const std::optional<double> r = d.contenders[contestant].agreement.correlation;
  return {shift::correlation_text(r), r};
}
// How many of the output's cells stay, as an option's key.
template <size_t contestant>
Figure stays(const Model&, const Derived& d) {
  const double share = d.contenders[contestant].agreement.identical;
  return words(share == 1 ? "all" : share == 0 ? "none" : "some");
}

// The one value of all cells of an output; "—" where they differ.
template <size_t contestant>
Figure value(const Model&, const Derived& d) {
  const std::optional<float> one = shift::constant_value(d.contenders[contestant].after);
  return words(one ? shift::value_text(*one) : "—");
}

Figure law(const Fraction& fraction) { return {shift::fraction_text(fraction), fraction.value()}; }
// What the law says of maxima at the nearest nudge by whole pixels.
Figure law_of_maxima(const Model&, const Derived& d) {
  const Cell nudge{static_cast<int64_t>(std::lround(d.down)), static_cast<int64_t>(std::lround(d.right))};
  return law(maximum_stays(d.window, nudge));
}

constexpr std::array kRows = {
    Row<Model, Derived>{"identical.max", identical<0>},
    Row<Model, Derived>{"identical.average", identical<1>},
    Row<Model, Derived>{"identical.plain", identical<2>},
    Row<Model, Derived>{"correlation.max", correlation<0>},
    Row<Model, Derived>{"correlation.average", correlation<1>},
    Row<Model, Derived>{"value.max", value<0>},
    Row<Model, Derived>{"value.average", value<1>},
    Row<Model, Derived>{"stays.plain", stays<2>},
    Row<Model, Derived>{"peak-stays", [](const Model&, const Derived& d) { return law(d.peak_stays); }},
    Row<Model, Derived>{"law.max", law_of_maxima},
};
}  // namespace of_shift

// Head: of the three heads at the present input.
namespace of_head {
using head::Derived;
using head::Model;

constexpr std::array<std::string_view, head::kHeadCount> kKeys = {"flatten", "adaptive", "global"};

template <size_t kind>
Figure params(const Model&, const Derived& d) {
  return whole(d.heads[kind].head.params);
}

// The first head of which it is true, as an option's key.
Figure first(const Derived& d, bool (*is)(const Derived&, size_t)) {
  for (size_t i = 0; i < kKeys.size(); ++i) {
    if (is(d, i)) return words(std::string(kKeys[i]));
  }
  return words("");
}

constexpr std::array kRows = {
    Row<Model, Derived>{"params.flatten", params<0>},
    Row<Model, Derived>{"params.global", params<2>},
    Row<Model, Derived>{"fewer",
                        [](const Model&, const Derived& d) {
                          return words(head::times_fewer(d.heads[0].head.params, d.heads[2].head.params));
                        }},
    Row<Model, Derived>{"map", [](const Model&, const Derived& d) { return words(shape_text(d.map)); }},
    Row<Model, Derived>{"numbers.flatten",
                        [](const Model&, const Derived& d) { return whole(d.heads[0].head.numbers); }},
    Row<Model, Derived>{"error", [](const Model&, const Derived& d) { return words(d.heads[0].head.error); }},
    Row<Model, Derived>{"breaks",
                        [](const Model&, const Derived& d) {
                          return first(d, [](const Derived& of, size_t i) { return of.heads[i].breaks; });
                        }},
    Row<Model, Derived>{"unmoved",
                        [](const Model&, const Derived& d) {
                          return first(d, [](const Derived& of, size_t i) {
                            const double there = of.straight[i];
                            return std::abs(of.outputs[i] - there) <= 1e-6 * std::max(1.0, std::abs(there));
                          });
                        }},
    Row<Model, Derived>{
        "output.flatten",
        [](const Model&, const Derived& d) { return words(head::output_text(d.outputs[0])); }},
    Row<Model, Derived>{
        "straight.flatten",
        [](const Model&, const Derived& d) { return words(head::output_text(d.straight[0])); }},
    Row<Model, Derived>{
        "output.global",
        [](const Model&, const Derived& d) { return words(head::output_text(d.outputs[2])); }},
};
}  // namespace of_head

template <class Rows>
auto find_row(const Rows& rows, std::string_view name) {
  const auto* at = std::ranges::find(rows, name, [](const auto& row) { return row.name; });
  return at == rows.end() ? nullptr : at;
}

// Calls f with the room's rows.
template <class F>
decltype(auto) with_rows(Room room, F&& f) {
  switch (room) {
#define ROOM(Name, name) \
  case Room::k##Name:    \
    return f(of_##name::kRows);
    POOLGLASS_ROOMS(ROOM)
#undef ROOM
  }
  std::abort();  // every room has its case
}

// "jobs.macs.4"
struct JobsRow {
  std::string_view name;
  Figure (*make)(const Jobs& jobs);
};
constexpr std::array kJobs = {
    JobsRow{"macs", [](const Jobs& jobs) { return whole(jobs.macs); }},
    JobsRow{"activations", [](const Jobs& jobs) { return whole(jobs.activations); }},
    JobsRow{"memory",
            [](const Jobs& jobs) {
              return Figure{bytes_text(jobs.bytes), static_cast<double>(jobs.bytes)};
            }},
    JobsRow{"params", [](const Jobs& jobs) { return whole(jobs.params); }},
    JobsRow{"field", [](const Jobs& jobs) { return whole(jobs.field); }},
    JobsRow{"law", [](const Jobs& jobs) { return words(shift::fraction_text(jobs.law)); }},
    JobsRow{"stays",
            [](const Jobs& jobs) {
              return Figure{shift::percent(jobs.stays), 100 * jobs.stays};
            }},
};
constexpr std::string_view kJobsPrefix = "jobs.";
// Which of the chain's figures no pool changes, as an option's key.
constexpr std::string_view kUnchanged = "jobs.unchanged";

const JobsRow* find_jobs(std::string_view name, int64_t* pools) {
  const size_t dot = name.rfind('.');
  if (!name.starts_with(kJobsPrefix) || dot < kJobsPrefix.size() || dot + 2 != name.size()) return nullptr;
  *pools = name.back() - '0';
  if (*pools < 0 || *pools > kMostPools) return nullptr;
  return find_row(kJobs, name.substr(kJobsPrefix.size(), dot - kJobsPrefix.size()));
}

Figure unchanged() {
  const Result<Jobs> none = jobs_of(0), all = jobs_of(kMostPools);
  if (!none.ok() || !all.ok()) return {};
  for (const JobsRow& row : kJobs) {
    if (row.make(*none).text == row.make(*all).text) return words(std::string(row.name));
  }
  return {};
}

}  // namespace

bool has_figure(Room room, std::string_view name) {
  int64_t pools = 0;
  return name == kUnchanged || find_jobs(name, &pools) != nullptr ||
         with_rows(room, [&](const auto& rows) { return find_row(rows, name) != nullptr; });
}

std::string figure_names(Room room) {
  return with_rows(room, [](const auto& rows) { return names_of(rows); });
}

struct Figures::Derived {
  RoomResults rooms;
};

Figures::Figures(const View& view) : view_(view) {}
Figures::~Figures() = default;

Figure Figures::find(std::string_view name) {
  int64_t pools = 0;
  if (name == kUnchanged) return unchanged();
  if (const JobsRow* row = find_jobs(name, &pools)) {
    const Result<Jobs> jobs = jobs_of(pools);
    return jobs.ok() ? row->make(*jobs) : Figure{};
  }
  if (derived_ == nullptr) {
    derived_ = std::make_unique<Derived>();
    in_room(
        view_.room, [](const auto& room, auto& results) { derive(room, results); }, view_.rooms,
        derived_->rooms);
  }
  const auto made = [&](const auto& rows, const auto& room, const auto& results) {
    const auto* row = find_row(rows, name);
    return row == nullptr ? Figure{} : row->make(room, results);
  };
  switch (view_.room) {
#define ROOM(Name, name) \
  case Room::k##Name:    \
    return made(of_##name::kRows, view_.rooms.name, derived_->rooms.name);
    POOLGLASS_ROOMS(ROOM)
#undef ROOM
  }
  std::abort();  // every room has its case
}

Words Figures::filled(const Words& words) {
  Words filled = words;
  for (Run& run : filled) {
    if (run.style == Style::kFigure) run.text = find(run.text).text;
  }
  return filled;
}

}  // namespace poolglass::tour
