# Toolchain for 64-bit ARM on Debian (package g++-aarch64-linux-gnu); preset aarch64. Highway's library for it is in
# libhwy-dev:arm64; without that its headers will do to compile the engine, not to link tests.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
foreach(architecture aarch64-linux-gnu x86_64-linux-gnu)
  if(NOT hwy_DIR AND EXISTS /usr/lib/${architecture}/cmake/hwy)
    set(hwy_DIR /usr/lib/${architecture}/cmake/hwy)
  endif()
endforeach()
