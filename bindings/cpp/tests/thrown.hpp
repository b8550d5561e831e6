// The checks of a program in C++.
#ifndef THROWN_HPP
#define THROWN_HPP

#include <check.h>
#include <tgcall.hpp>

/** The status that is thrown. */
template <class Run> tgcall::status thrown(Run run)
{
    try {
        run();
    } catch (const tgcall::exception &why) {
        CHECK(*why.what() != '\0');
        return why.code();
    }
    return tgcall::status::ok;
}

#endif
