# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Installs what is in BUILD with PREFIX below DESTDIR, and fails where a file is outside the prefix.
file(REMOVE_RECURSE "${DESTDIR}")
set(ENV{DESTDIR} "${DESTDIR}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}"
    COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE inside "${DESTDIR}${PREFIX}/*")
file(GLOB_RECURSE outside "${DESTDIR}/*")
list(REMOVE_ITEM outside ${inside})
if(outside)
    message(FATAL_ERROR "Installed outside the prefix: ${outside}")
endif()
