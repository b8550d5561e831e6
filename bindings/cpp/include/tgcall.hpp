/*
 * tgcall.hpp: Telegram calls in C++17, header-only, over the C library.
 *
 *     tgcall::client client(tgcall::config().user_id(me));
 *     client.start(tgcall::on{[&](const tgcall::events::invoke &e) { telegram.send(e.request, e.bytes); },
 *                             [&](const tgcall::events::call_incoming &e) { tgcall::call(e).accept(); }});
 *     tgcall::call call = client.request(user_id, access_hash);
 *
 * The names are those of tgcall.h without the prefix, and what is said there holds here. What is different:
 *
 *   Failures  Thrown as tgcall::exception; or answered as a tgcall::result by tgcall::basic_client<tgcall::returns>, which
 *             throws nothing. "Nothing there" is no failure: false, or an empty std::optional.
 *   Handles   A client is moved and not copied, and its end is the account's. It may end on any thread and at any time, also
 *             from inside its own handler. A call is a handle, on which the call does not hang. What is used after close or
 *             move, or after the client, is status::err_state.
 *   Handlers  Lambdas, which are stored and may throw: that goes to config::on_error, and never to the library's thread.
 *   Memory    Nothing is allocated for an event, or for a frame of sound that is pushed, pulled or delivered.
 */
#ifndef TGCALL_HPP
#define TGCALL_HPP

#include <tgcall/client.hpp>
#include <tgcall/conference.hpp>
#include <tgcall/group.hpp>

namespace tgcall {

/** The version of the library that is loaded, such as "0.1.0", and as a number that can be compared. */
inline std::string_view version() noexcept { return detail::view(tgcall_version()); }
inline std::uint32_t version_number() noexcept { return tgcall_version_get_number(); }

/** Whether the library that is loaded has a feature. */
inline bool has(feature feature) noexcept { return tgcall_version_has(std::uint32_t(feature)); }

/** The name of a status in C, such as "TGCALL_ERR_STATE". */
inline std::string_view name(status status) noexcept { return detail::view(tgcall_status_get_name(std::int32_t(status))); }

/** Reads this platform's struct sockaddr. */
template <class Policy = throws>
typename Policy::template result<address> from_sockaddr(const void *sockaddr, std::size_t size)
{
    address address{};
    const tgcall_status status = tgcall_addr_from_sockaddr(sockaddr, size, &address);
    return detail::answer<Policy, tgcall::address>(status, [&] { return address; });
}

/** Writes this platform's struct sockaddr and answers its size; that of a struct sockaddr_storage always fits. */
template <class Policy = throws>
typename Policy::template result<std::size_t> to_sockaddr(const address &address, void *buffer, std::size_t capacity)
{
    std::size_t size = 0;
    const tgcall_status status = tgcall_addr_to_sockaddr(&address, buffer, capacity, &size);
    return detail::answer<Policy, std::size_t>(status, [&] { return size; });
}

} // namespace tgcall

#endif
