# What nearly every file includes of the standard library, parsed once a build. Files still include what they use.
add_library(scoreway_prefix OBJECT ${CMAKE_SOURCE_DIR}/cmake/prefix.cc)
target_precompile_headers(scoreway_prefix PRIVATE ${CMAKE_SOURCE_DIR}/cmake/prefix.h)

# The same for the scoring core, which bindings/ put into shared libraries that show nothing but the C interface.
add_library(scoreway_core_prefix OBJECT ${CMAKE_SOURCE_DIR}/cmake/prefix.cc)
set(SCOREWAY_CORE_PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
set_target_properties(scoreway_core_prefix PROPERTIES ${SCOREWAY_CORE_PROPERTIES})
target_precompile_headers(scoreway_core_prefix PRIVATE ${CMAKE_SOURCE_DIR}/cmake/prefix.h)

# The same for tests, which are not optimized: what they test is, and they compile in a third of the time.
if(SCOREWAY_TESTS)
  add_library(scoreway_test_prefix OBJECT ${CMAKE_SOURCE_DIR}/cmake/prefix.cc)
  target_link_libraries(scoreway_test_prefix PRIVATE GTest::gtest_main)
  target_precompile_headers(scoreway_test_prefix PRIVATE ${CMAKE_SOURCE_DIR}/cmake/test_prefix.h)
  set(SCOREWAY_TEST_OPTIONS -O0)
  target_compile_options(scoreway_test_prefix PRIVATE ${SCOREWAY_TEST_OPTIONS})
endif()

# scoreway_library(NAME SOURCES a.cc ... [DEPS ...] [PRIVATE_DEPS ...]): one static library a folder. Where SCOREWAY_CORE
# is set it belongs to the scoring core.
function(scoreway_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(scoreway_${name} STATIC ${ARG_SOURCES})
  target_include_directories(scoreway_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPS PREPEND scoreway_)
  target_link_libraries(scoreway_${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  if(SCOREWAY_CORE)
    set_target_properties(scoreway_${name} PROPERTIES ${SCOREWAY_CORE_PROPERTIES})
    target_precompile_headers(scoreway_${name} REUSE_FROM scoreway_core_prefix)
    set_property(GLOBAL APPEND PROPERTY SCOREWAY_CORE_LIBRARIES scoreway_${name})
  else()
    target_precompile_headers(scoreway_${name} REUSE_FROM scoreway_prefix)
  endif()
endfunction()

# scoreway_test(NAME SOURCES a_test.cc ... DEPS ...): one test program a folder; every TEST in it is a ctest test. Tests run in
# the project's folder, by which they find their files, so that no compiled file holds its path.
function(scoreway_test name)
  if(NOT SCOREWAY_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND scoreway_)
  target_link_libraries(${name}_test PRIVATE ${ARG_DEPS} ${ARG_PRIVATE_DEPS} GTest::gtest_main)
  target_precompile_headers(${name}_test REUSE_FROM scoreway_test_prefix)
  target_compile_options(${name}_test PRIVATE ${SCOREWAY_TEST_OPTIONS})
  target_compile_definitions(${name}_test PRIVATE SCOREWAY_SOURCE_DIR=".")
  include(GoogleTest)
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} PROPERTIES LABELS unit)
endfunction()

# scoreway_fuzzer(NAME SOURCES f.cc DEPS ...): a libFuzzer program, run in the project's folder; only in the asan preset.
function(scoreway_fuzzer name)
  if(NOT SCOREWAY_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_executable(${name}_fuzzer ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND scoreway_)
  target_link_libraries(${name}_fuzzer PRIVATE ${ARG_DEPS} ${ARG_PRIVATE_DEPS})
  target_compile_definitions(${name}_fuzzer PRIVATE SCOREWAY_SOURCE_DIR=".")
  target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer)
endfunction()

# scoreway_embed(OUT IN HEADER NAMESPACE FUNCTION): makes the source OUT, in which the function of the header gives the
# text of the file IN.
function(scoreway_embed out in header namespace function)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${in} -DOUT=${out} -DHEADER=${header} -DNAMESPACE=${namespace} -DFUNCTION=${function}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
    DEPENDS ${in} ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake VERBATIM)
endfunction()
