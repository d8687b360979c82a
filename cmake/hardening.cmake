# What turns a mistake with memory in a released program into an end with a message, at a price nobody measures:
# checked copies and indices, canaries on the stack, tables of the loader that are read-only once it has run. Not in the
# kernels, whose inner loops have the only indices that do cost; their tests run under the sanitizers instead.
# tests/check_hardening.py looks for all of it in the built program.
if(NOT POOLGLASS_SANITIZE)
  set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)  # _FORTIFY_SOURCE needs an optimiser
  set(fortify 2)
  if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
     AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
    set(fortify 3)
  endif()
  target_compile_options(poolglass_options INTERFACE
    $<${optimised}:-U_FORTIFY_SOURCE> $<${optimised}:-D_FORTIFY_SOURCE=${fortify}>
    $<${optimised}:-D_GLIBCXX_ASSERTIONS> $<${optimised}:-fstack-protector-strong>)
  target_link_options(poolglass_options INTERFACE LINKER:-z,relro,-z,now)
endif()

# The given sources of the calling folder go without.
function(poolglass_without_hardening)
  if(NOT POOLGLASS_SANITIZE)
    set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS $<${optimised}:-U_FORTIFY_SOURCE>
      $<${optimised}:-U_GLIBCXX_ASSERTIONS> $<${optimised}:-fno-stack-protector>)
  endif()
endfunction()
