// Numbers on the command line: plain decimal digits, nothing else, never taken modulo anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::cli {

// `name` is how the option is called in the sentence: "--kernel".
Result<int64_t> parse_count(const std::string& name, std::string_view text);    // "12"
Result<Size2> parse_size(const std::string& name, std::string_view text);       // "3" or "3x5"
Result<Padding> parse_padding(const std::string& name, std::string_view text);  // "1", "1x2" or "T,L,B,R"
Result<double> parse_decimal(const std::string& name, std::string_view text);   // "2" or "1.5"

}  // namespace poolglass::cli
