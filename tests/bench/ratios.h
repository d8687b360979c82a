// From medians to the table that is read: each case beside a copy of the same bytes and beside the best peer.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace poolglass::bench {

// Only figures of one class are compared.
struct Class {
  std::string name, pass, layout;  // of the case; "forward", ...; "nchw" or "nhwc"
  int threads = 1;
  friend auto operator<=>(const Class&, const Class&) = default;
};

enum class Who { kEngine, kPeer, kCopy };  // a copy stands for every pass and layout of its case and threads

struct Timing {
  Class of;
  Who who;
  std::string peer;
  double us;
};

struct Comparison {
  Class of;
  double us = 0;
  double copies = std::numeric_limits<double>::quiet_NaN();  // us in times of the copy; NaN: none was timed
  std::map<std::string, double> peers;                       // us of each
  std::string best_peer;                                     // empty where no peer computes this
  double times_faster = std::numeric_limits<double>::quiet_NaN();
};

// In the order of the engine's timings.
inline std::vector<Comparison> compare(const std::vector<Timing>& timings) {
  std::vector<Comparison> list;
  for (const Timing& engine : timings) {
    if (engine.who != Who::kEngine) continue;
    Comparison c;
    c.of = engine.of;
    c.us = engine.us;
    for (const Timing& t : timings) {
      const bool same_case = t.of.name == c.of.name && t.of.threads == c.of.threads;
      if (t.who == Who::kCopy && same_case) c.copies = c.us / t.us;
      if (t.who != Who::kPeer || t.of != c.of) continue;
      c.peers[t.peer] = t.us;
      if (c.best_peer.empty() || t.us < c.peers[c.best_peer]) c.best_peer = t.peer;
    }
    if (!c.best_peer.empty()) c.times_faster = c.peers[c.best_peer] / c.us;
    list.push_back(c);
  }
  return list;
}

// Over the classes of one layout and number of threads in which a peer takes part.
struct Mean {
  std::string layout;
  int threads = 1;
  double times_faster = 0;  // geometric mean
  int won = 0, classes = 0;
};

inline std::vector<Mean> means(const std::vector<Comparison>& comparisons) {
  std::map<std::tuple<std::string, int>, Mean> sums;
  for (const Comparison& c : comparisons) {
    if (c.best_peer.empty()) continue;
    Mean& m = sums.try_emplace({c.of.layout, c.of.threads}, Mean{c.of.layout, c.of.threads}).first->second;
    m.times_faster += std::log(c.times_faster);
    m.won += c.times_faster > 1;
    ++m.classes;
  }
  std::vector<Mean> list;
  for (auto& [key, m] : sums) {
    m.times_faster = std::exp(m.times_faster / m.classes);
    list.push_back(m);
  }
  return list;
}

}  // namespace poolglass::bench
