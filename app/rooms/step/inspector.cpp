// The Step room's inspector: window, options, grid, and what follows from them.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/openable.h"
#include "app/rooms/step/code_view.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/predict_view.h"
#include "app/rooms/step/presets.h"
#include "app/rooms/step/rebuild.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"
#include "core/printable.h"

namespace poolglass::step {
namespace {

// A control of what a guess is about: while it is open, it waits and says so.
ControlText waits(const Model& model, ControlText text) {
  if (asks(model)) text.why = kWhyLocked;
  return text;
}

// One pair of numbers; `Set` is the action that writes it.
template <class Set>
void pair(Ui& ui, std::string_view name, const ControlText& text, Field field, Size2 size, bool linked,
          const Model& model) {
  const Limits range = limits(field, model.document);
  Size2 next = size;
  bool link = linked;
  if (!number_pair(ui, name, waits(model, text), &next.h, &next.w, range.low, range.high, &link)) return;
  if (link != linked) {
    ui.push(Action(SetLinked{field, link}));
  } else {
    ui.push(Action(Set{next}));
  }
}

// The bins of an adaptive or global pooling, and the fixed window that comes closest to them.
void bins(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  if (document.kind == Kind::kAdaptive) {
    pair<SetBins>(
        ui, "step/bins",
        {"Output size", "Rows and columns of the output, whatever the grid's size", "step.kernel-up", ""},
        Field::kBins, document.bins, document.links.bins, model);
  }
  if (!derived.status.ok()) return error_note(ui, derived.refusal);
  if (!derived.fixed_error) {
    if (derived.geometry.rows.adaptive) note(ui, "More bins than cells: no fixed window makes as many.");
    return;
  }
  const FixedPool &rows = *derived.fixed_rows, &columns = *derived.fixed_columns;
  const bool apart = rows.cells_apart + columns.cells_apart > 0;
  const std::string fixed =
      short_size_text({rows.kernel, columns.kernel}) + " / " + short_size_text({rows.stride, columns.stride});
  readout(ui, "Closest fixed", fixed,
          "Kernel / stride of the sliding window whose windows are most like the bins");
  readout(ui, "Its largest error", apart ? short_text(*derived.fixed_error) : "none: the same",
          apart ? "On this grid, between its output and this one" : "Every bin is one of its windows", apart);
}

void window(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  const PoolParams& params = document.params;
  if (section(ui, "step/window-section", "Window", !is_default(Section::kWindow, document))) {
    ui.push(Action(ResetSection{Section::kWindow}));
  }
  static constexpr std::string_view kKinds[] = {"Sliding window", "Adaptive", "Global"};
  int kind = static_cast<int>(document.kind);
  if (dropdown(ui, "step/kind",
               waits(model, {"Kind", "A window that slides; bins that share the grid out; or all of it",
                             "step.kind", ""}),
               kKinds, &kind)) {
    ui.push(Action(SetKind{static_cast<Kind>(kind)}));
  }
  if (document.kind != Kind::kSliding) return bins(ui, model, derived);
  pair<SetKernel>(ui, "step/kernel", {"Kernel", "Cells a window reads along each side", "step.kernel-up", ""},
                  Field::kKernel, params.kernel, document.links.kernel, model);
  pair<SetStride>(ui, "step/stride", {"Stride", "Cells from one window to the next", "step.stride-up", ""},
                  Field::kStride, params.stride, document.links.stride, model);
  bool follows = document.stride_follows;
  if (toggle(ui, "step/stride-follows",
             waits(model, {"Stride = kernel", "The usual choice: windows side by side, none overlaps",
                           "step.stride-follows", ""}),
             &follows)) {
    ui.push(Action(SetStrideFollows{follows}));
  }
  const bool none = limits(Field::kPadding, document).high == 0 && params.padding == Padding{};
  pair<SetPadding>(ui, "step/padding",
                   {"Padding", "Rings of cells around the grid, at most half the kernel", "step.padding-up",
                    none ? "Padding is at most half the kernel: a kernel of 1 leaves none" : ""},
                   Field::kPadding, {params.padding.top, params.padding.left}, document.links.padding, model);
  const bool point = params.kernel == Size2{1, 1} && params.dilation == Size2{1, 1};
  pair<SetDilation>(ui, "step/dilation",
                    {"Dilation", "Distance between the cells a window reads", "step.dilation-up",
                     point ? "A 1×1 window reads one cell: there is nothing to spread" : ""},
                    Field::kDilation, params.dilation, document.links.dilation, model);
  if (!derived.status.ok()) error_note(ui, derived.refusal);
}

void device(Ui& ui, const Derived& derived) {
  constexpr std::string_view kDevices[] = {"CPU", "GPU"};
  const std::string tip = "Where windows are pooled; the numbers are the same" +
                          (derived.gpu_name.empty() ? std::string() : ". GPU: " + derived.gpu_name);
  int selected = derived.device == Device::kGpu ? 1 : 0;
  if (segmented(ui, "step/device", {"Device", tip, "step.device", derived.gpu_refusal}, kDevices,
                &selected)) {
    ui.push(Action(SetDevice{selected == 1 ? Device::kGpu : Device::kCpu}));
  }
}

void options(Ui& ui, const Model& model, const Derived& derived) {
  const PoolParams& params = model.document.params;
  if (section(ui, "step/options-section", "Options", !is_default(Section::kOptions, model.document))) {
    ui.push(Action(ResetSection{Section::kOptions}));
  }
  bool ceil = params.ceil_mode;
  const std::string_view bins = model.document.kind == Kind::kSliding ? "" : "Bins end where the grid ends";
  if (toggle(ui, "step/ceil-mode",
             waits(model, {"Ceil mode", "Round the output size up: the last window may hang over the edge",
                           "step.ceil-mode", bins}),
             &ceil)) {
    ui.push(Action(SetCeilMode{ceil}));
  }
  bool count = params.count_include_pad;
  const bool max = !shows_average(model);
  if (toggle(ui, "step/count-include-pad",
             waits(model, {"Count padding", "An average divides by padding cells too (count_include_pad)",
                           "step.count-include-pad",
                           !bins.empty() ? bins
                           : max         ? "Only an average divides: padding never wins a maximum"
                                         : ""}),
             &count)) {
    ui.push(Action(SetCountIncludePad{count}));
  }
  bool divisors = model.divisors;
  if (toggle(ui, "step/divisors",
             waits(model, {"Divisors", "In each cell of an average what it was divided by", "step.divisors",
                           max ? "A maximum divides by nothing" : ""}),
             &divisors)) {
    ui.push(Action(ShowDivisors{divisors}));
  }
  device(ui, derived);
}

void preset_list(Ui& ui, const Model& model) {
  const Document& document = model.document;
  const Source& source = document.source;
  std::vector<std::string_view> titles;
  const std::string file = one_line(source.file, kShownName);
  int selected = -1;
  for (const Preset& preset : presets()) {
    if (preset.id == source.preset) selected = static_cast<int>(titles.size());
    titles.push_back(preset.title);
  }
  if (dropdown(ui, "step/preset", waits(model, {"Preset", "Grids worth looking at", "step.preset-next", ""}),
               titles, &selected, file)) {
    ui.push(Action(ApplyPreset{std::string(presets()[static_cast<size_t>(selected)].id)}));
  }
  if (const std::string_view summary = grid_summary(document); !summary.empty()) {
    note(ui, summary);
    gap(ui, 0.4f);
  }
}

// Which plane of a file, and which part of a plane that is larger than the grid.
void plane_choice(Ui& ui, const Model& model) {
  const Document& document = model.document;
  const Source& source = document.source;
  if (!source.tensor) return;
  const Shape& shape = source.tensor->shape;
  const std::string of = std::to_string(shape.n) + (shape.n == 1 ? " image" : " images") + " of " +
                         std::to_string(shape.c) + (shape.c == 1 ? " channel" : " channels");
  if (has_layouts(source)) {
    static constexpr std::string_view kLayouts[] = {"first", "last"};
    int layout = source.layout == poolglass::Layout::kNhwc ? 1 : 0;
    if (segmented(
            ui, "step/layout",
            waits(model, {"Channels",
                          "Where the file's array has its channels: before rows and columns, or after them",
                          "step.layout", ""}),
            kLayouts, &layout)) {
      ui.push(Action(SetLayout{layout == 1 ? poolglass::Layout::kNhwc : poolglass::Layout::kNchw}));
    }
  }
  int64_t image = source.plane / shape.c, channel = source.plane % shape.c;
  bool other = shape.n > 1 && number(ui, "step/image", waits(model, {"Image", of, "step.image-next", ""}),
                                     &image, 0, shape.n - 1);
  other |= shape.c > 1 && number(ui, "step/plane", waits(model, {"Channel", of, "step.channel-next", ""}),
                                 &channel, 0, shape.c - 1);
  if (other) ui.push(Action(SetChannel{image * shape.c + channel}));
  Cell origin = source.origin;
  const int64_t rows = shape.h - document.grid.size.h, columns = shape.w - document.grid.size.w;
  const std::string size = "Of a plane of " + grouped(shape.h) + " × " + grouped(shape.w) + " cells";
  bool moved = rows > 0 &&
               number(ui, "step/first-row", waits(model, {"First row", size, "", ""}), &origin.row, 0, rows);
  moved |= columns > 0 && number(ui, "step/first-column", waits(model, {"First column", size, "", ""}),
                                 &origin.column, 0, columns);
  if (moved) ui.push(Action(SetOrigin{origin}));
}

// A map is cropped, or a part of a plane gives way to all of it.
void crop(Ui& ui, const Model& model, const Derived& derived) {
  const Size2 size = model.document.grid.size;
  if (is_map(size)) {
    if (button(ui, "step/crop",
               waits(model, {"Crop to sight", "What is in sight becomes the grid, 64 × 64 cells at most",
                             "step.crop", ""})))
      ui.push(Action(crop_to_sight(model.sight, size)));
  } else if (!derived.whole.values.empty()) {
    if (button(ui, "step/crop", {"Whole map", "All of the plane becomes the grid", "step.crop", ""}))
      ui.push(Action(ShowWhole{}));
  }
}

void grid(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  const bool changed = derived.edited || document.grid.size != natural_size(document.source);
  if (section(ui, "step/grid-section", "Grid", changed)) {
    ui.push(Action(ResetSection{Section::kGrid}));
  }
  preset_list(ui, model);
  pair<SetGridSize>(ui, "step/size", {"Size", "Rows and columns", "step.grid-up", ""}, Field::kGrid,
                    document.grid.size, document.links.size, model);
  plane_choice(ui, model);
  crop(ui, model, derived);
  const std::string tip = "Take a picture (" + endings(FileKind::kPicture) + "), or a plane of an array (" +
                          endings(FileKind::kArray) + "), as the grid";
  const ControlText fill[] = {waits(model, {document.source.preset == "random" ? "New seed" : "Random digits",
                                            "Fill the grid with other random digits", "step.new-seed", ""}),
                              {"Open…", tip, "open", ""}};
  switch (button_row(ui, "step/fill", fill)) {
    case 0:
      ui.push(Action(NewSeed{}));
      break;
    case 1:
      ui.push(Request(AskOpen{}));
      break;
    default:
      break;
  }
  const ControlText save[] = {
      {"Save input…", "Write the grid as a .npy file", "step.save-input", ""},
      waits(model, {"Save output…", "Write the result as a .npy file", "export-data", ""})};
  switch (button_row(ui, "step/save", save)) {
    case 0:
      ui.push(Request(AskSave{SaveKind::kStepInput}));
      break;
    case 1:
      ui.push(Request(AskSave{SaveKind::kStepOutput}));
      break;
    default:
      break;
  }
}

std::string size_of(Size2 size) { return std::to_string(size.h) + " × " + std::to_string(size.w); }

void results(Ui& ui, const Derived& derived) {
  section(ui, "step/result-section", "Result", false);
  const int64_t cells = derived.grid.size.h * derived.grid.size.w;
  readout(ui, "Output", size_of(derived.output.size),
          "Rows and columns of the result: one cell for each window");
  readout(ui, "This window reads",
          grouped(derived.window.cells) + (derived.window.cells == 1 ? " cell" : " cells"),
          "Cells of the grid, padding not counted");
  if (derived.both || derived.params.reduction == Reduction::kAverage) {
    readout(ui, "Divided by", grouped(derived.window.divisor),
            "Cells that the average of this window counts");
  }
  readout(ui, "Never read", grouped(derived.never_read) + " of " + grouped(cells),
          "Input cells that no window reads; hatched in the picture");
}

std::string_view why_not_conserved(const Document& document) {
  if (document.params.reduction == Reduction::kAverage)
    return "The divisor counts padding, whose share is lost";
  if (document.ties == TiePolicy::kAll) return "Every tied cell gets the whole gradient";
  return "A window that reads only padding sends its gradient nowhere";
}

// A figure's row keeps its place while the figure is being found.
std::string once_found(const Derived& derived, std::string figure) {
  return derived.finding ? "…" : std::move(figure);
}

// The gradient lens's own group.
void gradient(Ui& ui, const Model& model, const Derived& derived) {
  const Document& document = model.document;
  const GradientFacts& facts = derived.gradient;
  if (section(ui, "step/gradient-section", "Gradient", !is_default(Section::kGradient, document))) {
    ui.push(Action(ResetSection{Section::kGradient}));
  }
  std::vector<std::string_view> titles;
  for (const NamedUpstream& upstream : kUpstreams) {
    const bool typed = upstream.kind == UpstreamKind::kTyped;
    if (!typed || !derived.map.shown || document.upstream.kind == upstream.kind)
      titles.push_back(upstream.title);
  }
  int kind = static_cast<int>(document.upstream.kind);
  if (dropdown(ui, "step/upstream",
               {"Upstream", "What arrives at the output; type over a pinned output cell for your own",
                "step.upstream", ""},
               titles, &kind)) {
    ui.push(Action(SetUpstream{kUpstreams[static_cast<size_t>(kind)].kind, derived.window.output}));
  }
  if (document.upstream.kind == UpstreamKind::kRandom &&
      button(ui, "step/upstream-seed", {"Other random values", "Another random gradient", "", ""})) {
    ui.push(Action(NewUpstreamSeed{}));
  }
  const bool max = shows_max(model);
  int policy = static_cast<int>(document.ties);
  if (segmented(
          ui, "step/ties",
          {"Ties go to", "Which of a window's equal maxima get its gradient; PyTorch's rule is the first",
           "step.ties", max ? "" : "An average has no winner: every cell gets its share"},
          kTieNames, &policy)) {
    ui.push(Action(SetTies{static_cast<TiePolicy>(policy)}));
  }
  readout(ui, "Sent so far", once_found(derived, short_text(facts.sent)),
          "Sum of the upstream gradient of the windows up to the playhead");
  const bool conserved = std::abs(facts.sent - facts.sum) <= 1e-5 * std::max(1.0, std::abs(facts.sent));
  readout(ui, "Arrived", once_found(derived, short_text(facts.sum)),
          conserved ? "As much as was sent" : why_not_conserved(document), !conserved);
  readout(ui, "Cells reached",
          once_found(derived, grouped(facts.reached_cells) + " of " +
                                  grouped(derived.grid.size.h * derived.grid.size.w)),
          "Input cells that the windows so far send to");
  if (max)
    readout(ui, "Windows with a tie", once_found(derived, grouped(facts.tied_windows)),
            "Windows with several equal maxima");
}

// What would leave fewer cells unread. The picture shows the one that is pointed at, a click applies it.
void fix_table(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  view.fixes_drawn = true;
  const std::string heads[] = {"Change", "output", "unread"};
  table_head(ui, heads);
  std::optional<size_t> pointed;
  for (size_t i = 0; i < derived.fixes.size(); ++i) {
    const Fix& fix = derived.fixes[i];
    const std::string cells[] = {fix.words, size_text(fix.output), compact(fix.never_read)};
    bool hovered = false;
    const ControlText text = waits(model, {fix.words, "", "", ""});
    if (table_row(ui, "step/fix/" + std::to_string(i), cells, text, &hovered)) ui.push(fix.action);
    if (hovered) pointed = i;
  }
  if (pointed != model.preview) ui.push(Action(PreviewFix{pointed}));
}

// The coverage lens's own group: how much is read, and what would change it.
void coverage(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  section(ui, "step/coverage-section", "Coverage", false);
  const int64_t cells = derived.grid.size.h * derived.grid.size.w;
  readout(ui, "Never read", grouped(derived.never_read) + " of " + grouped(cells),
          "Input cells that no window reads; hatched in the picture");
  readout(ui, "Most windows on a cell", grouped(derived.most_reads));
  readout(ui, "Sum of all reads", grouped(derived.total_reads),
          "Kernel cells times windows, less what windows find in the padding");
  // Fixes are the document's; the figures above may be those of one that is looked at.
  if (derived.fixes.empty()) {
    note(ui, derived.never_read == 0 ? "Every cell is read: nothing to mend."
                                     : "No single change of the window reads more cells.");
    return;
  }
  gap(ui, 0.4f);
  section(ui, "step/fix-section", "Fix it", false);
  fix_table(ui, model, derived, view);
}
// The rebuild lens's own group: what of the input the output still tells.
void rebuild(Ui& ui, const Derived& derived) {
  const auto of = [&](const Rebuilt& r, Reduction reduction) {
    const bool max = reduction == Reduction::kMax;
    section(ui, max ? "step/rebuild-max" : "step/rebuild-average",
            max ? "Rebuilt from the maxima" : "Rebuilt from the averages", false);
    readout(ui, "Energy kept", once_found(derived, energy_text(r)),
            "1 − the sum of the squares of what is lost / that of the input's squares");
    readout(ui, "Cells as they were",
            once_found(derived, grouped(r.kept_cells) + " of " + grouped(std::ssize(r.plane.values))),
            "Cells that are rebuilt without a difference");
    readout(ui, "Largest loss", once_found(derived, short_text(r.largest)),
            "Input − rebuilt, where its magnitude is largest");
    const bool few = std::ssize(r.changed) < 10'000;  // of more there is no room to say of how many
    std::string again = grouped(r.changed_windows) + (few ? " of " + grouped(std::ssize(r.changed)) : "");
    again = r.changed_windows == 0 ? "the same" : again + " differ";
    readout(ui, "Pooled again", once_found(derived, again), round_trip_sentence(r), r.changed_windows > 0);
  };
  of(derived.rebuild.shown, derived.params.reduction);
  if (derived.both) of(derived.rebuild.average, Reduction::kAverage);
}

// The dialects lens's own group: what each library makes of the layer.
void dialects(Ui& ui, const Model& model, const Derived& derived) {
  section(ui, "step/dialects-section", "Dialects", false);
  std::vector<std::string_view> titles;
  for (const DialectName& dialect : kDialects) titles.push_back(dialect.title);
  int selected = static_cast<int>(model.dialect);
  if (dropdown(ui, "step/dialect",
               {"Windows of", "Whose windows and padding the input shows", "step.dialect", ""}, titles,
               &selected)) {
    ui.push(Action(SetDialect{kDialects[static_cast<size_t>(selected)].dialect}));
  }
  for (const DialectView& view : derived.dialects.all) {
    const std::string tip = view.refusal.empty() ? "Compared with the output of the other lenses: " +
                                                       std::string(dialect_rule(view.dialect))
                                                 : view.refusal;
    readout(ui, dialect_title(view.dialect), dialect_note(view, derived), tip,
            view.refusal.empty() && (view.differing > 0 || view.output.size != derived.output.size));
  }
}

}  // namespace

void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  if (model.panel == kCodePanel) return draw_code(ui, model, derived);
  if (model.panel == kPredictPanel) return draw_predict(ui, model, derived, view);
  if (derived.predict.open) {
    gap(ui, 0.6f);
    note(ui, "Settings are locked while a guess is open: Alt+P goes back to it, Esc gives it up.");
  }
  const Exercise* exercise = model.predict.exercise.get();
  if (derived.predict.open && exercise != nullptr && exercise->hidden.settings) return;
  if (!derived.map.refusal.empty() && !derived.finding) {
    gap(ui, 0.6f);
    note(ui, derived.map.refusal + ".");
  } else {
    if (model.lens == kGradientLens && !derived.predict.open) gradient(ui, model, derived);
    if (model.lens == kCoverageLens) coverage(ui, model, derived, view);
    if (model.lens == kRebuildLens) rebuild(ui, derived);
    if (model.lens == kDialectsLens) dialects(ui, model, derived);
  }
  window(ui, model, derived);
  options(ui, model, derived);
  grid(ui, model, derived);
  if (!derived.predict.open) results(ui, derived);
  // What one press of the button or of a key changes is one undo step.
  if (ui.widgets.keyed || (edit_over(ui) && model.history.merging())) ui.push(Action(EndMerge{}));
}

}  // namespace poolglass::step
