/* As much of POSIX' sockets as the examples and tests of this project use, by Windows' own. For scripts/test-platforms.sh. */
#ifndef TGCALL_TESTS_WINDOWS_SOCKET_H
#define TGCALL_TESTS_WINDOWS_SOCKET_H

#include <stdlib.h>
#include <unistd.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#define MSG_NOSIGNAL 0
#define SHUT_RDWR SD_BOTH

__attribute__((constructor)) static void start_sockets(void)
{
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) abort();
}

static inline ssize_t posix_send(int fd, const void *data, size_t size, int flags)
{
    return send((SOCKET)fd, data, (int)size, flags);
}

static inline ssize_t posix_recv(int fd, void *data, size_t size, int flags)
{
    return recv((SOCKET)fd, data, (int)size, flags);
}

#define send posix_send
#define recv posix_recv
#define close(fd) closesocket((SOCKET)(fd))

#endif
