# Which SIMD targets the kernels are compiled for; the processor's best among them is chosen when the program starts.
#   all      every target with kernels: what tests, packages and CI build
#   native   the best one of the machine that compiles: half the time to a first start, slow on older machines
#   static   the one that the compiler's own flags promise (-march=...), without a choice at run time
set(POOLGLASS_SIMD "all" CACHE STRING "SIMD targets to compile the kernels for: all, native or static")
set_property(CACHE POOLGLASS_SIMD PROPERTY STRINGS all native static)

# Machines whose best is SSSE3 take the target below it. Vectors of a size unknown to the compiler (SVE) cannot be
# members of a class.
set(disabled HWY_SSSE3 HWY_SVE HWY_SVE2 HWY_SVE_256 HWY_SVE2_128)
set(POOLGLASS_SIMD_DEFINITIONS "")
if(POOLGLASS_SIMD STREQUAL "native")
  set(try ${CMAKE_BINARY_DIR}/CMakeFiles/best_simd_target)
  file(WRITE ${try}.cpp "#include <hwy/targets.h>
    #include <cstdio>
    int main() { std::puts(hwy::TargetName(hwy::SupportedTargets() & -hwy::SupportedTargets())); }")
  try_run(ran compiled ${CMAKE_BINARY_DIR}/CMakeFiles ${try}.cpp LINK_LIBRARIES hwy::hwy
    CXX_STANDARD 20 RUN_OUTPUT_VARIABLE best)
  string(STRIP "${best}" best)
  if(compiled AND ran EQUAL 0 AND best MATCHES "^(AVX3|AVX3_DL|AVX2|SSE4)$")
    list(APPEND disabled HWY_SSE4 HWY_AVX2 HWY_AVX3)
    string(REPLACE "_DL" "" best ${best})
    list(REMOVE_ITEM disabled HWY_${best})
    message(STATUS "SIMD target: ${best} alone")
  endif()
elseif(POOLGLASS_SIMD STREQUAL "static")
  list(APPEND POOLGLASS_SIMD_DEFINITIONS HWY_COMPILE_ONLY_STATIC)
elseif(NOT POOLGLASS_SIMD STREQUAL "all")
  message(FATAL_ERROR "POOLGLASS_SIMD is ${POOLGLASS_SIMD}; it can be all, native or static")
endif()
if(POOLGLASS_SANITIZE)
  # With checks in them the kernels take minutes and gigabytes to compile for each target: the longest vectors, which
  # mask their memory accesses, and the shortest, which cannot, stand for those between.
  list(APPEND disabled HWY_AVX2)
endif()
list(JOIN disabled "|" disabled)
list(APPEND POOLGLASS_SIMD_DEFINITIONS "HWY_DISABLED_TARGETS=(${disabled})")
