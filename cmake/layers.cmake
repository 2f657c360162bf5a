# One target for each folder under src/. A folder's target links only to what the folder may use, so that the
# linker proves the table in src/README.md; tests/layers.py checks every #include against the same table.
#
#   roomd_layer(core LINKS Boost::headers)             # usable by whoever links it
#   roomd_layer(protocol LINKS roomd_core PRIVATE x)   # x: used in .cpp files only
function(roomd_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "LINKS;PRIVATE;PCH")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  add_library(roomd_${name} STATIC ${sources})
  target_sources(roomd_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  set_target_properties(roomd_${name} PROPERTIES LINKER_LANGUAGE CXX VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(roomd_${name} PUBLIC ${layer_LINKS} PRIVATE ${layer_PRIVATE} roomd_warnings)
  if(layer_PCH)
    target_precompile_headers(roomd_${name} PRIVATE ${layer_PCH})
  endif()
endfunction()
