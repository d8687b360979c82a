# One target that carries the warnings and the floating-point rules every part is built with.
add_library(poolglass_options INTERFACE)
target_include_directories(poolglass_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(poolglass_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  # GCC 12 sees overlapping copies in "literal" + std::string (its bug 105651)
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # a*b+c must round twice everywhere, or results would differ between SIMD targets
  -ffp-contract=off
  $<$<BOOL:${POOLGLASS_WERROR}>:-Werror>)

set(POOLGLASS_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")
if(POOLGLASS_SANITIZE)
  add_compile_options(-fsanitize=${POOLGLASS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${POOLGLASS_SANITIZE})
endif()

option(POOLGLASS_LIBFUZZER "Build the fuzz targets, and what they run, for libFuzzer (clang)" OFF)
if(POOLGLASS_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
