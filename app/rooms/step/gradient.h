// The gradient lens: what arrives at each window of the output, and where windows send it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/step/model.h"
#include "core/pooling/gradient_routing.h"
#include "core/stop.h"

namespace poolglass::step {

struct NamedUpstream {
  UpstreamKind kind;
  std::string_view name;   // in state files
  std::string_view title;  // for people
};
inline constexpr std::array kUpstreams = {
    NamedUpstream{UpstreamKind::kOnes, "ones", "Ones"},
    NamedUpstream{UpstreamKind::kRandom, "random", "Random"},
    NamedUpstream{UpstreamKind::kOneCell, "one-cell", "One cell"},
    NamedUpstream{UpstreamKind::kTyped, "typed", "Typed"},
};
inline constexpr std::array<std::string_view, 4> kTieNames = {"first", "last", "split", "all"};

// One value for each window of an output of that size.
Grid upstream_grid(const Upstream& upstream, Size2 output);

// Three parts of derived.gradient, in this order; `pooled`, like `derived`, is the document's. What does not
// depend on the playhead; what the windows up to `last` have sent; the window in focus, and what its cell
// collects. Once stopped, the rest is left out.
void begin_gradient(const Document& document, const PooledGrid& pooled, GradientFacts& facts,
                    const Stop* stop = nullptr);
void send_gradient(int64_t last, const Document& document, const PooledGrid& pooled, GradientFacts& facts,
                   const Stop* stop = nullptr);
void explore_gradient(const Document& document, Derived& derived);

// "Window (2,2) sends its 1 to in[3,3], which now holds 4; 11 sent, 11 arrived"
std::string gradient_sentence(const Derived& derived);
std::string totals_sentence(const GradientFacts& facts);  // "11 sent, 11 arrived"

}  // namespace poolglass::step
