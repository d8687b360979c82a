# precompile(<target> [headers]): headers of the standard library that nearly every file of the target includes, and
# those named, are parsed once for the target instead of once a file. Files include what they use all the same: the
# sanitizer presets build without (CMAKE_DISABLE_PRECOMPILE_HEADERS).
function(precompile target)
  if(POOLGLASS_UNITY)
    return()  # they are parsed once anyway
  endif()
  target_precompile_headers(${target} PRIVATE <algorithm> <array> <cmath> <cstdint> <functional> <map> <memory>
    <optional> <span> <string> <string_view> <utility> <variant> <vector> ${ARGN})
  # Of std::string in a precompiled header GCC 12 claims sizes that cannot be.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow> $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>)
endfunction()
