# One target for each folder under src/. A folder's target links only to what the folder may use, so that the
# linker proves the table in src/README.md; tests/layers.py checks every #include against the same table.
#
#   roomd_layer(core LINKS Boost::headers)             # usable by whoever links it
#   roomd_layer(protocol LINKS roomd_core PRIVATE x)   # x: used in .cpp files only
#   roomd_layer(actors UNITY 7 …)                      # compiles seven files as one, see roomd_unity
# Instantiating CAF and Beast is what compiling costs (precompiled headers save 7 %). Files that are compiled together
# do it once: a third of the time. In a folder that does so, names of anonymous namespaces are unique in the folder.
option(ROOMD_UNITY "Compile the files of heavy folders together" ON)
function(roomd_unity target batch)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${ROOMD_UNITY} UNITY_BUILD_BATCH_SIZE ${batch})
endfunction()

function(roomd_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "UNITY" "LINKS;PRIVATE")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  add_library(roomd_${name} STATIC ${sources})
  target_sources(roomd_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  set_target_properties(roomd_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(roomd_${name} PUBLIC ${layer_LINKS} PRIVATE ${layer_PRIVATE} roomd_warnings)
  if(layer_UNITY)
    roomd_unity(roomd_${name} ${layer_UNITY})
  endif()
endfunction()
