#include "app/rooms/chain/lens_words.h"

#include <algorithm>
#include <memory>

#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

std::string before_text(const std::optional<network::WalkStep>& step) {
  return step ? grouped(step->r) : "—";
}

// The layer whose output a window reads.
std::optional<size_t> read_by(const Graph& graph, size_t layer) {
  const network::Sources from = graph.inputs(layer);
  if (from.size() != 1) return std::nullopt;
  return static_cast<size_t>(from[0]);
}

// "+783,840 parameters", "as many MACs".
std::string count_difference(const network::Count& more, const char* what) {
  if (more.known != network::Known::kComplete) return std::string("an unknown number of ") + what;
  return (more.value == 0 ? "as many " : (more.value > 0 ? "+" : "") + grouped(more.value) + " ") + what;
}

std::string field_words(const Derived& derived) {
  const PathResults& paths = derived.lens.paths;
  const Graph& graph = *derived.network.graph;
  const std::string& name = graph.names[static_cast<size_t>(derived.network.selected)];
  if (derived.lens.finding_paths) return name + ": its paths are being counted";
  if (!paths.why_not.empty()) return "No paths are counted: " + paths.why_not;
  const auto inner = [](const network::Core& core, const network::PathCounts& counts) {
    return grouped(core.cells) + " of " + grouped(std::ssize(counts.counts));
  };
  const std::string rows = inner(paths.core_rows, paths.rows);
  const std::string columns = inner(paths.core_columns, paths.columns);
  std::string text = name + " unit " + cell_text(derived.cell) + ": 95 % of paths in the inner ";
  text += rows == columns ? columns + " px" : rows + " rows, " + columns + " columns";
  const auto& overlap = derived.lens.overlap;
  if (!overlap) return text;
  const Interval& down = overlap->shared.rows;
  const Interval& across = overlap->shared.columns;
  if (overlap->cells == 0) return text + "; the two pinned units share no pixel";
  return text + "; the two pinned units share " +
         size_text({down.last - down.first + 1, across.last - across.first + 1}) + " px, " +
         percent(static_cast<double>(overlap->cells) / static_cast<double>(overlap->of)) + " of a field";
}

std::string sizes_sentence(const Derived& derived) {
  const Size2 input = derived.network.graph->figures.input_size;
  if (derived.lens.finding_sizes) return "Input sizes are being tried";
  const std::string now = input.h > 0 && input.w > 0 ? size_text(input) + " input: " : "";
  return now + sizes_words(derived.lens.sizes);
}

std::string walk_sentence(const Model& model, const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const WalkResults& walks = derived.lens.walks;
  const size_t step = walk_step(model, derived);
  const size_t count = derived.lens.columns.size();
  const auto layer = static_cast<size_t>(derived.lens.columns[step]);
  if (step + 1 == count) {
    const Verdict verdict = verdict_of(derived);
    const char* axis = !walks.axes_differ ? "" : walks.along == network::Along::kRows ? " rows" : " columns";
    std::string text = graph.names[layer] + axis + ": forward " + verdict.forward + ", backward " +
                       verdict.backward + ", by index " + verdict.indices;
    const bool walked = verdict.forward != "—" || verdict.backward != "—";
    text += !walked         ? ": the recurrences do not apply"
            : verdict.agree ? ": they agree"
                            : ": they do not agree";
    return text + (verdict.shortcut_differs ? "; the shortcut says " + verdict.shortcut : "");
  }
  std::string text = "Step " + grouped(static_cast<int64_t>(step)) + " of " +
                     grouped(static_cast<int64_t>(count) - 1) + ". Forward, " + graph.names[layer] + ": ";
  const std::string forward = forward_arithmetic(graph, walks, layer);
  text += forward.empty() ? before_text(walks.forward[layer]) : forward;
  const auto at = static_cast<size_t>(derived.lens.columns[count - 1 - step]);
  const std::string backward = at < walks.backward.size() ? before_text(walks.backward[at]) : "—";
  text += "; backward, " + graph.names[at] + ": reads " + backward;
  const std::string shortcut = shortcut_arithmetic(graph, walks, layer);
  const bool differs =
      walks.forward[layer] && walks.shortcut[layer] && walks.forward[layer]->r != *walks.shortcut[layer];
  return text + (differs && !shortcut.empty() ? "; the shortcut: " + shortcut : "");
}

std::string poke_sentence(const Derived& derived) {
  const PokeResults& poke = derived.lens.poke;
  const Graph& graph = *derived.network.graph;
  if (!poke.why_not.empty()) return "Nothing can be poked: " + poke.why_not;
  const std::string& name = graph.names[static_cast<size_t>(poke.layer)];
  const std::string at = "Pixel " + cell_text(*poke.pixel);
  if (derived.lens.finding_poke) return at + ": what it moves of " + name + " is being computed";
  if (poke.moved.cells == 0) return at + " moves nothing of " + name + ", as the formula says";
  return at + " moves rows " + span_text(poke.moved.rows) + ", columns " + span_text(poke.moved.columns) +
         " of " + name + (poke.same() ? ": the formula's box" : ", not the formula's box");
}

std::string compare_sentence(const Model& model, const Derived& derived) {
  const Comparison& comparison = derived.comparison;
  const std::string b = rival_title(model.document.rival);
  if (!comparison.net.graph) return "B, " + b + ": " + comparison.why_not;
  const network::Outcome &x = comparison.a, &y = comparison.b;
  const std::string was = outcome_field(x), is = outcome_field(y);
  std::string text = "B, " + b + ": " + count_difference(comparison.more.params, "parameters");
  const bool counted =
      x.params.known == network::Known::kComplete && y.params.known == network::Known::kComplete;
  if (counted && x.params.value > 0 && x.params != y.params) {
    const double times = static_cast<double>(y.params.value) / static_cast<double>(x.params.value);
    if (decimal(times) != "1") text += " (× " + decimal(times) + ")";
  }
  text += ", " + count_difference(comparison.more.macs, "MACs") + ", field " + is;
  return text + (was == is ? " as before" : " instead of " + was);
}

// Layers that differ, by how much: "pool2 → down2: field 10 → 13, +36,928 parameters, +9.44 M MACs".
std::string difference_lines(const Derived& derived) {
  const Comparison& comparison = derived.comparison;
  if (!comparison.net.graph) return {};
  const Graph &a = *derived.network.graph, &b = *comparison.net.graph;
  std::string text = grouped(comparison.differ) + " of " + grouped(std::ssize(comparison.layers)) +
                     " layers differ" + (comparison.differ > 0 ? ":\n" : "\n");
  for (const Comparison::Difference& at : comparison.layers) {
    if (!at.what.any()) continue;
    const auto was = static_cast<size_t>(at.layers.a), is = static_cast<size_t>(at.layers.b);
    if (at.layers.b < 0) {
      text += a.names[was] + ": only in A, ";
    } else if (at.layers.a < 0) {
      text += b.names[is] + ": only in B, ";
    } else {
      text += (a.names[was] == b.names[is] ? b.names[is] : a.names[was] + " → " + b.names[is]) + ": ";
      if (at.what.output)
        text += dims_label(a.figures.layers[was]) + " → " + dims_label(b.figures.layers[is]) + ", ";
      if (at.what.field) text += "field " + field_text(a, was) + " → " + field_text(b, is) + ", ";
    }
    const std::string params = difference_text(at.what.params), macs = difference_text(at.what.macs);
    if (params != "=") text += params + " parameters, ";
    if (macs != "=") text += macs + " MACs, ";
    text.replace(text.size() - 2, 2, "\n");
  }
  return text;
}

std::string walk_lines(const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  const WalkResults& walks = derived.lens.walks;
  std::string text;
  for (const int32_t at : derived.lens.columns) {
    const auto layer = static_cast<size_t>(at);
    const auto r = [&](const std::vector<std::optional<network::WalkStep>>& steps) {
      return layer < steps.size() ? before_text(steps[layer]) : "—";
    };
    const auto& shortcut = walks.shortcut[layer];
    text += graph.names[layer] + ": forward " + r(walks.forward) + ", backward " + r(walks.backward) + ", " +
            walks.cells() + " " + (layer < walks.indices.size() ? span_text(walks.indices[layer]) : "—") +
            ", shortcut " + (shortcut ? grouped(*shortcut) : "—") + "\n";
  }
  return text;
}

std::string option_lines(const Comparison& comparison) {
  std::string text;
  for (size_t i = 0; i < comparison.options.size(); ++i) {
    const Comparison::Option& option = comparison.options[i];
    text += std::string(what_if_title(network::kWhatIfs[i])) + ": ";
    if (!option.graph) {
      text += option.why_not + "\n";
      continue;
    }
    text += "field " + outcome_field(option.outcome) + ", " +
            count_difference(option.more.params, "parameters") + ", " +
            count_difference(option.more.macs, "MACs") + ", output " +
            network::dims_text(option.outcome.output) + "\n";
  }
  return text;
}

std::string resolution_lines(const SizeResults& sizes) {
  std::string text;
  for (const network::FixedJoins& fixed : sizes.fixes) {
    const JoinFixWords words = join_fix_words(fixed);
    text += words.title + ": " + words.words + "\n";
  }
  for (const SizeResults::At& at : sizes.resolutions) {
    text += grouped(at.side) + ": ";
    if (!at.fits) {
      text += "does not fit\n";
      continue;
    }
    text += "output " + grouped(at.height);
    if (at.local) text += ", field " + grouped(at.r) + ", padding " + grouped(at.padding);
    text += ", " + compact(at.macs) + " MACs\n";
  }
  return text;
}

}  // namespace

size_t walk_step(const Model& model, const Derived& derived) {
  const int64_t last = std::max<int64_t>(std::ssize(derived.lens.columns), 1) - 1;
  return static_cast<size_t>(std::clamp<int64_t>(model.playhead.index, 0, last));
}

std::string span_text(const network::Interval& cells) {
  if (cells.last < cells.first) return "—";
  return cells.first == cells.last ? grouped(cells.first) : grouped(cells.first) + "…" + grouped(cells.last);
}

std::string cell_text(Cell cell) {
  return std::string("(").append(std::to_string(cell.row)).append(",").append(std::to_string(cell.column)) +
         ")";
}

std::string signed_text(int64_t difference) {
  if (difference == 0) return "=";
  return difference > 0 ? "+" + compact(difference) : "−" + compact(-difference);
}

std::string rival_title(const Rival& rival) {
  if (rival.held) return rival.held->title.empty() ? "the network that is held" : rival.held->title;
  return rival.is_change() ? std::string(what_if_title(rival.change)) : rival.network;
}

std::string count_text(const network::Count& count) {
  if (count.known == network::Known::kUnavailable) return "?";
  return (count.known == network::Known::kPartial ? "≥ " : "") + compact(count.value);
}

std::string difference_text(const network::Count& more) {
  return more.known == network::Known::kComplete ? signed_text(more.value) : "?";
}

std::string percent(double share) { return decimal(100 * share) + " %"; }

std::string forward_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer) {
  const auto from = read_by(graph, layer);
  const auto window = step_window(graph.network, graph.figures, layer, walks.along);
  if (!from || !window || !walks.forward[*from] || !walks.forward[layer]) return {};
  const network::WalkStep &before = *walks.forward[*from], &after = *walks.forward[layer];
  std::string text = grouped(before.r) + " + ";
  if (window->dilation != 1) text += grouped(window->dilation) + "·";
  return text.append("(").append(grouped(window->kernel)).append(" − 1)·").append(grouped(before.jump)) +
         " = " + grouped(after.r);
}

std::string backward_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer) {
  const auto from = read_by(graph, layer);
  const auto window = step_window(graph.network, graph.figures, layer, walks.along);
  if (!from || !window || layer >= walks.backward.size() || !walks.backward[layer] || !walks.backward[*from])
    return {};
  return grouped(window->stride) + "·" + grouped(walks.backward[layer]->r) + " + (" +
         grouped(window->reach() + 1) + " − " + grouped(window->stride) +
         ") = " + grouped(walks.backward[*from]->r);
}

std::string shortcut_arithmetic(const Graph& graph, const WalkResults& walks, size_t layer) {
  const auto from = read_by(graph, layer);
  const auto window = step_window(graph.network, graph.figures, layer, walks.along);
  if (!from || !window || !walks.shortcut[*from] || !walks.shortcut[layer]) return {};
  const bool pool = network::is_pool(graph.network.layers[layer].kind);
  return grouped(*walks.shortcut[*from]) + (pool ? "·" : " + ") +
         grouped(pool ? window->stride : window->reach()) + " = " + grouped(*walks.shortcut[layer]);
}

Verdict verdict_of(const Derived& derived) {
  const WalkResults& walks = derived.lens.walks;
  const auto layer = static_cast<size_t>(derived.network.selected);
  Verdict verdict{"—", "—", "—", "—"};
  std::vector<int64_t> found;
  const auto tell = [&](int64_t r, std::string* text) {
    found.push_back(r);
    *text = grouped(r);
  };
  if (layer < walks.forward.size() && walks.forward[layer]) tell(walks.forward[layer]->r, &verdict.forward);
  if (!walks.backward.empty() && walks.backward[0]) tell(walks.backward[0]->r, &verdict.backward);
  if (!walks.indices.empty() && walks.indices[0].last >= walks.indices[0].first)
    tell(walks.indices[0].last - walks.indices[0].first + 1, &verdict.indices);
  verdict.agree = std::ranges::all_of(found, [&](int64_t r) { return r == found.front(); });
  if (layer < walks.shortcut.size() && walks.shortcut[layer]) {
    verdict.shortcut = grouped(*walks.shortcut[layer]);
    verdict.shortcut_differs = !found.empty() && *walks.shortcut[layer] != found.front();
  }
  return verdict;
}

std::string outcome_field(const network::Outcome& outcome) {
  if (outcome.field_layer < 0) return "all";
  const auto along = [](const network::Receptive& r) {
    return r.least == r.most ? grouped(r.most) : grouped(r.least) + "…" + grouped(r.most);
  };
  const std::string rows = along(outcome.rows), columns = along(outcome.columns);
  return rows == columns ? rows : rows + "×" + columns;
}

std::string sizes_words(const SizeResults& sizes) {
  if (!sizes.why_not.empty()) return "sizes were not tried: " + sizes.why_not;
  const network::FittingSizes& fitting = sizes.fitting;
  const std::string beside = sizes.width ? " beside a width of " + grouped(*sizes.width) : "";
  if (fitting.smallest == 0)
    return sizes.width ? "no height was found that fits" + beside : "no square input was found that fits";
  std::string text;
  const char* fits = fitting.fit && fitting.fit->every() ? " fits" : " fit";
  if (fitting.fit) text += pattern_words(*fitting.fit) + fits;
  if (fitting.fit && fitting.fit == fitting.whole) {
    text += fitting.fit->every() ? " and loses no row" : " and lose no row";
  } else if (fitting.whole) {
    text += fitting.whole->remainders.empty() ? "; each of them loses rows"
                                              : "; " + pattern_words(*fitting.whole) + " lose no row";
  }
  return (text.empty() ? "" : text + "; ") + "the smallest is " + grouped(fitting.smallest);
}

Action fix_joins(const network::FixedJoins& fixed) {
  return Action(FixJoins{std::make_shared<const network::Network>(*fixed.network)});
}

JoinFixWords join_fix_words(const network::FixedJoins& fixed) {
  const auto side = [](Size2 size, bool rows) { return grouped(rows ? size.h : size.w); };
  JoinFixWords text;
  if (!fixed.paths.empty()) {
    const network::FixedPath& path = fixed.paths.front();
    const bool rows = path.from.h != path.to.h;
    text.words = side(path.from, rows) + " → " + side(path.to, rows) + (rows ? "" : " columns");
  }
  const auto paths = std::ssize(fixed.paths);
  if (paths > 1) text.words += ", " + grouped(paths) + " paths";
  const std::string source = fixed.paths.empty() ? "" : " " + fixed.paths.front().source;
  switch (fixed.fix) {
    case network::JoinFix::kCrop:
      text.title = "Crop" + source;
      break;
    case network::JoinFix::kPad:
      text.title = "Pad" + source;
      text.words += ", zeros";
      break;
    case network::JoinFix::kCeil:
      text.title = "Pool in ceil mode";
      text.words = "drops no row or column";
  }
  if (!fixed.network) text.words = with_times_signs(fixed.why_not);
  return text;
}

std::string check_words(const network::Summary& summary, const network::Check& check) {
  std::string text = summary.program + ": ";
  if (check.too_many) {
    text += grouped(std::ssize(summary.rows)) + " rows beside " + grouped(std::ssize(check.layers)) +
            " layers are too many to compare";
  } else {
    text += grouped(check.agree) + " of " + grouped(check.agree + check.differ) + " layers agree";
  }
  if (check.silent > 0) text += "; of " + grouped(check.silent) + " more nothing can be compared";
  if (!check.left_over.empty())
    text += "; " + grouped(std::ssize(check.left_over)) + " of its rows have no layer";
  if (check.total) text += *check.total ? "; all parameters agree" : "; parameters in all differ";
  return text;
}

std::string lens_sentence(const Model& model, const Derived& derived) {
  const auto with_error = [&](const std::string& text) {
    return text.find(derived.error) == std::string::npos ? text + "; " + derived.error : text;
  };
  switch (model.lens) {
    case kFieldLens:
      return with_error(field_words(derived));
    case kSizesLens:
      return derived.error.empty() ? sizes_sentence(derived)
                                   : derived.error + "; " + sizes_words(derived.lens.sizes);
    case kProofLens:
      return with_error(model.proof == Proof::kWalks ? walk_sentence(model, derived)
                                                     : poke_sentence(derived));
    default:
      return compare_sentence(model, derived);
  }
}

std::string lens_report(const Model& model, const Derived& derived) {
  std::string text = lens_sentence(model, derived) + "\n";
  if (model.lens == kSizesLens) return text + resolution_lines(derived.lens.sizes);
  if (model.lens == kProofLens && model.proof == Proof::kWalks) return text + walk_lines(derived);
  if (model.lens == kCompareLens) return text + option_lines(derived.comparison) + difference_lines(derived);
  return text;
}

}  // namespace poolglass::chain
