# Flags that every target of ours gets.

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache asks for before it keeps what was compiled with a precompiled header; and a clone in another folder is
  # compiled to the same.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 warns wrongly of the inner buffers of std::string in what it has inlined.
  add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
# Answers must not depend on the compiler's mood: no fused multiply-add where the training library has none.
add_compile_options(-ffp-contract=off -fno-math-errno)
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)
# Shared libraries that use OpenSSL must not find some of its functions in our static copy and the rest in theirs.
if(NOT SCOREWAY_WASM)
  add_link_options(-Wl,--exclude-libs=libssl.a -Wl,--exclude-libs=libcrypto.a)
endif()

if(SCOREWAY_SANITIZE)
  # Archives that name their objects and do not copy them: instrumented ones are large.
  set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
  set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")
  add_compile_options(-fsanitize=${SCOREWAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCOREWAY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes g++ suspect what std::optional holds, and more; the other builds refuse warnings.
    add_compile_options(-Wno-maybe-uninitialized -Wno-error)
  endif()
endif()
if(SCOREWAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
