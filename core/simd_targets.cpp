#include "core/simd_targets.h"

#include <hwy/highway.h>

namespace poolglass {
namespace {

// Targets as Highway numbers them: a bit each, the best the lowest.
template <class F>
void for_each_runnable(const F& f) {
  for (int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) f(left & -left);
}

void choose(int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<std::string> runnable_simd_targets() {
  const std::string forced = active_simd_target();
  std::vector<std::string> names;
  choose(0);
  for_each_runnable([&](int64_t target) { names.emplace_back(hwy::TargetName(target)); });
  if (!names.empty() && forced != names.front()) (void)force_simd_target(forced);
  return names;
}

std::string active_simd_target() {
  std::string best;
  for_each_runnable([&](int64_t target) {
    if (best.empty()) best = hwy::TargetName(target);
  });
  return best;
}

Status force_simd_target(std::string_view name) {
  choose(0);
  if (name.empty()) return {};
  int64_t wanted = 0;
  std::string known;
  for_each_runnable([&](int64_t target) {
    if (name == hwy::TargetName(target)) wanted = target;
    known += (known.empty() ? "" : ", ") + std::string(hwy::TargetName(target));
  });
  if (wanted == 0) {
    return invalid_argument("unknown SIMD target \"" + std::string(name) + "\" (this machine runs " + known +
                            ")");
  }
  choose(wanted);
  return {};
}

}  // namespace poolglass
