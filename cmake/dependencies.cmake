# Debian 12 and 13 packages only; `./dev setup` installs them.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG) # Asio and Beast are headers; Boost.System is header-only since 1.69
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis>=0.14)

# Debian ships no CMake file for CAF. ROOMD_CAF_ROOT points at another build of it (the tsan preset's).
set(ROOMD_CAF_ROOT "" CACHE PATH "Prefix of a CAF 0.17 to use in place of the packaged one")
find_path(CAF_INCLUDE_DIR caf/all.hpp HINTS ${ROOMD_CAF_ROOT}/include REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core HINTS ${ROOMD_CAF_ROOT}/lib REQUIRED)
add_library(caf::core UNKNOWN IMPORTED)
set_target_properties(caf::core PROPERTIES
  IMPORTED_LOCATION ${CAF_CORE_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
  INTERFACE_LINK_LIBRARIES Threads::Threads)

add_library(roomd_asio INTERFACE)
target_link_libraries(roomd_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(roomd_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_CONCEPTS)
