#include "core/network/figures.h"

#include "core/network/infer.h"

namespace poolglass::network {
namespace {

Status layer_error(const Network& network, size_t index, const Status& status) {
  const std::string name = effective_names(network)[index];
  if (network.layers[index].kind == Kind::kInput) {
    return Status(status.code(), (name == "input" ? name : "input " + name) + ": " + status.message());
  }
  size_t number = 0;  // inputs are not counted
  for (size_t i = 0; i <= index; ++i) number += network.layers[i].kind != Kind::kInput;
  return Status(status.code(), "layer " + std::to_string(number) + " (" + name + "): " + status.message());
}

void add(const Count& count, Count* sum) {
  if (count.known == Known::kUnavailable) {
    if (sum->because < 0) sum->because = count.because;
    return;
  }
  if (__builtin_add_overflow(sum->value, count.value, &sum->value)) sum->value = kBeyondCount;
}

void close(Count* sum) {
  if (sum->because >= 0) sum->known = sum->value > 0 ? Known::kPartial : Known::kUnavailable;
}

// One of the two axes of a layer.
struct AxisFigures {
  Field LayerFigures::*field;
  AxisAlignment LayerFigures::*alignment;
  AxisMap LayerFigures::*reads;
  int64_t (LayerFigures::*extent)() const;
};
constexpr AxisFigures kRows{&LayerFigures::rows, &LayerFigures::align_rows, &LayerFigures::reads_rows,
                            &LayerFigures::height};
constexpr AxisFigures kColumns{&LayerFigures::columns, &LayerFigures::align_columns,
                               &LayerFigures::reads_columns, &LayerFigures::width};

int badness(Alignment alignment) {
  return alignment == Alignment::kMisaligned ? 3
         : alignment == Alignment::kUnknown  ? 2
         : alignment == Alignment::kWithin   ? 1
                                             : 0;
}

void worsen(Alignment state, int32_t at, AxisAlignment* alignment) {
  const bool worse = badness(state) > badness(alignment->upstream);
  const bool earlier = state == alignment->upstream && at < alignment->upstream_at;
  if (!worse && !(earlier && state != Alignment::kAligned)) return;
  alignment->upstream = state;
  alignment->upstream_at = at;
}

// How input `input` lies to the first.
void align(const Field& first, const Field& other, int32_t input, AxisAlignment* alignment) {
  if (first.state != FieldState::kLocal || other.state != FieldState::kLocal) return;
  Alignment state = Alignment::kAligned;
  int64_t least = 0, most = 0;
  if (!centre_difference(first, other, &least, &most)) {
    const bool known = first.start_known && other.start_known;
    state = known ? Alignment::kMisaligned : Alignment::kUnknown;
  } else if (least != 0 || most != 0) {
    const bool phased = first.period > 1 || other.period > 1;
    state = phased && least <= 0 && most >= 0 ? Alignment::kWithin : Alignment::kMisaligned;
  }
  const bool wider =
      state == alignment->state && most - least > alignment->half_cells_most - alignment->half_cells_least;
  if (badness(state) <= badness(alignment->state) && !wider) return;
  alignment->state = state;
  alignment->input = input;
  alignment->half_cells_least = least;
  alignment->half_cells_most = most;
}

// A factor of one cell that sees everything gates what it multiplies.
bool is_gate(const Layer& layer, const LayerFigures& input, const AxisFigures& axis) {
  return layer.kind == Kind::kMul && (input.*axis.field).state == FieldState::kWhole && input.height() == 1 &&
         input.width() == 1;
}

class Analysis {
 public:
  explicit Analysis(const Network& network) : network_(network) {}

  Figures run() {
    figures_.layers.reserve(network_.layers.size());
    for (size_t i = 0; i < network_.layers.size(); ++i) {
      if (Status s = add_layer(i); !s.ok()) {
        figures_.error = LayerError{i, layer_error(network_, i, s)};
        break;
      }
    }
    close(&figures_.params);
    close(&figures_.moving_stats);
    close(&figures_.macs);
    close(&figures_.activations);
    return std::move(figures_);
  }

 private:
  Status gather(size_t index) {
    inputs_.clear();
    const Layer& layer = network_.layers[index];
    const Sources from = sources(network_, index);
    for (const int32_t source : from) {
      if (source < 0 || static_cast<size_t>(source) >= index) {
        return invalid_argument("it reads layer " + std::to_string(source) +
                                ", which does not stand before it");
      }
      inputs_.push_back(&figures_.layers[static_cast<size_t>(source)]);
    }
    const size_t least = layer.kind == Kind::kInput ? 0 : is_join(layer.kind) ? 2 : 1;
    const size_t most = is_join(layer.kind) || layer.kind == Kind::kOp ? SIZE_MAX : least;
    if (from.size() >= least && from.size() <= most) return {};
    return invalid_argument(std::string(kind_name(layer.kind)) + " reads " +
                            (least == 2 ? "two layers or more" : "one layer") + ", but has " +
                            std::to_string(from.size()) + " inputs");
  }

  Status add_layer(size_t index) {
    const Layer& layer = network_.layers[index];
    if (Status s = gather(index); !s.ok()) return s;
    LayerFigures at;
    context_.network = &network_;
    context_.index = index;
    if (Status s = infer(layer, inputs_, context_, &at); !s.ok()) return s;
    if (layer.kind == Kind::kInput) {
      begin(layer, &at);
    } else {
      if (Status s = see(layer, static_cast<int32_t>(index), kRows, &at); !s.ok()) return s;
      if (Status s = see(layer, static_cast<int32_t>(index), kColumns, &at); !s.ok()) return s;
    }
    explain(static_cast<int32_t>(index), &at);
    add(at.params, &figures_.params);
    add(at.moving_stats, &figures_.moving_stats);
    add(at.macs, &figures_.macs);
    if (layer.kind != Kind::kInput) add(at.activations, &figures_.activations);
    figures_.layers.push_back(std::move(at));
    return {};
  }

  void begin(const Layer& layer, LayerFigures* at) {
    if (layer.axes.rows < 0) at->rows.state = FieldState::kWhole;
    if (layer.axes.columns < 0) at->columns.state = FieldState::kWhole;
    if (met_input_) return;
    met_input_ = true;
    figures_.input_size = {at->height(), at->width()};
    if (layer.output[0] > 0) context_.batch = layer.output[0];
  }

  Status see(const Layer& layer, int32_t index, const AxisFigures& axis, LayerFigures* at) {
    Field& field = at->*axis.field;
    AxisAlignment& alignment = at->*axis.alignment;
    bool met = false, gated = false;
    Field first;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const LayerFigures& input = *inputs_[i];
      const AxisAlignment& before = input.*axis.alignment;
      worsen(before.upstream, before.upstream_at, &alignment);
      gated = gated || (input.*axis.field).gated;
      if (is_gate(layer, input, axis) && inputs_.size() > 1 && any_local(axis)) {
        gated = true;
        continue;
      }
      AxisMap used = at->*axis.reads;
      if (is_join(layer.kind) && (input.*axis.extent)() == 1 && (at->*axis.extent)() != 1) {
        used.step = 0;  // one cell for all
      }
      Field seen;
      if (Status s = compose(input.*axis.field, used, index, &phases_, &seen); !s.ok()) return s;
      if (!met) {
        field = first = std::move(seen);
        met = true;
        continue;
      }
      align(first, seen, static_cast<int32_t>(i), &alignment);
      if (Status s = unite(seen, index, &phases_, &field); !s.ok()) return s;
    }
    field.gated = gated && field.state != FieldState::kWhole;
    worsen(alignment.state, index, &alignment);
    if (field.state == FieldState::kWhole) {  // there is nothing to be aligned
      alignment.upstream = Alignment::kAligned;
      alignment.upstream_at = -1;
    }
    return {};
  }

  bool any_local(const AxisFigures& axis) const {
    for (const LayerFigures* input : inputs_) {
      if ((input->*axis.field).state != FieldState::kWhole) return true;
    }
    return false;
  }

  // Which layer is the reason for what is not known.
  void explain(int32_t index, LayerFigures* at) {
    if (!at->output.known()) {
      for (const LayerFigures* input : inputs_) {
        if (input->shape_unknown_at >= 0) at->shape_unknown_at = input->shape_unknown_at;
      }
      const bool box = network_.layers[static_cast<size_t>(index)].kind == Kind::kOp;
      if (at->shape_unknown_at < 0 && box && at->output.rank == 0) at->shape_unknown_at = index;
    }
    for (Count* count : {&at->params, &at->moving_stats, &at->macs, &at->activations}) {
      if (count->known != Known::kComplete)
        count->because = at->shape_unknown_at >= 0 ? at->shape_unknown_at : index;
    }
  }

  const Network& network_;
  Figures figures_;
  Context context_;
  std::vector<const LayerFigures*> inputs_;
  bool met_input_ = false;
  int64_t phases_ = int64_t{1} << 21;
};

std::string name_of(int32_t index, const std::vector<std::string>& names) {
  return index >= 0 && static_cast<size_t>(index) < names.size() ? names[static_cast<size_t>(index)] : "?";
}

}  // namespace

Figures analyze(const Network& network) { return Analysis(network).run(); }

Receptive receptive(const Field& field, int64_t input_extent) {
  switch (field.state) {
    case FieldState::kLocal:
      return {field.r_least(), field.r_most()};
    case FieldState::kWhole:
    case FieldState::kBound:
      return {input_extent, input_extent};
    case FieldState::kUnavailable:
      break;
  }
  return {kUnknownSize, kUnknownSize};
}

std::string field_words(const Field& field, const std::vector<std::string>& names) {
  switch (field.state) {
    case FieldState::kWhole:
      return "whole input";
    case FieldState::kBound:
      return "at most the whole input";
    case FieldState::kUnavailable:
      switch (field.reason) {
        case FieldReason::kUnequalJumps:
          return "paths of unequal jumps meet at " + name_of(field.at, names);
        case FieldReason::kDependsOnSize:
          return "depends on the input size at " + name_of(field.at, names);
        case FieldReason::kLongPattern:
          return "too many different phases at " + name_of(field.at, names);
        case FieldReason::kNone:
        case FieldReason::kUnknownLayer:
          return "unavailable past " + name_of(field.at, names);
      }
      break;
    case FieldState::kLocal:
      break;
  }
  std::string words = field.gated ? "whole input through gates" : "";
  if (!field.start_known) {
    words += (words.empty() ? "" : ", ") + std::string("padding depends on the input size (") +
             name_of(field.start_unknown_at, names) + ")";
  }
  return words;
}

std::string count_words(const Count& count, const std::vector<std::string>& names) {
  switch (count.known) {
    case Known::kComplete:
      return "";
    case Known::kPartial:
      return "without " + name_of(count.because, names);
    case Known::kUnavailable:
      return "unavailable at " + name_of(count.because, names);
  }
  return "";
}

}  // namespace poolglass::network
