// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/network/socket/qlocalsocket.h"

#ifdef Q_OS_UNIX

#include <cerrno>

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

namespace cxx_qt_network {

std::int32_t socketPeerCredentials(std::int32_t descriptor, std::array<std::uint32_t, 3> &ids)
{
#if defined(Q_OS_LINUX) || defined(Q_OS_ANDROID)
    ucred peer = {};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return errno;
    ids = {peer.uid, peer.gid, static_cast<std::uint32_t>(peer.pid)};
    return 0;
#elif defined(Q_OS_DARWIN) || defined(Q_OS_FREEBSD) || defined(Q_OS_NETBSD) || defined(Q_OS_OPENBSD)
    uid_t uid = 0;
    gid_t gid = 0;
    if (::getpeereid(descriptor, &uid, &gid) != 0)
        return errno;
    pid_t pid = 0;
#ifdef LOCAL_PEERPID
    socklen_t size = sizeof pid;
    if (::getsockopt(descriptor, SOL_LOCAL, LOCAL_PEERPID, &pid, &size) != 0)
        pid = 0;
#endif
    ids = {uid, gid, static_cast<std::uint32_t>(pid)};
    return 0;
#else
    Q_UNUSED(descriptor);
    Q_UNUSED(ids);
    return -1;
#endif
}

} // namespace cxx_qt_network

#endif
