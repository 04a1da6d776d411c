# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Writes the description of the module in MODULE, as cargo built it, to TO for the plugin.
# The plugin stays optional, as Qt's own: a program that is linked with the module must not load it.
file(READ "${MODULE}/qmldir" qmldir)
string(REPLACE "\nclassname LocalFortune_plugin\n" "\nclassname LocalFortunePlugin\n"
    described "${qmldir}")
if(described STREQUAL qmldir)
    message(FATAL_ERROR "${MODULE}/qmldir does not name its plugin as it did:\n${qmldir}")
endif()
file(WRITE "${TO}/qmldir" "${described}")

# cxx-qt writes the type of an int property as C++ spells it.
file(READ "${MODULE}/plugin.qmltypes" types)
string(REPLACE "\"::std::int32_t\"" "\"int\"" types "${types}")
file(WRITE "${TO}/plugin.qmltypes" "${types}")

file(COPY "${MODULE}/qml" DESTINATION "${TO}")
