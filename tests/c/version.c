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

    CHECK_INT(tgcall_version_get_number(),
              TGCALL_VERSION_MAJOR << 16 | TGCALL_VERSION_MINOR << 8 | TGCALL_VERSION_PATCH);

    /* What every test is built with, and numbers that are no feature. */
    CHECK(tgcall_version_has(TGCALL_FEATURE_MEDIA) && tgcall_version_has(TGCALL_FEATURE_OPUS));
    CHECK(tgcall_version_has(TGCALL_FEATURE_RUNTIME) && tgcall_version_has(TGCALL_FEATURE_CONFERENCE));
    CHECK(tgcall_version_has(TGCALL_FEATURE_VIDEO) && tgcall_version_has(TGCALL_FEATURE_GROUP));
    CHECK(!tgcall_version_has(TGCALL_FEATURE_NONE) && !tgcall_version_has(7) && !tgcall_version_has(UINT32_MAX));

    CHECK(strcmp(tgcall_status_get_name(TGCALL_OK).data, "TGCALL_OK") == 0);
    CHECK(strcmp(tgcall_status_get_name(TGCALL_ERR_INTERNAL).data, "TGCALL_ERR_INTERNAL") == 0);
    for (status = -300; status < 300; status++) {
        tgcall_text name = tgcall_status_get_name(status);
        CHECK(name.data != NULL && name.data[name.size] == 0);
        CHECK((name.size > 0) == (status >= TGCALL_ERR_BUFFER && status <= TGCALL_FULL));
    }
    return 0;
}
