/* The library that is loaded is the one the header describes; names and texts live for ever. */
#include "check.h"

int main(void)
{
    char version[64];
    int status;
    snprintf(version, sizeof version, "%d.%d.%d", TGCALL_VERSION_MAJOR, TGCALL_VERSION_MINOR, TGCALL_VERSION_PATCH);
    CHECK(strcmp(tgcall_version().data, version) == 0);
    CHECK(tgcall_version().size == strlen(version));
    CHECK(tgcall_version().data == tgcall_version().data);

    CHECK(strcmp(tgcall_status_get_name(TGCALL_OK).data, "TGCALL_OK") == 0);
    CHECK(strcmp(tgcall_status_get_name(TGCALL_ERR_INTERNAL).data, "TGCALL_ERR_INTERNAL") == 0);
    for (status = -300; status < 300; status++) {
        tgcall_text name = tgcall_status_get_name(status);
        CHECK(name.data != NULL && name.data[name.size] == 0);
        CHECK((name.size > 0) == (status >= TGCALL_ERR_INTERNAL && status <= TGCALL_EMPTY));
    }
    return 0;
}
