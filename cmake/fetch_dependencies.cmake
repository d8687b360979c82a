# For systems without the packages: fetches pinned upstream sources and builds them as static libraries, under the
# target names that cmake/dependencies.cmake otherwise finds. Versions are Debian 12's, so pictures are the same.
# libjpeg, libpng, libzip, libepoxy, EGL and the fonts remain the system's (assets/CMakeLists.txt has a variable for each
# font).
include(FetchContent)

# sha256: of what GitHub sends, which is git archive --format=tar --prefix=NAME-${commit}/ ${commit} | gzip -cn
function(poolglass_fetch name repository commit sha256)
  # SYSTEM stands first: CMake 3.25 loses the arguments that follow its own when it stands last.
  FetchContent_Declare(${name} SYSTEM
    URL https://github.com/${repository}/archive/${commit}.tar.gz URL_HASH SHA256=${sha256}
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  FetchContent_MakeAvailable(${name})
  set(${name}_SOURCE_DIR ${${name}_SOURCE_DIR} PARENT_SCOPE)
endfunction()

# A static library of third-party sources, whose warnings are not ours.
function(poolglass_foreign_library target)
  cmake_parse_arguments(arg "" "" "SOURCES;INCLUDES;LIBRARIES" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} SYSTEM PUBLIC ${arg_INCLUDES})
  target_link_libraries(${target} PUBLIC ${arg_LIBRARIES})
  target_compile_options(${target} PRIVATE -w)
endfunction()

set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # the variables below set the projects' options
set(BUILD_SHARED_LIBS OFF)
set(HWY_ENABLE_CONTRIB OFF CACHE BOOL "")
set(HWY_ENABLE_INSTALL OFF CACHE BOOL "")
set(HWY_ENABLE_EXAMPLES OFF CACHE BOOL "")
set(HWY_ENABLE_TESTS OFF CACHE BOOL "")
set(JSON_BuildTests OFF)

poolglass_fetch(highway google/highway 58746ca5b9f9444a2a3549704602ecc6239f8f41  # 1.0.3
  6b35b868ea3b8dfb74bd00140f33505633799dbead4ac8c0d9e1346dcd131b0a)
poolglass_fetch(nlohmann_json nlohmann/json bc889afb4c5bf1c0d8ee29ef35eaaf4c8bef8a5d  # v3.11.2
  a064b06ae82cdf425e67f1b9aa34f2ba8cda2559ab0d54ac08d36a8ecd4b8000)
poolglass_fetch(cli11 CLIUtils/CLI11 70f8072f9dd2292fd0b9f9e5f58e279f60483ed3  # v2.1.2
  083011ab508b66670d371b1864c22ce39282efa2f5f2ddf78827412530cceaf9)
poolglass_fetch(glm g-truc/glm bf71a834948186f4097caa076cd2663c69a10e1e  # 0.9.9.8
  70ad78e872c145f0164d54da833b651914c184edc65958906937b9739fb8fb1b)
add_library(hwy::hwy ALIAS hwy)
# The installed engine brings this Highway along (cmake/install.cmake), without the path of its sources.
get_target_property(highway_includes hwy INTERFACE_INCLUDE_DIRECTORIES)
set_target_properties(hwy PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "$<BUILD_INTERFACE:${highway_includes}>")

if(POOLGLASS_APP)
  pkg_check_modules(epoxy REQUIRED IMPORTED_TARGET epoxy)
  pkg_check_modules(egl REQUIRED IMPORTED_TARGET egl)

  set(GLFW_BUILD_EXAMPLES OFF)
  set(GLFW_BUILD_TESTS OFF)
  set(GLFW_BUILD_DOCS OFF)
  set(GLFW_INSTALL OFF)
  poolglass_fetch(glfw glfw/glfw 7482de6071d21db77a7236155da44c172a7f6c9e  # 3.3.8
    b59ec233ee8435831511cda07c83a5f3f49225db390a7d30201160483d920fcb)
  poolglass_fetch(imgui ocornut/imgui 512c54bbc062c41c74f8a8bd8ff1fd6bebd1e6d0  # v1.86
    90719db96388a9cc6b6205095c978f8a6dfbb61a43e7c4e0ebe730c0c553b216)
  set(imgui_sources imgui.cpp imgui_demo.cpp imgui_draw.cpp imgui_tables.cpp imgui_widgets.cpp
      backends/imgui_impl_glfw.cpp backends/imgui_impl_opengl3.cpp misc/cpp/imgui_stdlib.cpp)
  list(TRANSFORM imgui_sources PREPEND ${imgui_SOURCE_DIR}/)
  poolglass_foreign_library(poolglass_imgui SOURCES ${imgui_sources}
    INCLUDES ${imgui_SOURCE_DIR} ${imgui_SOURCE_DIR}/misc/cpp LIBRARIES glfw ${CMAKE_DL_LIBS})
  add_library(PkgConfig::imgui ALIAS poolglass_imgui)
endif()
if(POOLGLASS_TESTS)
  poolglass_fetch(doctest doctest/doctest b7c21ec5ceeadb4951b00396fc1e4642dd347e5f  # v2.4.9
    670f974e28fcc325880b1a185564bfa311005cff9e8b5eaa52941d5461e38258)
endif()
