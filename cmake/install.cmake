# What cmake --install lays down: the binary, the engine as a package for other projects (find_package(poolglass),
# target poolglass::core), and what a desktop needs to list the app.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(poolglass::core ALIAS poolglass_core)
set_target_properties(poolglass_core PROPERTIES EXPORT_NAME core)
target_compile_features(poolglass_core PUBLIC cxx_std_20)
target_include_directories(poolglass_core INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/poolglass>)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/poolglass)

set(package_libraries poolglass_core)
if(POOLGLASS_FETCH_DEPENDENCIES)
  list(APPEND package_libraries hwy)
endif()
install(TARGETS ${package_libraries} EXPORT poolglass-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT poolglass-targets NAMESPACE poolglass:: DESTINATION ${package_dir})
install(DIRECTORY core/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/poolglass/core
  FILES_MATCHING PATTERN "*.h"
  PATTERN "*-inl.h" EXCLUDE PATTERN "io" EXCLUDE PATTERN "gpu" EXCLUDE)
configure_package_config_file(cmake/poolglass-config.cmake.in ${PROJECT_BINARY_DIR}/poolglass-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/poolglass-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/poolglass-config.cmake ${PROJECT_BINARY_DIR}/poolglass-config-version.cmake
  DESTINATION ${package_dir})

install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET poolglass)
  install(TARGETS poolglass RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES assets/FONTS.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(FILES assets/icon.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps
    RENAME org.poolglass.Poolglass.svg)
  install(FILES assets/org.poolglass.Poolglass.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES assets/org.poolglass.Poolglass.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
endif()

# cpack -G DEB or TGZ, from a release build.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT "Poolglass contributors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "See and measure what 2-D pooling does to a feature map")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libgl1, libegl1")  # opened at run time, so no linker knows them
include(CPack)
