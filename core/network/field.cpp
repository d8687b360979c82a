#include "core/network/field.h"

#include <algorithm>
#include <numeric>

#include "core/integer.h"
#include "core/network/axis_map.h"

namespace poolglass::network {
namespace {

using Wide = __int128;

int64_t saturate(Wide value) { return static_cast<int64_t>(std::clamp<Wide>(value, INT64_MIN, INT64_MAX)); }

Status field_beyond(const char* figure) {
  return resource_exhausted(std::string("its ") + figure + " is beyond 2^63-1");
}

const Interval& phase(const Field& field, int64_t index) {
  return field.phases ? (*field.phases)[static_cast<size_t>(index)] : field.unit0;
}

// The cells of unit `index`, which may be far away.
struct WideInterval {
  Wide first;
  Wide last;
};
WideInterval unit_of(const Field& field, Wide index) {
  const Wide turn = floor_divide(index, field.period);
  const Interval& at = phase(field, static_cast<int64_t>(index - turn * field.period));
  return {turn * field.advance + at.first, turn * field.advance + at.last};
}

void set_unavailable(FieldReason reason, int32_t at, Field* field) {
  *field = Field();
  field->state = FieldState::kUnavailable;
  field->reason = reason;
  field->at = at;
}

void set_state(FieldState state, Field* field) {
  *field = Field();
  field->state = state;
}

// Sets the field's phases from those of `make(index)`.
template <class Make>
Status fill_phases(int64_t period, const Make& make, Field* field) {
  std::vector<Interval> phases(static_cast<size_t>(period));
  for (int64_t i = 0; i < period; ++i) {
    const WideInterval cells = make(i);
    Interval& to = phases[static_cast<size_t>(i)];
    if (!fits(cells.first, &to.first) || !fits(cells.last, &to.last) ||
        to.last - static_cast<Wide>(to.first) >= INT64_MAX) {
      return field_beyond("receptive field");
    }
  }
  field->period = period;
  field->unit0 = phases[0];
  field->phases = period == 1 ? nullptr : std::make_shared<const std::vector<Interval>>(std::move(phases));
  return {};
}

bool take_phases(int64_t period, int64_t* left) {
  if (period == 1) return true;
  if (period > kMostPhases || period > *left) return false;
  *left -= period;
  return true;
}

Status follow_longest(const AxisMap& map, int64_t advance, Field* out) {
  Wide r = static_cast<Wide>(out->longest_r) + (static_cast<Wide>(map.last) - map.first) * advance;
  Wide padding = static_cast<Wide>(out->longest_padding) - static_cast<Wide>(map.first) * advance;
  if (!fits(r, &out->longest_r)) return field_beyond("receptive field");
  if (!fits(padding, &out->longest_padding)) return field_beyond("effective padding");
  return {};
}

// in.period == 1 and map.per == 1: everything stays affine.
Status compose_affine(const AxisMap& map, Field* out) {
  const int64_t advance = out->advance;
  const Wide first = out->unit0.first + static_cast<Wide>(map.first) * advance;
  const Wide last = out->unit0.last + static_cast<Wide>(map.last) * advance;
  const Wide r = last - first + 1;
  int64_t length;
  if (!fits(r, &length)) return field_beyond("receptive field");
  if (!fits(first, &out->unit0.first) || !fits(-first, &length)) return field_beyond("effective padding");
  if (!fits(last, &out->unit0.last)) return field_beyond("receptive field");
  if (!out->start_known) out->unit0 = {0, static_cast<int64_t>(r - 1)};
  if (Status s = follow_longest(map, advance, out); !s.ok()) return s;
  return fits(static_cast<Wide>(advance) * map.step, &out->advance) ? Status() : field_beyond("jump");
}

Status compose_phases(const Field& in, const AxisMap& map, int32_t at, int64_t* phases, Field* out) {
  // The shortest period for which period * step / per is whole and a multiple of in.period.
  const Wide unit = static_cast<Wide>(map.per) * in.period;
  int64_t whole;
  if (!fits(unit, &whole)) {
    set_unavailable(FieldReason::kLongPattern, at, out);
    return {};
  }
  const int64_t period = map.step == 0 ? 1 : whole / std::gcd(map.step, whole);
  if (!take_phases(period, phases)) {
    set_unavailable(FieldReason::kLongPattern, at, out);
    return {};
  }
  const Wide turns = static_cast<Wide>(period) * map.step / whole;  // of in's pattern in one of this one's
  if (!fits(turns * in.advance, &out->advance)) return field_beyond("jump");
  int64_t farthest;
  if (!fits(static_cast<Wide>(period) * map.step, &farthest)) return field_beyond("receptive field");
  const Status filled = fill_phases(
      period,
      [&](int64_t i) {
        const Wide scaled = static_cast<Wide>(i) * map.step;
        return WideInterval{unit_of(in, floor_divide(scaled + map.first, map.per)).first,
                            unit_of(in, floor_divide(scaled + map.last, map.per)).last};
      },
      out);
  if (!filled.ok()) return filled;
  out->longest_r = out->r_most();
  out->longest_padding = saturate(-static_cast<Wide>(out->unit0.first));
  return {};
}

// Of both, the pattern that repeats for both: false when jumps differ or the pattern is too long.
bool common_period(const Field& a, const Field& b, int64_t* period, int64_t* advance) {
  if (static_cast<Wide>(a.advance) * b.period != static_cast<Wide>(b.advance) * a.period) return false;
  const Wide least = static_cast<Wide>(a.period / std::gcd(a.period, b.period)) * b.period;
  return fits(least, period) && fits(least / a.period * a.advance, advance);
}

}  // namespace

Ratio Field::jump() const {
  const int64_t divisor = std::max<int64_t>(std::gcd(advance, period), 1);
  return {advance / divisor, period / divisor};
}

int64_t Field::r_least() const {
  int64_t r = INT64_MAX;
  for (int64_t i = 0; i < period; ++i) {
    r = std::min(r, std::max<int64_t>(phase(*this, i).last - phase(*this, i).first + 1, 0));
  }
  return r;
}

int64_t Field::r_most() const {
  int64_t r = 0;
  for (int64_t i = 0; i < period; ++i) r = std::max(r, phase(*this, i).last - phase(*this, i).first + 1);
  return r;
}

Interval Field::unit(int64_t index) const {
  const WideInterval cells = unit_of(*this, index);
  return {saturate(cells.first), saturate(cells.last)};
}

Interval read_interval(const AxisMap& map, Interval cells) {
  return {saturate(floor_divide(static_cast<Wide>(cells.first) * map.step + map.first, map.per)),
          saturate(floor_divide(static_cast<Wide>(cells.last) * map.step + map.last, map.per))};
}

Status compose(const Field& in, const AxisMap& map, int32_t at, int64_t* phases, Field* out) {
  *out = in;
  if (map.identity()) return {};
  if (map.reads == Reads::kWhole) {
    if (in.state != FieldState::kUnavailable) set_state(FieldState::kWhole, out);
    return {};
  }
  if (in.state != FieldState::kLocal) {
    if (map.reads == Reads::kUnknown && in.state != FieldState::kWhole) {
      set_unavailable(FieldReason::kUnknownLayer, in.state == FieldState::kUnavailable ? in.at : at, out);
    }
    return {};
  }
  if (map.reads == Reads::kUnknown) {
    set_unavailable(FieldReason::kUnknownLayer, at, out);
    return {};
  }
  if (map.reads == Reads::kBound) {
    const bool gated = in.gated;
    set_state(FieldState::kBound, out);
    out->gated = gated;
    return {};
  }
  const bool patterned = in.period > 1 || map.per > 1;
  if (!map.size_known || (patterned && (!map.start_known || !in.start_known))) {
    set_unavailable(FieldReason::kDependsOnSize, at, out);
    return {};
  }
  if (!map.start_known && out->start_known) {
    out->start_known = false;
    out->start_unknown_at = at;
  }
  return patterned ? compose_phases(in, map, at, phases, out) : compose_affine(map, out);
}

Status unite(const Field& other, int32_t at, int64_t* phases, Field* field) {
  const auto rank = [](FieldState state) {  // which state the union has
    return state == FieldState::kWhole         ? 3
           : state == FieldState::kUnavailable ? 2
           : state == FieldState::kBound       ? 1
                                               : 0;
  };
  const bool gated = field->gated || other.gated;
  if (other.state != FieldState::kLocal || field->state != FieldState::kLocal) {
    if (rank(other.state) > rank(field->state)) *field = other;
    field->gated = gated && field->state != FieldState::kWhole;
    return {};
  }
  int64_t period, advance;
  if (!common_period(*field, other, &period, &advance)) {
    set_unavailable(FieldReason::kUnequalJumps, at, field);
    return {};
  }
  const Field one = *field;
  if (other.longest_r > field->longest_r) {
    field->longest_r = other.longest_r;
    field->longest_padding = other.longest_padding;
  }
  field->gated = gated;
  if (!one.start_known || !other.start_known) {
    if (period > 1) {
      set_unavailable(FieldReason::kDependsOnSize, at, field);
      return {};
    }
    if (one.start_known) field->start_unknown_at = other.start_unknown_at;
    field->start_known = false;
    field->unit0 = {0, std::max(one.r_most(), other.r_most()) - 1};
    return {};
  }
  if (!take_phases(period, phases)) {
    set_unavailable(FieldReason::kLongPattern, at, field);
    return {};
  }
  field->advance = advance;
  return fill_phases(
      period,
      [&](int64_t i) {
        const WideInterval a = unit_of(one, i), b = unit_of(other, i);
        if (a.last < a.first) return b;
        if (b.last < b.first) return a;
        return WideInterval{std::min(a.first, b.first), std::max(a.last, b.last)};
      },
      field);
}

bool centre_difference(const Field& field, const Field& other, int64_t* least, int64_t* most) {
  if (field.state != FieldState::kLocal || other.state != FieldState::kLocal || !field.start_known ||
      !other.start_known) {
    return false;
  }
  int64_t period, advance;
  if (!common_period(field, other, &period, &advance) || period > kMostPhases) return false;
  Wide low = INT64_MAX, high = INT64_MIN;
  for (int64_t i = 0; i < period; ++i) {
    const WideInterval a = unit_of(field, i), b = unit_of(other, i);
    if (a.last < a.first || b.last < b.first) continue;  // reads nothing
    low = std::min(low, b.first + b.last - a.first - a.last);
    high = std::max(high, b.first + b.last - a.first - a.last);
  }
  return low <= high && fits(low, least) && fits(high, most);
}

Interval units_seeing(const Field& field, int64_t extent, int64_t pixel) {
  if (field.state == FieldState::kUnavailable || extent < 1) return {0, -1};
  if (field.state != FieldState::kLocal) return {0, extent - 1};
  // Fields of later units begin and end no earlier.
  const auto first_that = [&](const auto& holds) {
    int64_t low = 0, high = extent;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      if (holds(field.unit(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  };
  const int64_t first = first_that([&](const Interval& unit) { return unit.last >= pixel; });
  const int64_t past = first_that([&](const Interval& unit) { return unit.first > pixel; });
  return {first, past - 1};
}

}  // namespace poolglass::network
