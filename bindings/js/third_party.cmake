# RE2, built for WebAssembly of the sources that bindings/js/fetch_sources brings, under the name by which src/ looks for it.
set(SCOREWAY_WASM_SOURCES ${CMAKE_SOURCE_DIR}/build/js/sources CACHE PATH "Sources of the libraries")

set(re2 ${SCOREWAY_WASM_SOURCES}/re2)
file(GLOB re2_sources ${re2}/re2/*.cc ${re2}/util/rune.cc ${re2}/util/strutil.cc)
add_library(re2 STATIC ${re2_sources})
target_include_directories(re2 BEFORE PRIVATE ${CMAKE_SOURCE_DIR}/bindings/js/shims/re2)
target_include_directories(re2 SYSTEM PUBLIC ${re2})
target_compile_options(re2 PRIVATE -w)
set(RE2_LIBRARY re2)
