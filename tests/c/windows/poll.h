#include <sys/socket.h>

#define poll WSAPoll
