# Turns files into a C++ table, at build time:
#
#   cmake -D OUTPUT=ui_files.cpp -D FILES=a.html,b.js -P embed.cmake
#
# The table is what net/ui.hpp declares: find_ui_file() by exact name. Bytes are kept as they are.
set(arrays "")
set(rows "")
set(index 0)
string(REPLACE "," ";" files "${FILES}")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char file_${index}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "    {\"${name}\", {file_${index}, sizeof file_${index} - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT} "// Made by cmake/embed.cmake from web/.
#include <array>

#include \"net/ui.hpp\"

namespace roomd::net {

namespace {

${arrays}
constexpr std::array<ui_file, ${index}> files = {{
${rows}}};

}  // namespace

const ui_file* find_ui_file(std::string_view name) {
  for (const auto& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace roomd::net
")
