# Flags that every target of ours gets.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)  # g++ 12 warns wrongly of "text" + std::to_string(n)
endif()
# Answers must not depend on the compiler's mood: no fused multiply-add where the training library has none.
add_compile_options(-ffp-contract=off -fno-math-errno)
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)

if(SCOREWAY_SANITIZE)
  add_compile_options(-fsanitize=${SCOREWAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCOREWAY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes g++ suspect what std::optional holds, and moves of lists of one item.
    add_compile_options(-Wno-maybe-uninitialized -Wno-array-bounds)
  endif()
endif()
if(SCOREWAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
