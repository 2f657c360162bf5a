# Warnings are errors in our own code; libraries come in as system headers.
add_library(roomd_warnings INTERFACE)
target_compile_options(roomd_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Woverloaded-virtual
  -Wcast-align -Wimplicit-fallthrough)
option(ROOMD_WARNINGS_AS_ERRORS "Treat warnings as errors" ON)
if(ROOMD_WARNINGS_AS_ERRORS)
  target_compile_options(roomd_warnings INTERFACE -Werror)
endif()
