# ROOMD_SANITIZE=address,undefined or thread: applied to everything that this build makes.
set(ROOMD_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(ROOMD_SANITIZE)
  add_compile_options(-fsanitize=${ROOMD_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${ROOMD_SANITIZE})
  if(ROOMD_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(ROOMD_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan) # Asio uses fences that g++'s tsan does not model, and says so
    # g++ 12's tsan dies where the kernel spreads addresses too far (vm.mmap_rnd_bits over 28): tests run without.
    execute_process(COMMAND setarch -R true RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
      set(CMAKE_CROSSCOMPILING_EMULATOR setarch -R)
    endif()
  endif()
endif()
