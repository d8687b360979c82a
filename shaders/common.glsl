// What every pooling shader stands on: put between the #defines that specialise a shader and its own text.
//
//   MAX            1: maximum, 0: average
//   GROUP          invocations per work group
//   VALUES         1: results (or partial results) are written to `result`
//   INDICES        winners' positions are written to `result_index`: 0 not, 1 as uint, 2 as int64
//   FINAL          1: averages are divided before they are written
//   FLUSHES        1: the driver takes denormal numbers, those below 2^-126, for zero, as OpenGL lets it
//   DIVISOR        how: 0 by `reciprocal` (exact: a power of two), 1 by the one `divisor`, 2 by the windows' own,
//                  below 2^24, 3 by the windows' own of up to 63 bits
//
// Values travel as bit patterns: a maximum compares integers, so it does not depend on what a driver makes of NaN,
// of denormal numbers or of max().

layout(local_size_x = GROUP) in;

layout(std430, binding = 0) readonly buffer Source { uint source[]; };
layout(std430, binding = 1) readonly buffer SourceIndex { uint source_index[]; };
layout(std430, binding = 2) writeonly buffer Result { uint result[]; };
layout(std430, binding = 3) writeonly buffer ResultIndex { uint result_index[]; };
layout(std430, binding = 4) readonly buffer Tables { uint tables[]; };

// core/gpu/pass.h has the same fields in the same order.
layout(std140, binding = 0) uniform Parameters {
  uint first_group;     // of this dispatch, where one dispatch cannot hold all groups
  uint units;           // work: invocations, or groups where a group shares memory
  uint lines;           // of work in all planes together
  uint lines_per_plane;
  uint units_per_line;
  uint lines_per_group;
  uint input_height, input_width;
  uint output_height, output_width;
  uint source_pitch;    // words from one row of the source to the next
  uint source_plane;    // words from one plane of the source to the next
  uint row_runs, column_runs;          // tables: where windows' runs lie
  uint row_step, column_step;          // from one tap to the next
  uint row_divisors, column_divisors;  // tables: two words each, low first
  uint blocks;                         // tables: four words each
  float divisor, reciprocal;
};

const uint kNone = 0xffffffffu;  // the index of no cell

uint group_number() { return first_group + gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
uint unit_number() { return group_number() * uint(GROUP) + gl_LocalInvocationIndex; }

const uint kSign = 0x80000000u;

#if FLUSHES

// Small sums and quotients are computed 2^100 times as large, or as integers.

// The float 2^100 times as large as a float below 2^-27.
float scaled(uint bits) {
  uint magnitude = bits & ~kSign;
  uint large = magnitude < 0x00800000u ? floatBitsToUint(float(magnitude) * 1.7763568394002505e-15)  // 2^-49
                                       : magnitude + (100u << 23);
  return uintBitsToFloat(large | (bits & kSign));
}

// And back, as bits; what has to be rounded then is not denormal.
uint unscaled(float s) {
  uint bits = floatBitsToUint(s), magnitude = bits & ~kSign;
  uint small = magnitude < (101u << 23) ? uint(uintBitsToFloat(magnitude) * 562949953421312.0)  // 2^49
                                        : magnitude - (100u << 23);
  return small | (bits & kSign);
}

#endif

float add(float a, float b) {
  precise float sum = a + b;
#if FLUSHES
  // In a sum from 2^-101 on a denormal number does not count; what is left of numbers from 2^-27 on is not one.
  if (abs(sum) < 3.944304526105059e-31) {
    uint larger = max(floatBitsToUint(a) & ~kSign, floatBitsToUint(b) & ~kSign);
    if (larger != 0u && larger < 0x32000000u) {
      precise float large = scaled(floatBitsToUint(a)) + scaled(floatBitsToUint(b));
      sum = uintBitsToFloat(unscaled(large));
    }
  }
#endif
  return sum;
}

#if MAX

const uint kNanOrder = 0xffffffffu;
const uint kMinusInfinity = 0xff800000u;

// A number that grows with the float: -0 and +0 are equal, NaN stands above everything, 0 is left for "no tap".
uint order_of(uint bits) {
  uint magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return kNanOrder;
  if (magnitude == 0u) return 0x80000000u;
  return (bits >> 31) != 0u ? ~bits : bits | 0x80000000u;
}

struct Partial {
  uint order, bits, index;
};

Partial nothing() { return Partial(0u, kMinusInfinity, kNone); }
Partial tap(uint bits, uint index) { return Partial(order_of(bits), bits, index); }

// The winner of two, in whatever order they come: of equals the first in the plane, of NaNs the last.
Partial join(Partial a, Partial b) {
  bool take_b = a.order == b.order ? (b.order == kNanOrder) == (b.index > a.index) : b.order > a.order;
  if (take_b) return b;
  return a;
}

uint bits_of(Partial p) { return p.bits; }

void store_index(uint cell, Partial p) {
#if INDICES == 1
  result_index[cell] = p.index;
#elif INDICES == 2
  result_index[2u * cell] = p.index;
  result_index[2u * cell + 1u] = p.index == kNone ? kNone : 0u;
#endif
}

#else

#define Partial float

// Adding it changes nothing, not even the sign of a zero.
float nothing() { return uintBitsToFloat(kSign); }
float tap(uint bits, uint index) { return uintBitsToFloat(bits); }

float join(float a, float b) { return add(a, b); }

// s + 0, in a way that no optimiser takes for s.
float without_minus_zero(float s) { return floatBitsToUint(s) == kSign ? 0.0 : s; }

// s / d rounded to nearest, where they are not small. GLSL allows a quotient to be 2.5 units off; one step of correction by the exact
// remainder repairs that, and changes no quotient that was right. Products of 12-bit halves are exact
// (T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971).
float divide_large(float s, float d) {
  precise float q = s / d;
  float size = abs(q);
  if (!(size > 1e-30 && size < 1e30 && abs(s) < 1e30 && d < 1e30)) return q;
  precise float q_high = uintBitsToFloat(floatBitsToUint(q) & 0xfffff000u);
  precise float d_high = uintBitsToFloat(floatBitsToUint(d) & 0xfffff000u);
  precise float q_low = q - q_high;
  precise float d_low = d - d_high;
  precise float remainder = s - q_high * d_high;
  precise float remainder_2 = remainder - q_high * d_low;
  precise float remainder_3 = remainder_2 - q_low * d_high;
  precise float remainder_4 = remainder_3 - q_low * d_low;
  precise float correction = remainder_4 / d;
  precise float corrected = q + correction;
  return corrected;
}

#if FLUSHES

// s / d in units of 2^-149, rounded to nearest, ties to even, where that is below 2^24: such a number is its own bits.
// Digit by digit.
uint divide_digits(uint s, float d) {
  uint bits = floatBitsToUint(d);
  uint divisor = (bits & 0x007fffffu) | 0x00800000u, left = s & 0x007fffffu;
  int exponent = int(s >> 23);
  if (exponent != 0) left |= 0x00800000u;
  int digits = max(exponent - 1, 0) - (int(bits >> 23) - 150);  // s / d = left / divisor * 2^digits
  if (digits < 0) return digits == -1 && left > divisor ? 1u : 0u;
  uint quotient = 0u;
  for (int i = 0; i <= digits; ++i) {
    if (i > 0) left <<= 1;
    quotient <<= 1;
    if (left >= divisor) {
      left -= divisor;
      ++quotient;
    }
  }
  bool up = 2u * left > divisor || (2u * left == divisor && (quotient & 1u) != 0u);
  return up ? quotient + 1u : quotient;
}

#endif

// s / d rounded to nearest, d from 1 to 2^63.
float divide(float s, float d) {
#if FLUSHES
  uint bits = floatBitsToUint(s), magnitude = bits & ~kSign;
  if (magnitude < 0x20000000u) {  // 2^-63
    precise float large = divide_large(scaled(magnitude), d);
    uint quotient = large < 1.4901161193847656e-8 ? divide_digits(magnitude, d) : unscaled(large);  // 2^-26
    return uintBitsToFloat(quotient | (bits & kSign));
  }
#endif
  return divide_large(s, d);
}

// high * 2^32 + low as a float, rounded to nearest, ties to even: GLSL leaves the rounding of uint to float open.
float to_float(uint high, uint low) {
  if (high == 0u && low < 0x1000000u) return float(low);
  int top = high != 0u ? 32 + findMSB(high) : findMSB(low);
  int cut = top - 23;  // bits that do not fit: 1 to 40
  uint kept = cut >= 32 ? high >> (cut - 32) : (high << (32 - cut)) | (low >> cut);
  uint below_high = cut > 32 ? high & ((1u << (cut - 32)) - 1u) : 0u;
  uint below_low = cut >= 32 ? low : low & ((1u << cut) - 1u);
  uint half_high = cut > 32 ? 1u << (cut - 33) : 0u;
  uint half_low = cut > 32 ? 0u : 1u << (cut - 1);
  bool more = below_high > half_high || (below_high == half_high && below_low > half_low);
  bool tie = below_high == half_high && below_low == half_low;
  if (more || (tie && (kept & 1u) != 0u)) ++kept;
  // Addition lets a carry out of the fraction move on into the exponent.
  return uintBitsToFloat((uint(top + 127 - 1) << 23) + kept);
}

// The divisor of a window; 0 for one without taps.
float window_divisor(uint row, uint column) {
#if DIVISOR < 2
  return divisor;
#else
  uint r = row_divisors + 2u * row, c = column_divisors + 2u * column;
#if DIVISOR == 2
  return float(tables[r] * tables[c]);
#else
  uint high, low;
  umulExtended(tables[r], tables[c], high, low);
  high += tables[r] * tables[c + 1u] + tables[r + 1u] * tables[c];  // the product stays below 2^63
  return to_float(high, low);
#endif
#endif
}

float share(float sum, uint row, uint column) {
#if DIVISOR == 0
  precise float product = sum * reciprocal;
#if FLUSHES
  if ((floatBitsToUint(sum) & ~kSign) < 0x20000000u) product = divide(sum, divisor);
#endif
  return product;
#else
  float d = window_divisor(row, column);
  return d == 0.0 ? 0.0 : divide(sum, d);
#endif
}

uint bits_of(float p) { return floatBitsToUint(p); }
void store_index(uint cell, float p) {}

#endif

// The value of output cell (row, column).
uint result_bits(uint row, uint column, Partial p) {
#if FINAL && !MAX
  p = share(without_minus_zero(p), row, column);
#endif
  return bits_of(p);
}

// Writes output cell (row, column), `cell` in the array.
void finish(uint cell, uint row, uint column, Partial p) {
#if VALUES
  result[cell] = result_bits(row, column, p);
#endif
  store_index(cell, p);
}
