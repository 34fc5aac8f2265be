# The package of find_package(curvegraph). The target curvegraph::curvegraph works in float, curvegraph::curvegraph-f64 in
# double. Their flags are those of the pkg-config files beside this one.
include(CMakeFindDependencyMacro)
find_dependency(PkgConfig)

set(_curvegraph_path "$ENV{PKG_CONFIG_PATH}")
set(ENV{PKG_CONFIG_PATH} "${CMAKE_CURRENT_LIST_DIR}/../../pkgconfig:$ENV{PKG_CONFIG_PATH}")
foreach(_curvegraph_name IN ITEMS curvegraph curvegraph-f64)
  if(NOT TARGET curvegraph::${_curvegraph_name})
    pkg_check_modules(${_curvegraph_name} QUIET REQUIRED IMPORTED_TARGET GLOBAL ${_curvegraph_name})
    add_library(curvegraph::${_curvegraph_name} ALIAS PkgConfig::${_curvegraph_name})
  endif()
endforeach()
set(ENV{PKG_CONFIG_PATH} "${_curvegraph_path}")
