/* Wine before 9 has no bcryptprimitives.dll, which Rust's library takes its random numbers from. For scripts/test-platforms.sh. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(unsigned char *data, size_t size);

BOOL WINAPI ProcessPrng(unsigned char *data, size_t size)
{
    return RtlGenRandom(data, (ULONG)size);
}
