include(GNUInstallDirs)
install(TARGETS roomd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/roomd.toml DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/roomd)
install(FILES systemd/roomd.service systemd/roomd.socket DESTINATION lib/systemd/system)
