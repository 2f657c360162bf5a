# Warnings are errors in our own code; libraries come in as system headers.
add_library(roomd_warnings INTERFACE)
target_compile_options(roomd_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Woverloaded-virtual
  -Wcast-align -Wimplicit-fallthrough)
# g++ 12 to 14 see out-of-bounds copies in std::string's operator+ where there are none, g++ 12 overlapping ones as well
# (its bugs 105329 and 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  target_compile_options(roomd_warnings INTERFACE -Wno-array-bounds)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(roomd_warnings INTERFACE -Wno-restrict)
  endif()
endif()
option(ROOMD_WARNINGS_AS_ERRORS "Treat warnings as errors" ON)
if(ROOMD_WARNINGS_AS_ERRORS)
  target_compile_options(roomd_warnings INTERFACE -Werror)
endif()
