# Installs the build into an empty folder and builds tests/consumer against what lies there.
#   cmake -DBUILD=... -DSOURCE=... -DGENERATOR=... -DCOMPILER=... -P check_package.cmake
set(work ${BUILD}/package-check)
file(REMOVE_RECURSE ${work})
foreach(step
    "--install;${BUILD};--prefix;${work}/prefix"
    "-S;${SOURCE}/tests/consumer;-B;${work}/build;-G;${GENERATOR};-DCMAKE_CXX_COMPILER=${COMPILER};-DCMAKE_PREFIX_PATH=${work}/prefix;-DCMAKE_BUILD_TYPE=Release"
    "--build;${work}/build")
  execute_process(COMMAND ${CMAKE_COMMAND} ${step} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
endforeach()
execute_process(COMMAND ${work}/build/consumer COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE outside ${work}/prefix/include/poolglass/*-inl.h)
if(outside)
  message(FATAL_ERROR "private headers are installed: ${outside}")
endif()
