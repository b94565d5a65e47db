# Toolchain: WebAssembly for Node and browsers, by the compilers that bindings/js/build lays down.
set(CMAKE_SYSTEM_NAME Generic)
set(SCOREWAY_WASM ON)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(tools ${CMAKE_CURRENT_LIST_DIR}/../build/js/tools)
set(CMAKE_C_COMPILER ${tools}/wasm-clang)
set(CMAKE_CXX_COMPILER ${tools}/wasm-clang++)
set(CMAKE_AR ${tools}/wasm-ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${tools}/wasm-ranlib CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE NEVER)
# Checks of the compiler need no program, and so no standard library before there is one to link.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
