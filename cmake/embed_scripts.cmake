# Turns Lua scripts into the C++ constants that store/redis_scripts.hpp declares, at build time:
#
#   cmake -D OUTPUT=redis_scripts.cpp -D FILES=open.lua,publish.lua -P embed_scripts.cmake
set(constants "")
string(REPLACE "," ";" files "${FILES}")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} hex HEX)
  file(SHA1 ${file} digest)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND constants "constexpr char ${name}_text[] = {${bytes}'\\0'};
constinit const redis_script ${name}{{${name}_text, sizeof ${name}_text - 1}, \"${digest}\"};
")
endforeach()

file(WRITE ${OUTPUT} "// Made by cmake/embed_scripts.cmake from src/store/redis/.
#include \"store/redis_scripts.hpp\"

namespace roomd::store::scripts {

${constants}
}  // namespace roomd::store::scripts
")
