// Handles that may be closed, moved from and destroyed at any time, also while other threads are inside or from inside a
// callback; and the functions of the host that the library calls, with what they throw kept away from it.
#ifndef TGCALL_HANDLE_HPP
#define TGCALL_HANDLE_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#if !defined(_WIN32)
#include <unistd.h>
#endif

#include <tgcall/result.hpp>

namespace tgcall::detail {

/** How many callbacks of ours this thread is inside of. */
inline thread_local int callbacks_of_this_thread = 0;

class callback_mark
{
  public:
    callback_mark() noexcept { ++callbacks_of_this_thread; }
    ~callback_mark() { --callbacks_of_this_thread; }
    callback_mark(const callback_mark &) = delete;
    callback_mark &operator=(const callback_mark &) = delete;
};

/** Where exceptions go that handlers let out: one for a configuration and all clients made from it. */
class error_hook
{
  public:
    using function = std::function<void(std::exception_ptr)>;

    void set(function hook)
    {
        auto made = std::make_shared<const function>(std::move(hook));
        const std::lock_guard<std::mutex> lock(mutex_);
        hook_ = std::move(made);
    }

    /** Runs a handler. Nothing comes out but a forced unwind, with which a thread ends. */
    template <class Run> void guard(Run &&run) const
    {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
        try {
            run();
        } catch (...) {
            if (!std::current_exception()) throw; // no exception of C++: a thread that ends
            report();
        }
#else
        run();
#endif
    }

  private:
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
    void report() const noexcept
    {
        try {
            std::shared_ptr<const function> hook;
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                hook = hook_;
            }
            if (hook && *hook) return (*hook)(std::current_exception());
            throw;
        } catch (const std::exception &lost) {
            std::fprintf(stderr, "tgcall: a handler threw: %s\n", lost.what());
        } catch (...) {
            std::fputs("tgcall: a handler threw\n", stderr);
        }
    }
#endif

    mutable std::mutex mutex_;
    std::shared_ptr<const function> hook_;
};

/** The host's functions that a configuration gives to what is made from it. */
struct hooks {
    std::shared_ptr<error_hook> errors = std::make_shared<error_hook>();
    std::shared_ptr<void> clock, random, logger, wake, socket;
};

/** Hooks of what was freed from inside a callback on the library's own thread. No host can know when the last one returned, as
 * when a logger frees the client whose other lines are still to come, so they stay. */
struct kept_hooks {
    hooks kept;
    kept_hooks *next = nullptr;
};
inline std::atomic<kept_hooks *> all_kept_hooks{nullptr};

/** What the library keeps beyond the end, for sound: clients, and nothing of a conference. */
inline void retain(tgcall_client *client) noexcept { tgcall_client_retain(client); }
inline void release(tgcall_client *client) noexcept { tgcall_client_release(client); }
inline void retain(tgcall_conference *) noexcept {}
inline void release(tgcall_conference *) noexcept {}

/** What several handles share: a thing of the library's until it is closed, and who is inside of it just now.
 *
 * One number says it all: how many threads are inside, how many handles there are, and whether it is closed. So to enter and to
 * leave are an atomic addition each. Sound is not counted: the library itself refuses it once it is freed. */
template <class Raw, void (*Free)(Raw *)> class line
{
  public:
    line(Raw *raw, const hooks &hooks) : raw_(raw), retained_(raw), hooks_(new kept_hooks{hooks, nullptr})
    {
        retain(raw);
    }
    line(const line &) = delete;
    line &operator=(const line &) = delete;

    bool enter() noexcept
    {
        if (!(word_.fetch_add(USER, std::memory_order_acquire) & CLOSED)) return true;
        leave_closed();
        return false;
    }

    void leave() noexcept
    {
        std::uint64_t word = word_.load(std::memory_order_relaxed);
        while (!(word & CLOSED))
            if (word_.compare_exchange_weak(word, word - USER, std::memory_order_release, std::memory_order_relaxed))
                return; // its handles keep it
        leave_closed();
    }

    void add_handle() noexcept { word_.fetch_add(HANDLE, std::memory_order_relaxed); }

    void drop_handle() noexcept
    {
        if ((word_.fetch_sub(HANDLE, std::memory_order_acq_rel) & COUNTS) == HANDLE) delete this;
    }

    /** For those inside. */
    Raw *raw() const noexcept { return raw_.load(std::memory_order_relaxed); }
    /** For functions of sound, by anybody who has a handle: after the end, too. */
    Raw *retained() const noexcept { return retained_; }
    bool is_closed() const noexcept { return word_.load(std::memory_order_acquire) & CLOSED; }

    /** Lets nobody in any more, waits for who is inside, and frees. From inside a callback it waits for nobody: the last one out
     * frees. A handle has to be there meanwhile. */
    void close() noexcept
    {
        const bool waits = callbacks_of_this_thread == 0;
        const std::uint64_t before = word_.fetch_or(waits ? CLOSED : CLOSED | LEFT, std::memory_order_acq_rel);
        if (!waits) {
            if (users(before) == 0) release();
            return;
        }
        // Looked at now and then rather than waited for by a lock, which a forked child might find taken for ever.
        for (int round = 0; users(word_.load(std::memory_order_acquire)) != 0 && !is_copy(); round++) pause(round);
        release();
        for (int round = 0; !freed_.load(std::memory_order_acquire) && !is_copy(); round++) pause(round);
    }

    /** The host's handler of events, kept as long as it may run. */
    std::shared_ptr<void> handler;
    /** Somebody takes events. */
    std::atomic<bool> taking{false};

    const std::shared_ptr<error_hook> &errors() const noexcept { return errors_; }

  private:
    static constexpr std::uint64_t USER = 1, HANDLE = std::uint64_t(1) << 32, LEFT = std::uint64_t(1) << 62,
                                   CLOSED = std::uint64_t(1) << 63, COUNTS = LEFT - 1;

    static std::uint32_t users(std::uint64_t word) noexcept { return static_cast<std::uint32_t>(word); }

    ~line()
    {
        detail::release(retained_);
        delete hooks_;
    }

    void leave_closed() noexcept
    {
        // As a handle it stays until what follows is done.
        const std::uint64_t before = word_.fetch_add(HANDLE - USER, std::memory_order_acq_rel);
        if (before & LEFT && users(before) == 1) release();
        drop_handle();
    }

    void release() noexcept
    {
        Raw *const raw = raw_.exchange(nullptr, std::memory_order_acq_rel);
        if (!raw) return;
        Free(raw);
        if (callbacks_of_this_thread == 0) { // what captures something of the host's goes now, and not with the last handle
            handler.reset();
            delete std::exchange(hooks_, nullptr);
        } else { // one of them may be running; a handler goes with the line
            kept_hooks *const mine = std::exchange(hooks_, nullptr);
            mine->next = all_kept_hooks.load(std::memory_order_relaxed);
            while (!all_kept_hooks.compare_exchange_weak(mine->next, mine, std::memory_order_release)) {}
        }
        freed_.store(true, std::memory_order_release);
    }

    static void pause(int round) noexcept
    {
        if (round < 64) std::this_thread::yield();
        else std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    /** Whether this is a forked child, where those inside are threads of its parent and never leave. */
    bool is_copy() const noexcept { return process() != process_; }
#if defined(_WIN32)
    static int process() noexcept { return 0; }
#else
    static int process() noexcept { return static_cast<int>(getpid()); }
#endif

    std::atomic<std::uint64_t> word_{HANDLE};
    std::atomic<Raw *> raw_;
    Raw *const retained_;
    std::atomic<bool> freed_{false};
    kept_hooks *hooks_;
    const int process_ = process();
    std::shared_ptr<error_hook> errors_ = hooks_->kept.errors;
};

using client_line = line<tgcall_client, tgcall_client_free>;
using conference_line = line<tgcall_conference, tgcall_conference_free>;

/** A counted reference to a line, or none. */
template <class Line> class handle
{
  public:
    handle() noexcept = default;
    /** Takes over the first handle of a new line. */
    explicit handle(Line *made) noexcept : line_(made) {}
    handle(const handle &other) noexcept : line_(other.line_)
    {
        if (line_) line_->add_handle();
    }
    handle(handle &&other) noexcept : line_(std::exchange(other.line_, nullptr)) {}
    handle &operator=(handle other) noexcept
    {
        std::swap(line_, other.line_);
        return *this;
    }
    ~handle()
    {
        if (line_) line_->drop_handle();
    }

    static handle of(Line *line) noexcept
    {
        if (line) line->add_handle();
        return handle(line);
    }

    Line *get() const noexcept { return line_; }

  private:
    Line *line_ = nullptr;
};

/** This thread is inside, unless it is closed. */
template <class Line> class inside
{
  public:
    explicit inside(Line *line) noexcept : line_(line && line->enter() ? line : nullptr) {}
    explicit inside(const handle<Line> &handle) noexcept : inside(handle.get()) {}
    ~inside()
    {
        if (line_) line_->leave();
    }
    inside(const inside &) = delete;
    inside &operator=(const inside &) = delete;

    explicit operator bool() const noexcept { return line_; }
    auto raw() const noexcept { return line_->raw(); }
    /** For what comes after host code, which may have destroyed the object whose function this is in. */
    Line *line() const noexcept { return line_; }

  private:
    Line *line_;
};

template <class Policy, class T> typename Policy::template result<T> closed()
{
    return Policy::template fail<T>(status::err_state, "the handle is closed, was moved from, or never was of anything");
}

/** A function that asks for the size first. What it tells may grow in between. */
template <class Container, class Ask> tgcall_status fill(Container &container, Ask ask)
{
    std::size_t size = 0;
    tgcall_status status = ask(static_cast<decltype(container.data())>(nullptr), std::size_t(0), &size);
    while (status == TGCALL_OK && size > 0) {
        container.resize(size);
        status = ask(container.data(), container.size(), &size);
        if (status == TGCALL_OK) break;
        if (status == TGCALL_ERR_BUFFER) status = TGCALL_OK;
    }
    if (status == TGCALL_OK) container.resize(size);
    return status;
}

} // namespace tgcall::detail

#endif
