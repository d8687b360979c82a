# poolglass_embed(<target> <name> <file> [<name> <file>]...)
# A static library that holds the files' bytes and implements assets/assets.h. The assembler reads the files itself
# (.incbin), which takes no time and no memory whatever their size; a changed file is assembled again.
function(poolglass_embed target)
  set(blobs "")
  set(symbols "")
  set(rows "")
  set(files "")
  set(pairs ${ARGN})
  set(index 0)
  while(pairs)
    list(POP_FRONT pairs name file)
    cmake_path(ABSOLUTE_PATH file)
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "cannot embed ${name}: ${file} does not exist")
    endif()
    list(APPEND files "${file}")
    string(CONFIGURE [[
.globl SYMBOL(poolglass_asset_@index@)
.globl SYMBOL(poolglass_asset_@index@_end)
.balign 16
SYMBOL(poolglass_asset_@index@):
.incbin "@file@"
SYMBOL(poolglass_asset_@index@_end):
.byte 0
]] blob @ONLY)
    string(APPEND blobs "${blob}")
    string(APPEND symbols "extern const unsigned char poolglass_asset_${index}[], poolglass_asset_${index}_end[];\n")
    string(APPEND rows "    {\"${name}\", {poolglass_asset_${index}, poolglass_asset_${index}_end}},\n")
    math(EXPR index "${index} + 1")
  endwhile()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embed.S.in ${target}.S @ONLY)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embed.cpp.in ${target}.cpp @ONLY)
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${target}.S PROPERTIES OBJECT_DEPENDS "${files}")
  add_library(${target} STATIC
    ${CMAKE_CURRENT_BINARY_DIR}/${target}.S
    ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
endfunction()
