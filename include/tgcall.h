/*
 * tgcall.h: Telegram calls in one small C library.
 *
 * Generated from src/ffi; `make header` rewrites it.
 *
 * The library makes Telegram calls for a program, the host, that has its own connection to Telegram. One tgcall_client
 * is one account. It asks the host to send requests, is told what Telegram answers, and reports events. It is run in
 * one of two ways, with the same functions and the same events:
 *
 *   Started   tgcall_client_start: one thread of ours holds sockets and timers and delivers the events.
 *   Embedded  the host's own loop: drain, sleep until tgcall_client_get_next_timeout or a socket is ready, hand in what
 *             arrived, again. No thread, no socket, no signal of ours.
 *
 * A first call: tgcall_client_new with NULL, tgcall_client_start, tgcall_request. Send what each TGCALL_EVENT_INVOKE
 * brings and hand in the answer, feed every update of Telegram's, and move sound with tgcall_audio_push_s16 and
 * tgcall_audio_pull_s16. Somebody who calls is TGCALL_EVENT_CALL_INCOMING, and tgcall_accept answers.
 *
 * What holds for every function:
 *
 *   Threads   Any function, on any thread, at any time, also from inside an event callback. Clock, random source and
 *             logger are the exception: they run under our lock, and a call from inside them is TGCALL_ERR_STATE; only
 *             a _free may come from there. A _free is the last call: no other thread may be inside a function of what
 *             is freed, or enter one, but of a client that is retained (tgcall_client_retain).
 *   Stacks    A thread that calls us needs 32 kB to push and pull sound, 80 kB for everything else.
 *   Callbacks They return and throw nothing: an exception ends the process. One may end its thread (pthread_exit, or an
 *             interpreter that shuts down). A thread that drains goes, and the client is as good as before. Our own
 *             thread, and any that is inside clock, random source or logger, stays where it is for ever, or is gone
 *             where the system unwinds nothing: the client is dead, and can be freed.
 *   The end   Every function works as long as its thread and process do: in the destructor of a static or thread-local
 *             object, in atexit. A program may end without freeing; callbacks come until it has, so free a client
 *             before what its callbacks use. dlclose leaves the library loaded. In a forked child a client or
 *             conference is a copy: every function is TGCALL_ERR_STATE, and _free gives back its memory.
 *   Statuses  TGCALL_ERR_ARGUMENT for a missing pointer, a number that is none of its choice or out of its range, and
 *             text that is not UTF-8; TGCALL_ERR_NOT_FOUND for a call that is not known or forgotten;
 *             TGCALL_ERR_UNSUPPORTED for what this build leaves out; TGCALL_ERR_INTERNAL when the client is dead. Each
 *             function lists what it adds. After a negative status nothing has changed.
 *   In        Bytes and lists: pointer and size or count, read during the call; (NULL, 0) is empty. Text: UTF-8 up to a
 *             NUL; NULL is empty.
 *   Out       Lent or copied. Only what a _new, a _copy, tgcall_video_pull, tgcall_group_pull_video or
 *             tgcall_group_get_roster gives is yours, until its _free. To learn a size or count, pass (NULL, 0): it is
 *             set, the answer is TGCALL_OK. A buffer that is too small is TGCALL_ERR_BUFFER, with the size set and the
 *             buffer untouched.
 *   Numbers   A choice is a number of 32 bits, and its enumerators are its names; newer libraries answer newer ones.
 *             NONE, 0, is what a getter answers that has nothing to say. A yes or no goes in as int, where not 0 is
 *             yes. Units are in names: _ms, _s, _hz. Ids of calls and of streams stay below 2^53.
 *   Handles   A call is a number that is never used again: a stale one is an error, not a crash. A client or
 *             configuration that has been freed is not detected, unless the client is retained.
 */
#ifndef TGCALL_H
#define TGCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TGCALL_VERSION_MAJOR 0
#define TGCALL_VERSION_MINOR 1
#define TGCALL_VERSION_PATCH 0

#define TGCALL_MAX_LAYER 92 /* The highest call layer we speak. */
#define TGCALL_MIN_LAYER 65 /* The lowest call layer we speak, for a phoneCallProtocol that the host writes. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgcall_client tgcall_client; /* One Telegram account and all its calls */
typedef struct tgcall_conference tgcall_conference; /* One device's part in one conference */
typedef struct tgcall_config tgcall_config; /* Settings; a client copies them */
typedef struct tgcall_event tgcall_event;   /* Something that happened; lent, or a copy to keep */
typedef struct tgcall_participant tgcall_participant; /* Somebody in a roster, and lent as long as that lives */
typedef struct tgcall_roster tgcall_roster; /* A group call and who is in it, at one moment */
typedef struct tgcall_video_frame tgcall_video_frame; /* An encoded picture that was received */

/** What a library may be built without. */
typedef uint32_t tgcall_feature;
enum {
    TGCALL_FEATURE_NONE = 0,
    TGCALL_FEATURE_MEDIA = 1,     /**< We carry the sound: TGCALL_MEDIA_LIBRARY. */
    TGCALL_FEATURE_OPUS = 2,      /**< Sound as PCM. Without it there are only Opus packets. */
    TGCALL_FEATURE_RUNTIME = 3,   /**< tgcall_client_start. */
    TGCALL_FEATURE_VIDEO = 4,     /**< tgcall_video_*. */
    TGCALL_FEATURE_GROUP = 5,     /**< tgcall_group_*. */
    TGCALL_FEATURE_CONFERENCE = 6 /**< tgcall_conference_*. */
};

/** Bytes lent to the host; the function that lends them says until when. */
typedef struct tgcall_bytes {
    const uint8_t *data;
    size_t size;
} tgcall_bytes;

/** Text lent to the host: UTF-8, data never NULL, and a NUL follows that size does not count. */
typedef struct tgcall_text {
    const char *data;
    size_t size;
} tgcall_text;

/** An IP address and a port. */
typedef struct tgcall_addr {
    uint8_t ip[16];  /**< Network order; IPv4 uses the first four. */
    uint16_t port;   /**< Host order. */
    uint16_t family; /**< 4 or 6; 0 is no address. */
    uint32_t scope;  /**< The number of the interface of a link-local IPv6 address; else 0. */
} tgcall_addr;

/** What somebody is. */
typedef uint32_t tgcall_peer_kind;
enum {
    TGCALL_PEER_KIND_NONE = 0,
    TGCALL_PEER_KIND_SELF = 1,   /**< This account; id and access_hash are 0. */
    TGCALL_PEER_KIND_USER = 2,
    TGCALL_PEER_KIND_CHAT = 3,   /**< A basic group, which has no access_hash. */
    TGCALL_PEER_KIND_CHANNEL = 4 /**< A channel or a supergroup. */
};

/** Who somebody is. Ids are Telegram's own, and positive: not those of bots' APIs, which mark groups by a sign. */
typedef struct tgcall_peer {
    uint32_t kind;       /**< One of tgcall_peer_kind. */
    int64_t id;
    /** The host's for this user or channel; where somebody is only looked up it is not read, and what is told of
     * somebody has 0. */
    int64_t access_hash;
} tgcall_peer;

/** What a function answers: 0 is success, a positive number is success without a result, a negative one says what to
 * do about a failure. After a failure nothing has changed. */
typedef int32_t tgcall_status;
enum {
    TGCALL_OK = 0,
    TGCALL_EMPTY = 1,            /**< All well, nothing to report. */
    TGCALL_FULL = 2,             /**< All well, but the queue is full and nothing was taken: push it again later. */
    TGCALL_ERR_ARGUMENT = -1,    /**< Fix the program. */
    TGCALL_ERR_NOT_FOUND = -2,   /**< The call, stream, request or socket is gone; forget it. */
    TGCALL_ERR_STATE = -3,       /**< Not now. */
    TGCALL_ERR_LIMIT = -4,       /**< Too many, or too much. */
    TGCALL_ERR_UNSUPPORTED = -5, /**< Not in this build, or not with this configuration. */
    TGCALL_ERR_IO = -6,          /**< The operating system refused. */
    TGCALL_ERR_INTERNAL = -7,    /**< Our defect; the client is dead, free it and report the text. */
    /** The buffer is too small: nothing was used up, and the size that was set says how large it has to be. */
    TGCALL_ERR_BUFFER = -8
};

/** The version of the library that is loaded, such as "0.1.0". Lives for ever. */
tgcall_text tgcall_version(void);

/** The same as a number that can be compared: major << 16 | minor << 8 | patch. */
uint32_t tgcall_version_get_number(void);

/** Whether the library that is loaded has a feature, one of tgcall_feature. What it has not is
 * TGCALL_ERR_UNSUPPORTED. False for numbers it does not know. */
bool tgcall_version_has(uint32_t feature);

/** Reads this platform's struct sockaddr. Pure; TGCALL_ERR_ARGUMENT for a family other than IPv4 and IPv6, or a size
 * that cannot hold it. */
tgcall_status tgcall_addr_from_sockaddr(const void *sockaddr, size_t size, tgcall_addr *addr_out);

/** Writes this platform's struct sockaddr, with its size. A buffer of sizeof(struct sockaddr_storage) always fits;
 * one that is too small is TGCALL_ERR_BUFFER. Pure; TGCALL_ERR_ARGUMENT for a family other than 4 and 6. */
tgcall_status tgcall_addr_to_sockaddr(const tgcall_addr *addr, void *buffer, size_t capacity, size_t *size_out);

/** The name of a status, such as "TGCALL_ERR_STATE"; empty for a number that is none. Lives for ever. */
tgcall_text tgcall_status_get_name(int32_t status);

/** Why the last call of this thread that failed did so, or why the last TGCALL_EMPTY or TGCALL_FULL took nothing;
 * for a developer to read. Read it right after that call, on its thread. Empty if nothing failed yet. Lent until
 * this thread calls us again. */
tgcall_text tgcall_status_get_text(void);

/* ---- Configuration ----------------------------------------------------------------------------------------------- */

/** How much is logged. No level ever names keys. */
typedef uint32_t tgcall_log_level;
enum {
    TGCALL_LOG_LEVEL_OFF = 0,
    TGCALL_LOG_LEVEL_ERROR = 1,
    TGCALL_LOG_LEVEL_WARNING = 2,
    TGCALL_LOG_LEVEL_INFO = 3,
    TGCALL_LOG_LEVEL_DEBUG = 4,
    TGCALL_LOG_LEVEL_TRACE = 5 /**< May name addresses and users. */
};

/** Takes one line, and the call it is about, or 0. It runs under our lock and must not call back; see the top of
 * this file. */
typedef void (*tgcall_log_fn)(void *userdata, tgcall_log_level level, uint64_t call_id, tgcall_text line);

/** Nanoseconds since any moment. Time of a clock that is set back goes on from where it was. It runs under our lock
 * and must not call back. */
typedef uint64_t (*tgcall_clock_fn)(void *userdata);

/** Fills the whole buffer; 0 is success. Anything else kills the client, for there is no call without entropy. It
 * runs under our lock and must not call back. */
typedef int (*tgcall_random_fn)(void *userdata, uint8_t *buffer, size_t size);

/** Makes a sleeping loop turn. */
typedef void (*tgcall_wake_fn)(void *userdata);

/** Looks at a socket before it is used: a file descriptor, or a SOCKET of Windows. It runs on our thread, outside
 * our lock. 0 is yes; anything else refuses the socket.
 * @param protocol  One of tgcall_protocol. */
typedef int (*tgcall_socket_fn)(void *userdata, ptrdiff_t fd, uint32_t protocol);

/** Takes one event, which is lent until the callback returns. */
typedef void (*tgcall_event_fn)(void *userdata, tgcall_client *client, const tgcall_event *event);

/** Whether direct paths are used. */
typedef uint32_t tgcall_p2p;
enum {
    TGCALL_P2P_NONE = 0,
    TGCALL_P2P_FOLLOW = 1, /**< As Telegram decides from both users' privacy settings. */
    TGCALL_P2P_NEVER = 2   /**< Relays only; the other side never sees our address. */
};

/** Who carries the sound. */
typedef uint32_t tgcall_media;
enum {
    TGCALL_MEDIA_NONE = 0,
    TGCALL_MEDIA_LIBRARY = 1, /**< We carry the sound. */
    TGCALL_MEDIA_HOST = 2     /**< We agree on the key and pass signaling; the host's own engine carries the sound. */
};

/** How pictures are encoded. A frame of H.264 and H.265 is one access unit in Annex B, with its parameter sets
 * before each key frame; of VP8 and VP9 one frame; of AV1 one temporal unit of OBUs with sizes. */
typedef uint32_t tgcall_video_codec;
enum {
    TGCALL_VIDEO_CODEC_NONE = 0,
    TGCALL_VIDEO_CODEC_VP8 = 1,
    TGCALL_VIDEO_CODEC_VP9 = 2,
    TGCALL_VIDEO_CODEC_H264 = 3,
    TGCALL_VIDEO_CODEC_H265 = 4,
    TGCALL_VIDEO_CODEC_AV1 = 5
};

/** A configuration with every setting at its default. Pair with tgcall_config_free. One configuration may serve many
 * clients; do not share it between threads while setting it. */
tgcall_config *tgcall_config_new(void);

/** Frees a configuration; clients made from it go on. NULL does nothing. */
void tgcall_config_free(tgcall_config *config);

/** Our own user id, not negative; calls meant for another account are ignored. Default 0: learnt from the first
 * call. */
tgcall_status tgcall_config_set_user_id(tgcall_config *config, int64_t user_id);

/** Library versions to offer, preferred first: at least one, none twice. Default "9.0.0", "8.0.0", "13.0.0", which
 * reaches all official apps. TGCALL_ERR_UNSUPPORTED for one we do not speak, for Telegram may pick any that is
 * offered. */
tgcall_status tgcall_config_set_versions(tgcall_config *config, const char *const *versions, size_t count);

/** How many private calls may be up at once, at least 1; one more is answered busy. Default 1. With more than one,
 * Telegram is not told that a call is ringing here, as it would turn away the next; the caller then sees "waiting",
 * not "ringing". */
tgcall_status tgcall_config_set_max_calls(tgcall_config *config, uint32_t max_calls);

/** Whether a private call that the other side makes a conference of is followed there. Default yes; else it just
 * ends, with TGCALL_END_MIGRATED and the slug, by which tgcall_group_open_link may follow. */
tgcall_status tgcall_config_set_auto_migrate(tgcall_config *config, int auto_migrate);

/** Whether we confirm an outgoing call as soon as it is accepted. Default yes; else the host calls tgcall_confirm. */
tgcall_status tgcall_config_set_auto_confirm(tgcall_config *config, int auto_confirm);

/** Two timers of Telegram's help.getConfig, if the host has them: call_receive_timeout_ms (default 20000) until a
 * device of theirs shows up, call_ring_timeout_ms (default 90000) until somebody answers. Neither may be 0. */
tgcall_status tgcall_config_set_timers(tgcall_config *config, uint32_t receive_ms, uint32_t ring_ms);

/** Who carries the sound, one of tgcall_media. Default TGCALL_MEDIA_LIBRARY. TGCALL_ERR_UNSUPPORTED for that one in
 * a library built for signalling only. */
tgcall_status tgcall_config_set_media(tgcall_config *config, uint32_t media);

/** Whether direct paths are used, one of tgcall_p2p. Default TGCALL_P2P_FOLLOW. */
tgcall_status tgcall_config_set_p2p(tgcall_config *config, uint32_t p2p);

/** Sends media through a SOCKS5 proxy and nothing past it: UDP where the proxy allows it, else TCP relays. A NULL
 * host: no proxy, the default. username and password have up to 255 bytes and may be NULL, but not the first alone.
 * @param host  An IPv4 or IPv6 address. TGCALL_ERR_ARGUMENT for a name: resolve it first, as we resolve none.
 * @param port  Not 0. */
tgcall_status tgcall_config_set_proxy(tgcall_config *config, const char *host, uint16_t port, const char *username,
                                      const char *password);

/** What the host encodes pictures with and what it decodes, each one of tgcall_video_codec, preferred first and none
 * twice. The library carries encoded frames and never encodes or decodes. Default: nothing; such a program never
 * claims to receive pictures, and the other side's camera costs it nothing. H.264 and VP8 reach all official apps;
 * tgcall_video_set_codecs is for one call. */
tgcall_status tgcall_config_set_video_codecs(tgcall_config *config, const uint32_t *encoded, size_t encoded_count,
                                             const uint32_t *decoded, size_t decoded_count);

/** Replaces the monotonic clock. NULL restores it. One that is set back costs nothing but the time between two looks
 * at it. */
tgcall_status tgcall_config_set_clock(tgcall_config *config, tgcall_clock_fn clock, void *userdata);

/** Replaces the operating system's randomness in what is ours: keys of calls, ids, names. NULL restores it. The keys
 * of DTLS (its certificates and key exchanges) are always drawn from the operating system. */
tgcall_status tgcall_config_set_random(tgcall_config *config, tgcall_random_fn random, void *userdata);

/** Gives the log a place to go. NULL restores silence.
 * @param level  One of tgcall_log_level: this much and what is graver. */
tgcall_status tgcall_config_set_logger(tgcall_config *config, uint32_t level, tgcall_log_fn logger, void *userdata);

/** Embedded: wake runs when a function that was not called from inside a drain left something to drain; make the
 * loop turn (a byte down a pipe). It runs on the thread that called, the loop's own if that did, outside our lock,
 * and not again before the next drain. NULL: nothing runs. */
tgcall_status tgcall_config_set_wake(tgcall_config *config, tgcall_wake_fn wake, void *userdata);

/** Started: shows the host each socket before it is bound or connected, to bind it to a network, protect it from a
 * VPN or mark its packets. NULL: none is shown. A socket that is refused counts as one that could not be opened. */
tgcall_status tgcall_config_set_socket(tgcall_config *config, tgcall_socket_fn socket, void *userdata);

/* ---- Client ------------------------------------------------------------------------------------------------------ */

/** Makes the client of one account. config is copied; NULL means defaults. Nothing happens until it is started or
 * drained. Pair with tgcall_client_free. */
tgcall_status tgcall_client_new(const tgcall_config *config, tgcall_client **client_out);

/** Ends the client. Calls still up are dropped without a word to Telegram: discard them first. After it has returned
 * no callback runs; from inside a callback, the logger, the clock or the random source it takes effect when that
 * returns. Waits for a callback that is running, so do not hold a lock that callback wants. Works as long as the
 * process does: in a static object's destructor, in atexit, as a thread ends. NULL does nothing. */
void tgcall_client_free(tgcall_client *client);

/** Keeps the handle past its tgcall_client_free, for objects of other languages that outlive a client: until it is
 * released as often, every function may be called with it while it is freed and after, and answers TGCALL_ERR_STATE
 * once it was. Of the client only some kilobytes stay: calls, keys and thread go with tgcall_client_free, which is
 * still to be called once. NULL does nothing. */
void tgcall_client_retain(tgcall_client *client);

/** Gives back what tgcall_client_retain gave, on any thread. NULL does nothing. */
void tgcall_client_release(tgcall_client *client);

/** Starts our thread, which delivers every event from now on. Valid once, before the first drain or poll. The thread
 * also carries the sound of all calls, which stands still while on_event runs: return soon, and do long work
 * elsewhere.
 * @return TGCALL_ERR_STATE if the client is started or embedded already; TGCALL_ERR_IO if no thread could be made. */
tgcall_status tgcall_client_start(tgcall_client *client, tgcall_event_fn on_event, void *userdata);

/** Embedded: runs the timers that are due and hands over all events, those included that the callback causes. Each
 * is lent until the callback returns. TGCALL_EMPTY if there were none; TGCALL_ERR_STATE if started, or while
 * another drain is not done, as from inside its callback. */
tgcall_status tgcall_client_drain(tgcall_client *client, tgcall_event_fn on_event, void *userdata);

/** The same, one event at a time. It is lent until the next poll, drain or free. TGCALL_EMPTY: NULL, there is none. */
tgcall_status tgcall_client_poll(tgcall_client *client, const tgcall_event **event_out);

/** Embedded: how long the loop may sleep. 0 is: drain now; TGCALL_EMPTY with -1 is: until something arrives. Rounded
 * up, so it can go to poll(2) as it is. */
tgcall_status tgcall_client_get_next_timeout(const tgcall_client *client, int32_t *timeout_ms_out);

/** The calls that are up, oldest first: those that TGCALL_STAT_CALLS counts, from their first event until they are
 * ending. (NULL, 0) asks for their number alone. */
tgcall_status tgcall_client_get_calls(const tgcall_client *client, uint64_t *ids, size_t capacity, size_t *count_out);

/** Telegram's update, in whatever shape it came: an Updates, an Update, a phone.PhoneCall, as boxed TL bytes. Feed
 * them all: TGCALL_EMPTY is one that is not about calls, or not readable, which is counted. */
tgcall_status tgcall_client_handle_update(tgcall_client *client, const uint8_t *update, size_t size);

/** The answer to a TGCALL_EVENT_INVOKE. An empty one stands for boolTrue, and for one whose content comes by the
 * functions for decoded objects. TGCALL_ERR_NOT_FOUND if nobody waits for it any more; TGCALL_EMPTY if it is not
 * readable. */
tgcall_status tgcall_client_handle_answer(tgcall_client *client, uint64_t request_id, const uint8_t *answer,
                                          size_t size);

/** The rpc_error that answers a TGCALL_EVENT_INVOKE. Code 0 stands for a request that got no answer at all, as after
 * a lost connection. TGCALL_ERR_NOT_FOUND if nobody waits for it any more. */
tgcall_status tgcall_client_handle_error(tgcall_client *client, uint64_t request_id, int32_t code, const char *text);

/** Telegram's clock, in seconds since 1970: it tells an old incoming call from a new one. Never set: all count as
 * new. */
tgcall_status tgcall_client_set_server_time(tgcall_client *client, int64_t unix_s);

/** How much is logged from now on, one of tgcall_log_level. Without a logger nothing is. */
tgcall_status tgcall_client_set_log_level(tgcall_client *client, uint32_t level);

/** The library_versions for a phoneCallProtocol that the host writes: by index until TGCALL_EMPTY. Each lives for
 * ever. The rest of it: udp_p2p and udp_reflector true, TGCALL_MIN_LAYER, TGCALL_MAX_LAYER. */
tgcall_status tgcall_client_get_version(const tgcall_client *client, size_t index, tgcall_text *version_out);

/** Sends media through another SOCKS5 proxy from now on, or with a NULL host through none, as
 * tgcall_config_set_proxy. It reaches calls that are up: for them it is another network, so they look for a path
 * anew and nothing goes past the proxy. */
tgcall_status tgcall_client_set_proxy(tgcall_client *client, const char *host, uint16_t port, const char *username,
                                      const char *password);

/** Whether direct paths are used from now on, one of tgcall_p2p. It reaches calls that are up: with TGCALL_P2P_NEVER
 * a direct path is left at once, and its place is taken by a relay. */
tgcall_status tgcall_client_set_p2p(tgcall_client *client, uint32_t p2p);

/** Not 0: sends as little as makes sense from now on, also in calls that are up: sound of 20 kbit/s in packets of 60
 * ms, unless tgcall_audio_set_encoding asked for something else, and pictures of at most 300 kbit/s. Default 0. */
tgcall_status tgcall_client_set_low_data(tgcall_client *client, int low_data);

/** The addresses of this machine that calls may use, ports 0. Embedded: call it before the first call and when the
 * network changes. Started: we look ourselves until told for the first time. What matters most comes first: of very
 * many the last are left out, and the report names them; more than 1024 are TGCALL_ERR_ARGUMENT. None, or loopback
 * alone, after there were others is an outage: what was open stays until there are others again. */
tgcall_status tgcall_client_set_interfaces(tgcall_client *client, const tgcall_addr *interfaces, size_t count);

/** Embedded: the socket of a TGCALL_EVENT_SOCKET_OPEN is bound (UDP) or connected (TCP) at local.
 * TGCALL_ERR_NOT_FOUND for a socket we do not know. */
tgcall_status tgcall_client_handle_opened(tgcall_client *client, uint64_t socket_id, const tgcall_addr *local);

/** Embedded: a socket could not be opened, or broke; calls find another way. TGCALL_ERR_NOT_FOUND for a socket we do
 * not know. */
tgcall_status tgcall_client_handle_closed(tgcall_client *client, uint64_t socket_id);

/** Embedded: one UDP datagram. Drain afterwards; many may come before one drain. TGCALL_ERR_NOT_FOUND for a socket
 * we do not know. */
tgcall_status tgcall_client_handle_datagram(tgcall_client *client, uint64_t socket_id, const tgcall_addr *from,
                                            const uint8_t *data, size_t size);

/** Embedded: the next bytes of a TCP stream. Drain afterwards; much may come before one drain. TGCALL_ERR_NOT_FOUND
 * for a socket we do not know. */
tgcall_status tgcall_client_handle_stream(tgcall_client *client, uint64_t socket_id, const uint8_t *data, size_t size);

/* ---- Events ------------------------------------------------------------------------------------------------------ */

/* A getter answers 0, or empty, for an event that does not have what it asks for, and for NULL. What it lends lives as
 * long as the event: until the callback returns or, of a polled one, until the next poll, drain or free; of a copy,
 * until tgcall_event_free. */

/** What happened, or is to be done, and which getters have something to say. */
typedef uint32_t tgcall_event_kind;
enum {
    TGCALL_EVENT_NONE = 0,
    /** Send this to Telegram, in the order of these events, and hand in the answer or the error. Has request,
     * method, dc, bytes. */
    TGCALL_EVENT_INVOKE = 1,
    TGCALL_EVENT_CALL_INCOMING = 2,           /**< Somebody calls; accept or discard. Has user, is_video. */
    TGCALL_EVENT_CALL_STATE = 3,              /**< A call moved on. Has state, old_state. */
    /** It is over. Has state, old_state, end, action, retry_after_s, duration_s, wants_rating, wants_report, slug. */
    TGCALL_EVENT_CALL_ENDED = 4,
    /** The other side's switches, and how its device is turned. Has switches, rotation, is_muted, is_video. */
    TGCALL_EVENT_CALL_MEDIA = 5,
    TGCALL_EVENT_SIGNALING_SEND = 6,          /**< Attached call: take this to the other side. Has bytes. */
    TGCALL_EVENT_SIGNALING_RECEIVED = 7,      /**< TGCALL_MEDIA_HOST: for the host's engine. Has bytes. */
    TGCALL_EVENT_AUDIO_READY = 8,             /**< Opus waits; told once until a pull finds none. */
    /** The queue of sound has run out, and nothing followed for a packet's time. */
    TGCALL_EVENT_AUDIO_PLAYED = 9,
    /** Embedded: open one, then handle_opened. Has socket, protocol, local, remote. */
    TGCALL_EVENT_SOCKET_OPEN = 10,
    TGCALL_EVENT_SOCKET_CLOSE = 11,           /**< Embedded: close it; do not answer. Has socket. */
    /** Embedded: send one datagram to remote, or (a remote of family 0) bytes of the stream. These are whole frames:
     * while earlier ones wait to be written, drop the new frame whole, and never send a part of one; with
     * TCP_NODELAY. Of more than 512 that a host leaves here the oldest of the call are dropped; a stream that lacks
     * some is closed and opened anew. Has socket, remote, bytes. */
    TGCALL_EVENT_TRANSMIT = 12,
    TGCALL_EVENT_CLIENT_DEAD = 13,            /**< Our defect, and the last event; free the client. */
    /** The sound takes another way; TGCALL_STAT_RELAYED says which, the report why. Nothing is to be done. */
    TGCALL_EVENT_CALL_ROUTE = 14,
    /** Nobody waits for the answer to this request any more: stop, if it is still on its way. But a
     * phone.discardCall that is not sent yet must not be held back: send it all the same, or the other side goes on
     * ringing. Has request. */
    TGCALL_EVENT_CANCEL = 15,
    /** Sound, as tgcall_audio_set_delivery asked for it; in a group call that is separate, of this peer. Has bytes,
     * rate_hz, channels, peer. */
    TGCALL_EVENT_AUDIO_FRAME = 16,
    /** Encode this layer of a source like this from now on, the first time and after bits_per_s was 0 beginning with
     * a key frame; bits_per_s 0: no more for now. Has source, layer, codec, width, height, frames_per_s,
     * bits_per_s. */
    TGCALL_EVENT_VIDEO_ENCODE = 17,
    /** The next frame of this layer must be a key frame. Has source, layer. */
    TGCALL_EVENT_VIDEO_KEY_FRAME = 18,
    /** A frame waits; told once until a pull finds none. In a group call of this peer: tgcall_group_pull_video. Has
     * source, peer. */
    TGCALL_EVENT_VIDEO_READY = 19,
    /** The title, the settings, the number of people or the recording of a group call has changed: take a roster. */
    TGCALL_EVENT_GROUP_CHANGED = 20,
    /** Somebody came into a group call, changed or left. Of several changes that a host has not taken yet, the last
     * is told. Has peer, change. */
    TGCALL_EVENT_GROUP_PARTICIPANT = 21,
    /** Who spoke in the last 100 ms, and how loud, while somebody does; nobody: silence has begun.
     * tgcall_event_get_level tells who. Has level_count. */
    TGCALL_EVENT_GROUP_LEVELS = 22,
    /** A message in a group call. In a conference, where messages are sealed, the ids are not Telegram's and count
     * from 1, and the date is when it came. Has peer, message_id, date_unix_s, message, stars. */
    TGCALL_EVENT_GROUP_MESSAGE = 23,
    /** Messages in a group call are gone: their ids, each an int32_t. Has bytes. */
    TGCALL_EVENT_GROUP_MESSAGES_DELETED = 24,
    /** What became of a request that a function returned. tgcall_event_get_peer_at tells the peers. Has request,
     * code, error, action, retry_after_s, link, key, stars, peer_count. */
    TGCALL_EVENT_ANSWER = 25,
    /** An attached group call is to be joined by the host's library, for the first time or anew, or with the source
     * SCREEN, a screen is to be shared in it: take tgcall_group_get_payload. Has source. */
    TGCALL_EVENT_GROUP_JOIN = 26,
    /** An attached group call is a live stream, and wants a part of it: fetch it, and tell tgcall_group_handle_part.
     * With the time 0 it wants to know where the stream is: tgcall_group_handle_channels. Has request, time_ms,
     * scale, channel, quality. */
    TGCALL_EVENT_STREAM_PART = 27,
    /** The four emoji of a conference are there, for all who are in it to compare: tgcall_call_get_emoji. Or they
     * are gone, as somebody came or went and there are new keys; they come again. Has is_verified. */
    TGCALL_EVENT_GROUP_VERIFIED = 28,
    /** A screen that was shown in a group call is shown no more, as Telegram does not take it: tgcall_video_start
     * tries again. Has source, end, action, retry_after_s. */
    TGCALL_EVENT_VIDEO_STOPPED = 29,
    /** A private call goes on as a conference, which is another call: one that tgcall_call_upgrade has made, or
     * where the other side has gone. Both are heard until the new one hears the other side, or for 10 s: push to
     * both, and play both. Then TGCALL_EVENT_CALL_ENDED of the old one follows. The userdata is the new call's from
     * here on, and the old one has none, unless the host gave it another. Has new_call, slug. */
    TGCALL_EVENT_CALL_MIGRATED = 30,
    /** Somebody invites us to a conference, also while another call is up: tgcall_group_join accepts, tgcall_discard
     * declines. It rings, in TGCALL_CALL_STATE_OPEN, until one of both or TGCALL_EVENT_CALL_ENDED; further
     * invitations to it are the same call. Has user, message_id, is_video. */
    TGCALL_EVENT_GROUP_INVITED = 31
};

/** Where a call is.
 *
 * Caller:  REQUESTING > WAITING > RINGING > [ACCEPTED >] CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
 * Callee:                         RINGING > CONFIRMING > CONNECTING > ACTIVE <> RECONNECTING
 * Attached:                                 ATTACHED   > CONNECTING > ACTIVE <> RECONNECTING
 * Group:   [REQUESTING >] OPEN > JOINING >               CONNECTING > ACTIVE <> RECONNECTING
 * From any of them: [ENDING >] ENDED. */
typedef uint32_t tgcall_call_state;
enum {
    TGCALL_CALL_STATE_NONE = 0,
    TGCALL_CALL_STATE_REQUESTING = 1,   /**< Telegram is asked. */
    TGCALL_CALL_STATE_WAITING = 2,      /**< Telegram knows, no device of theirs has shown up. */
    TGCALL_CALL_STATE_RINGING = 3,      /**< There, or here. */
    TGCALL_CALL_STATE_ACCEPTED = 4,     /**< They took it; tgcall_confirm is awaited. Only without auto_confirm. */
    TGCALL_CALL_STATE_CONFIRMING = 5,   /**< The key is being agreed on. */
    TGCALL_CALL_STATE_ATTACHED = 6,     /**< The host brought the key; tgcall_connect is awaited. */
    TGCALL_CALL_STATE_CONNECTING = 7,   /**< Key agreed, emoji known; looking for a path. */
    TGCALL_CALL_STATE_ACTIVE = 8,       /**< Sound flows both ways. */
    TGCALL_CALL_STATE_RECONNECTING = 9, /**< Nothing heard for a while; looking for another path. */
    TGCALL_CALL_STATE_ENDING = 10,      /**< Telegram is being told. */
    TGCALL_CALL_STATE_ENDED = 11,       /**< Kept for tgcall_rate and the report, the last 10 of a client. */
    TGCALL_CALL_STATE_OPEN = 12,        /**< A group call that has a name; tgcall_group_join is awaited. */
    /** Going into a group call, or waiting for the start of one that is scheduled. */
    TGCALL_CALL_STATE_JOINING = 13
};

/** Why a call ended. */
typedef uint32_t tgcall_end;
enum {
    TGCALL_END_NONE = 0,
    TGCALL_END_LOCAL_HANGUP = 1,
    TGCALL_END_REMOTE_HANGUP = 2,
    TGCALL_END_BUSY = 3,          /**< They declined, or are in another call. */
    TGCALL_END_MISSED = 4,        /**< Nobody answered. */
    TGCALL_END_DECLINED = 5,      /**< We declined, or were in another call. */
    TGCALL_END_ELSEWHERE = 6,     /**< Answered or declined on another device of this account. */
    TGCALL_END_MIGRATED = 7,      /**< Goes on as the conference of slug. */
    TGCALL_END_DISCONNECTED = 8,  /**< They lost the connection. */
    /** No path to them in 20 s, or none for 30 s after there was one; the report says what was tried. */
    TGCALL_END_NO_PATH = 9,
    TGCALL_END_TIMEOUT = 10,      /**< Telegram or they fell silent while the key was agreed on. */
    TGCALL_END_INSECURE = 11,     /**< Key, commitment or fingerprint did not match; somebody may be in between. */
    TGCALL_END_INCOMPATIBLE = 12, /**< No version in common; the text has both lists. */
    /** They take no calls from us, or blocked us; of a group call: we may not be in it, or were removed. */
    TGCALL_END_PRIVACY = 13,
    TGCALL_END_OUTDATED = 14,     /**< Their app is too old. */
    TGCALL_END_NO_USER = 15,      /**< No such user, or deleted. */
    TGCALL_END_FLOOD = 16,        /**< Too many calls; see retry_after_s. */
    TGCALL_END_SERVER = 17        /**< Another server error; the text has its name. */
};

/** What is left for the host to do about the end of a call. */
typedef uint32_t tgcall_action;
enum {
    TGCALL_ACTION_NONE = 0,
    TGCALL_ACTION_TELL_USER = 1,   /**< Another try will end the same way. */
    TGCALL_ACTION_RETRY = 2,       /**< One more try may work. */
    TGCALL_ACTION_RETRY_AFTER = 3, /**< Not before retry_after_s. */
    TGCALL_ACTION_FIX = 4,         /**< Telegram finds fault with the request: configuration, or our defect. */
    TGCALL_ACTION_LOG_IN = 5       /**< The account is not, or no longer, signed in. */
};

/** How a socket carries bytes. */
typedef uint32_t tgcall_protocol;
enum {
    TGCALL_PROTOCOL_NONE = 0,
    TGCALL_PROTOCOL_UDP = 1,
    TGCALL_PROTOCOL_TCP = 2
};

/** What happened to somebody in a group call. */
typedef uint32_t tgcall_change;
enum {
    TGCALL_CHANGE_NONE = 0,
    TGCALL_CHANGE_CAME = 1, /**< He came, or is told of for the first time. */
    TGCALL_CHANGE_CHANGED = 2,
    TGCALL_CHANGE_LEFT = 3
};

/** What a picture shows. */
typedef uint32_t tgcall_video_source;
enum {
    TGCALL_VIDEO_SOURCE_NONE = 0,
    TGCALL_VIDEO_SOURCE_CAMERA = 1,
    TGCALL_VIDEO_SOURCE_SCREEN = 2
};

/** A copy to keep: the host's until tgcall_event_free, on any thread, also after the client. It carries the call's
 * userdata as of now. NULL of NULL. */
tgcall_event *tgcall_event_copy(const tgcall_event *event);

/** Frees a copy. NULL does nothing, nor does an event that is lent. */
void tgcall_event_free(tgcall_event *event);

/** What kind of event it is. Newer libraries know more kinds: have a default for them. */
tgcall_event_kind tgcall_event_get_kind(const tgcall_event *event);

/** The call it is about; 0: of none. */
uint64_t tgcall_event_get_call(const tgcall_event *event);

/** The call's userdata, as it is when this is asked; of a copy, as it was when that was made. NULL once
 * TGCALL_EVENT_CALL_ENDED was delivered: what follows for the same call has none. */
void *tgcall_event_get_call_userdata(const tgcall_event *event);

/** One line for a log; the wording may change. */
tgcall_text tgcall_event_get_text(const tgcall_event *event);

/** The request to send to Telegram as boxed TL, the signaling packet, what is to be transmitted, sound: interleaved
 * int16_t, or the ids of messages: int32_t. */
tgcall_bytes tgcall_event_get_bytes(const tgcall_event *event);

/** The sound's samples of each channel per second. */
uint32_t tgcall_event_get_rate_hz(const tgcall_event *event);

/** The sound's channels. */
uint32_t tgcall_event_get_channels(const tgcall_event *event);

/** The request, for tgcall_client_handle_answer or tgcall_client_handle_error; the one that is answered. */
uint64_t tgcall_event_get_request(const tgcall_event *event);

/** The name of the request's method, such as "phone.requestCall". */
tgcall_text tgcall_event_get_method(const tgcall_event *event);

/** The number of the data centre that the request must go to; 0: that of the account, as for all that is about calls
 * today. */
uint32_t tgcall_event_get_dc(const tgcall_event *event);

/** The begin of the part, in ms of Telegram's clock (TDLib: time_offset); 0: it is asked where the stream is. */
int64_t tgcall_event_get_time_ms(const tgcall_event *event);

/** How long the part is: 1000 >> scale ms. */
uint32_t tgcall_event_get_scale(const tgcall_event *event);

/** The channel of its picture, from 1 on (TDLib: channel_id); 0: its sound. */
uint32_t tgcall_event_get_channel(const tgcall_event *event);

/** How good the picture is to be, in Telegram's numbers: 0 to 2 (TDLib: thumbnail, medium, full). */
uint32_t tgcall_event_get_quality(const tgcall_event *event);

/** Who calls, or invites us. */
int64_t tgcall_event_get_user(const tgcall_event *event);

/** Whether it is a video call, or one to which who invites us shows himself; or whether the other side shows its
 * camera or its screen. */
bool tgcall_event_is_video(const tgcall_event *event);

/** Whether the other side's microphone is off. */
bool tgcall_event_is_muted(const tgcall_event *event);

/** Whether the emoji are there. */
bool tgcall_event_is_verified(const tgcall_event *event);

/** What the other side has switched on or off: bits of tgcall_switches. */
uint32_t tgcall_event_get_switches(const tgcall_event *event);

/** By how many degrees the other side's device is turned: 0, 90, 180 or 270. Each frame has its own rotation, which
 * is the one to show it by. */
uint32_t tgcall_event_get_rotation(const tgcall_event *event);

/** Whether it is about the camera or about the screen; NONE: about the call itself. */
tgcall_video_source tgcall_event_get_source(const tgcall_event *event);

/** The layer of a picture that is sent in several; 0 in a private call. */
uint32_t tgcall_event_get_layer(const tgcall_event *event);

/** What to encode with. */
tgcall_video_codec tgcall_event_get_codec(const tgcall_event *event);

/** The size to encode, in pixels: that of tgcall_video_start, or a smaller one where the link is thin. */
uint32_t tgcall_event_get_width(const tgcall_event *event);

/** As tgcall_event_get_width. */
uint32_t tgcall_event_get_height(const tgcall_event *event);

/** How many frames a second, at most. */
uint32_t tgcall_event_get_frames_per_s(const tgcall_event *event);

/** The encoder's target; 0: stop. */
uint32_t tgcall_event_get_bits_per_s(const tgcall_event *event);

/** Where the call is now: as of this event, not of this moment. */
tgcall_call_state tgcall_event_get_state(const tgcall_event *event);

/** Where the call was before. */
tgcall_call_state tgcall_event_get_old_state(const tgcall_event *event);

/** Why the call ended, or why what was shown is shown no more. */
tgcall_end tgcall_event_get_end(const tgcall_event *event);

/** What is left for the host to do. */
tgcall_action tgcall_event_get_action(const tgcall_event *event);

/** How long Telegram wants us to wait, with TGCALL_ACTION_RETRY_AFTER. */
uint32_t tgcall_event_get_retry_after_s(const tgcall_event *event);

/** The length of the conversation; 0 if there was none. */
uint32_t tgcall_event_get_duration_s(const tgcall_event *event);

/** Whether Telegram would like a tgcall_rate. */
bool tgcall_event_wants_rating(const tgcall_event *event);

/** Whether Telegram would like a tgcall_call_send_report. */
bool tgcall_event_wants_report(const tgcall_event *event);

/** The conference a migrated call goes on in. */
tgcall_text tgcall_event_get_slug(const tgcall_event *event);

/** The call that a migrated one goes on as. */
uint64_t tgcall_event_get_new_call(const tgcall_event *event);

/** Whom in a group call it is about. Of sound that is all of them as one, and in a private call: kind NONE. */
tgcall_peer tgcall_event_get_peer(const tgcall_event *event);

/** What happened to him. */
tgcall_change tgcall_event_get_change(const tgcall_event *event);

/** How many spoke. */
uint32_t tgcall_event_get_level_count(const tgcall_event *event);

/** Telegram's id of the message. */
int32_t tgcall_event_get_message_id(const tgcall_event *event);

/** When the message was sent, in seconds since 1970. */
int64_t tgcall_event_get_date_unix_s(const tgcall_event *event);

/** What the message says. */
tgcall_text tgcall_event_get_message(const tgcall_event *event);

/** The stars that the message has cost, or that were given in all. */
int64_t tgcall_event_get_stars(const tgcall_event *event);

/** 0: it is done, or was so already. Else Telegram's error code, or -1 if there was no answer that could be read. */
int32_t tgcall_event_get_code(const tgcall_event *event);

/** Telegram's name of the error, such as "CHAT_ADMIN_REQUIRED". */
tgcall_text tgcall_event_get_error(const tgcall_event *event);

/** The link that was asked for, or where the program of an RTMP stream goes. */
tgcall_text tgcall_event_get_link(const tgcall_event *event);

/** The secret key of an RTMP stream. */
tgcall_text tgcall_event_get_key(const tgcall_event *event);

/** How many peers an answer has: as whom one may join, or who gave stars. */
uint32_t tgcall_event_get_peer_count(const tgcall_event *event);

/** The socket it is about, for tgcall_client_handle_opened and the like. */
uint64_t tgcall_event_get_socket(const tgcall_event *event);

/** What the socket is to speak. */
tgcall_protocol tgcall_event_get_protocol(const tgcall_event *event);

/** Where to bind the socket. */
tgcall_addr tgcall_event_get_local(const tgcall_event *event);

/** Where to send, or to connect the socket. */
tgcall_addr tgcall_event_get_remote(const tgcall_event *event);

/** Who spoke, by number from 0 on, of TGCALL_EVENT_GROUP_LEVELS. TGCALL_EMPTY behind the last one.
 * @param peer_out    TGCALL_PEER_KIND_SELF: ourselves.
 * @param level_out   The loudest of the last 100 ms: 0 to 32767.
 * @param speaks_out  Whether it is a voice. */
tgcall_status tgcall_event_get_level(const tgcall_event *event, size_t index, tgcall_peer *peer_out,
                                     uint32_t *level_out, bool *speaks_out);

/** A peer of an answer, by number from 0 on, of TGCALL_EVENT_ANSWER: as whom one may join, with the access hash that
 * came with the answer, or 0; or who gave stars. TGCALL_EMPTY behind the last one.
 * @param peer_out   Who gave stars without his name has kind NONE.
 * @param stars_out  What he gave; 0 where it is not about stars. */
tgcall_status tgcall_event_get_peer_at(const tgcall_event *event, size_t index, tgcall_peer *peer_out,
                                       int64_t *stars_out);

/* ---- A private call ---------------------------------------------------------------------------------------------- */

/** Why a call is discarded, as the other side gets to see it. */
typedef uint32_t tgcall_discard_reason;
enum {
    TGCALL_DISCARD_REASON_AUTO = 0, /**< What fits the state: missed, busy, hang-up. */
    TGCALL_DISCARD_REASON_MISSED = 1,
    TGCALL_DISCARD_REASON_DISCONNECT = 2,
    TGCALL_DISCARD_REASON_HANGUP = 3,
    TGCALL_DISCARD_REASON_BUSY = 4
};

/** What kind of call it is. */
typedef uint32_t tgcall_call_kind;
enum {
    TGCALL_CALL_KIND_NONE = 0,
    TGCALL_CALL_KIND_PRIVATE = 1, /**< Between two. */
    TGCALL_CALL_KIND_GROUP = 2    /**< Between many. */
};

/** Who called. */
typedef uint32_t tgcall_direction;
enum {
    TGCALL_DIRECTION_NONE = 0,
    TGCALL_DIRECTION_OUTGOING = 1,
    TGCALL_DIRECTION_INCOMING = 2
};

/** What one side of a call has switched on or off, as bits. */
typedef uint32_t tgcall_switches;
enum {
    TGCALL_SWITCHES_NONE = 0,
    TGCALL_SWITCHES_MUTED = 1,       /**< The microphone is off. */
    TGCALL_SWITCHES_CAMERA = 2,      /**< The camera is on, be it paused. */
    TGCALL_SWITCHES_CAMERA_PAUSED = 4,
    TGCALL_SWITCHES_SCREEN = 8,      /**< The screen is shown, be it paused. */
    TGCALL_SWITCHES_SCREEN_PAUSED = 16,
    TGCALL_SWITCHES_LOW_BATTERY = 32 /**< The battery of the device is low. */
};

/** Calls a user. Telegram is asked through TGCALL_EVENT_INVOKE.
 * @param user_id      Positive, and not our own.
 * @param access_hash  The host's for this user.
 * @param userdata     Comes back with the call's events up to TGCALL_EVENT_CALL_ENDED, in which it may be freed.
 * Never touched.
 * @param call_id_out  Valid at once, and set before the first event of the call is delivered.
 * @return TGCALL_ERR_LIMIT if as many calls are up as the configuration allows. */
tgcall_status tgcall_request(tgcall_client *client, int64_t user_id, int64_t access_hash, int video, void *userdata,
                             uint64_t *call_id_out);

/** Sets the userdata of a call, for one that came in: best from inside TGCALL_EVENT_CALL_INCOMING. TGCALL_ERR_STATE
 * once TGCALL_EVENT_CALL_ENDED was delivered, as nothing would give it back. */
tgcall_status tgcall_call_set_userdata(tgcall_client *client, uint64_t call_id, void *userdata);

/** Answers an incoming call.
 *
 * Valid while it rings here. Telegram is asked through a TGCALL_EVENT_INVOKE; the emoji may be shown once
 * TGCALL_EVENT_CALL_STATE says TGCALL_CALL_STATE_CONNECTING.
 * @return TGCALL_ERR_STATE if it is not ringing here. */
tgcall_status tgcall_accept(tgcall_client *client, uint64_t call_id);

/** Sends our half of the key. Valid in TGCALL_CALL_STATE_ACCEPTED, which only comes without auto_confirm; else
 * TGCALL_ERR_STATE. */
tgcall_status tgcall_confirm(tgcall_client *client, uint64_t call_id);

/** Ends a call: cancels, declines or hangs up; of a group call it only leaves, whatever the reason. Valid until
 * TGCALL_CALL_STATE_ENDING, then TGCALL_ERR_STATE. TGCALL_EVENT_CALL_ENDED follows when Telegram has been told,
 * after 5 s at the latest; at once if attached.
 * @param reason  One of tgcall_discard_reason. */
tgcall_status tgcall_discard(tgcall_client *client, uint64_t call_id, uint32_t reason);

/** Rates an ended call with 1 to 5 stars and the user's words. One INVOKE more for this call; a refusal is only
 * logged.
 * @return TGCALL_ERR_STATE if the call is up, was never answered, or was attached; TGCALL_ERR_LIMIT for a comment
 * of more than 16384 bytes. */
tgcall_status tgcall_rate(tgcall_client *client, uint64_t call_id, uint32_t stars, const char *comment);

/** Gives Telegram the report of an ended call, without addresses, and the log if it asks for it. As tgcall_rate. */
tgcall_status tgcall_call_send_report(tgcall_client *client, uint64_t call_id);

/** Where a call is. */
tgcall_status tgcall_call_get_state(const tgcall_client *client, uint64_t call_id, tgcall_call_state *state_out);

/** What kind of call it is. */
tgcall_status tgcall_call_get_kind(const tgcall_client *client, uint64_t call_id, tgcall_call_kind *kind_out);

/** The other side of a private call. TGCALL_ERR_STATE for an attached one: whom it is with the host alone knows. */
tgcall_status tgcall_call_get_user(const tgcall_client *client, uint64_t call_id, int64_t *user_id_out);

/** Who called. TGCALL_ERR_STATE for a group call. */
tgcall_status tgcall_call_get_direction(const tgcall_client *client, uint64_t call_id, tgcall_direction *direction_out);

/** What Telegram calls it by, for requests of the host's own: the id, which both sides share, and this account's
 * access hash. TGCALL_ERR_STATE while Telegram has not said, and for an attached call. */
tgcall_status tgcall_call_get_telegram_id(const tgcall_client *client, uint64_t call_id, int64_t *id_out,
                                          int64_t *access_hash_out);

/** How long the conversation has lasted: 0 before there was a path; of an ended call, all of it. */
tgcall_status tgcall_call_get_duration(const tgcall_client *client, uint64_t call_id, uint32_t *duration_s_out);

/** What this side has switched on or off, and what the other side told of itself last: bits of tgcall_switches. With
 * TGCALL_MEDIA_HOST the library does not know, and both are 0. */
tgcall_status tgcall_call_get_switches(const tgcall_client *client, uint64_t call_id, uint32_t *own_out,
                                       uint32_t *theirs_out);

/** Tells the other side whether the battery of this device is low, as official apps do.
 * @return TGCALL_ERR_UNSUPPORTED with TGCALL_MEDIA_HOST. */
tgcall_status tgcall_call_set_low_battery(tgcall_client *client, uint64_t call_id, int low);

/** Why a call ended, while it is remembered: the last ten are. TGCALL_ERR_STATE until it has. */
tgcall_status tgcall_call_get_end(const tgcall_client *client, uint64_t call_id, tgcall_end *end_out);

/** The four emoji that users compare. Of a private call valid from TGCALL_CALL_STATE_CONNECTING on, else
 * TGCALL_ERR_STATE; not for attached calls, whose library has them. Of a conference valid while
 * TGCALL_EVENT_GROUP_VERIFIED said that they are there: who sees the same is in with the same people and keys. The
 * texts live for ever. */
tgcall_status tgcall_call_get_emoji(const tgcall_client *client, uint64_t call_id, tgcall_text emoji_out[4]);

/* ---- A call whose key the host made (TDLib) ---------------------------------------------------------------------- */

/** Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect. No
 * INVOKE follows; signaling leaves by TGCALL_EVENT_SIGNALING_SEND and arrives by tgcall_call_handle_signaling.
 * @param outgoing  Whether we are the caller.
 * @param key       256 bytes, copied.
 * @param userdata  As in tgcall_request.
 * @return TGCALL_ERR_LIMIT if as many calls are up as the configuration allows; TGCALL_ERR_UNSUPPORTED with
 * TGCALL_MEDIA_HOST, where there is nothing to attach. */
tgcall_status tgcall_attach(tgcall_client *client, int outgoing, const uint8_t *key, size_t key_size, void *userdata,
                            uint64_t *call_id_out);

/** A relay of Telegram's, field by field as Telegram named it. Add all of one call, also those that look useless:
 * both sides number them. Valid until tgcall_connect, then TGCALL_ERR_STATE; more than 64 servers of a call are
 * TGCALL_ERR_LIMIT. */
tgcall_status tgcall_call_add_reflector(tgcall_client *client, uint64_t call_id, int64_t id, const char *ip,
                                        const char *ipv6, uint16_t port, const uint8_t *peer_tag, size_t peer_tag_size,
                                        int tcp);

/** A STUN or TURN server, as tgcall_call_add_reflector. */
tgcall_status tgcall_call_add_webrtc(tgcall_client *client, uint64_t call_id, int64_t id, const char *ip,
                                     const char *ipv6, uint16_t port, const char *username, const char *password,
                                     int turn, int stun);

/** Starts the media. Valid in TGCALL_CALL_STATE_ATTACHED, or in CONNECTING after tgcall_call_handle_confirmed; else
 * TGCALL_ERR_STATE. TGCALL_ERR_UNSUPPORTED for a version we do not speak: the call then has to be discarded.
 * @param version            The first of the agreed library_versions.
 * @param p2p_allowed        From Telegram; the configuration may be stricter.
 * @param custom_parameters  Telegram's JSON, or NULL. TGCALL_ERR_LIMIT for more than 65536 bytes. */
tgcall_status tgcall_connect(tgcall_client *client, uint64_t call_id, const char *version, int p2p_allowed,
                             const char *custom_parameters);

/** A signaling packet from the other side. It may come twice, late, out of order or too early. TGCALL_EMPTY for one
 * that is dropped, which is counted. */
tgcall_status tgcall_call_handle_signaling(tgcall_client *client, uint64_t call_id, const uint8_t *packet, size_t size);

/* ---- Decoded objects, for hosts that have no TL bytes at hand ---------------------------------------------------- */

/* Beside tgcall_client_handle_update and tgcall_client_handle_answer: the same news field by field, in any mixture,
 * under Telegram's own names. News that is stale is ignored, with TGCALL_OK. News of an attached call, of which
 * Telegram has nothing to tell us, is TGCALL_ERR_STATE. */

/** messages.dhConfig, with the request it answers; an empty p is messages.dhConfigNotModified. TGCALL_ERR_NOT_FOUND
 * if nobody waits for it any more; TGCALL_ERR_ARGUMENT if the request was for something else. */
tgcall_status tgcall_client_handle_dh_config(tgcall_client *client, uint64_t request_id, int32_t g, const uint8_t *p,
                                             size_t p_size, int32_t version, const uint8_t *random, size_t random_size);

/** phoneCallRequested. TGCALL_EMPTY with call 0 for one that is known, too old, not for us, or answered busy. */
tgcall_status tgcall_client_handle_requested(tgcall_client *client, int64_t telegram_id, int64_t access_hash,
                                             int64_t admin_id, int32_t date_s, int video, const uint8_t *g_a_hash,
                                             size_t size, uint64_t *call_id_out);

/** phoneCallWaiting. TGCALL_EMPTY for that of another call.
 * @param receive_date_s  When a device of theirs showed up; 0 if it has none. */
tgcall_status tgcall_call_handle_waiting(tgcall_client *client, uint64_t call_id, int64_t telegram_id,
                                         int64_t access_hash, int32_t receive_date_s);

/** phoneCallAccepted. */
tgcall_status tgcall_call_handle_accepted(tgcall_client *client, uint64_t call_id, const uint8_t *g_b, size_t size);

/** phoneCall: the final one, on either side. Its servers follow by tgcall_call_add_reflector and
 * tgcall_call_add_webrtc, then tgcall_connect. */
tgcall_status tgcall_call_handle_confirmed(tgcall_client *client, uint64_t call_id, const uint8_t *g_a_or_b,
                                           size_t size, int64_t key_fingerprint);

/** phoneCallDiscarded.
 * @param reason  One of tgcall_discard_reason; TGCALL_DISCARD_REASON_AUTO if it has none. */
tgcall_status tgcall_call_handle_discarded(tgcall_client *client, uint64_t call_id, uint32_t reason, int need_rating,
                                           int need_debug);

/* ---- TGCALL_MEDIA_HOST: the host's engine carries the sound ------------------------------------------------------ */

/** The 256-byte key; wipe it after use. Valid from TGCALL_CALL_STATE_CONNECTING until the end, else
 * TGCALL_ERR_STATE. */
tgcall_status tgcall_call_get_key(const tgcall_client *client, uint64_t call_id, uint8_t *buffer, size_t capacity,
                                  size_t *size_out);

/** The final phoneCall with its servers, as TL bytes; not for a call that came decoded. Valid as
 * tgcall_call_get_key. */
tgcall_status tgcall_call_get_phone_call(const tgcall_client *client, uint64_t call_id, uint8_t *buffer,
                                         size_t capacity, size_t *size_out);

/** Takes a packet of the engine's, of 1 to 65536 bytes, to the other side. Valid as tgcall_call_get_key.
 * @return TGCALL_ERR_UNSUPPORTED if the sound is ours; TGCALL_ERR_LIMIT for a longer packet. */
tgcall_status tgcall_call_send_signaling(tgcall_client *client, uint64_t call_id, const uint8_t *packet, size_t size);

/** Tells whether the engine is connected: the call goes to ACTIVE or RECONNECTING, and its duration is counted.
 * Valid as tgcall_call_get_key; TGCALL_ERR_UNSUPPORTED if the sound is ours. */
tgcall_status tgcall_call_set_connected(tgcall_client *client, uint64_t call_id, int connected);

/* ---- Sound ------------------------------------------------------------------------------------------------------- */

/* For calls whose sound is ours. With TGCALL_MEDIA_HOST it is the host's own engine that sends, receives, mutes and
 * measures, and every function here is TGCALL_ERR_UNSUPPORTED. */

/** What a call's sound is handed over as. */
typedef uint32_t tgcall_audio_coding;
enum {
    TGCALL_AUDIO_CODING_NONE = 0,
    TGCALL_AUDIO_CODING_PCM = 1,
    TGCALL_AUDIO_CODING_OPUS = 2
};

/** Gives sound to send: interleaved PCM, where a frame is one sample of each channel; 8000 to 48000 Hz, 1 or 2
 * channels, up to 60 ms at a time. Rate and channels may change. One thread pushes; live, it waits for no lock and
 * allocates only at its first push, at another rate, and at most twice when more waits to be sent than ever, so an
 * audio device's callback may be what calls.
 * @return TGCALL_FULL if it did not fit the queue, and nothing was taken; TGCALL_ERR_STATE if Opus is to be pushed,
 * or another thread is pushing. */
tgcall_status tgcall_audio_push_s16(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                    const int16_t *samples, size_t frame_count);

/** The same with samples from -1 to 1; what is beyond is clipped. */
tgcall_status tgcall_audio_push_f32(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                    const float *samples, size_t frame_count);

/** Gives the sound that goes with a screen in a group call, as tgcall_audio_push_s16 gives what is said: another
 * thread may. It is heard beside that, in stereo, while the screen is shown (tgcall_video_start), also while that
 * is paused or we are muted; before and after it is thrown away.
 * @return As tgcall_audio_push_s16; TGCALL_ERR_STATE also in a private call, where there is one sound. */
tgcall_status tgcall_audio_push_screen_s16(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                           const int16_t *samples, size_t frame_count);

/** The same with samples from -1 to 1; what is beyond is clipped. */
tgcall_status tgcall_audio_push_screen_f32(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                           const float *samples, size_t frame_count);

/** Takes sound that was received, in the format asked for, which may differ from that of the push. Drives the jitter
 * buffer at the host's pace and fills the whole buffer, with silence if need be, also when it fails. One thread
 * pulls, as one pushes. TGCALL_EMPTY: all of it is silence, as there was nothing.
 * @return TGCALL_ERR_STATE if Opus is to be pulled, or another thread is pulling. */
tgcall_status tgcall_audio_pull_s16(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                    int16_t *samples_out, size_t frame_count);

/** The same with samples from -1 to 1. */
tgcall_status tgcall_audio_pull_f32(tgcall_client *client, uint64_t call_id, uint32_t rate_hz, uint32_t channels,
                                    float *samples_out, size_t frame_count);

/** Chooses PCM (default) or Opus, one of tgcall_audio_coding, for what is pushed and for what is pulled. Valid at
 * any time; what waits in the other coding is thrown away.
 * @return TGCALL_ERR_STATE if what is received is delivered, and Opus is asked for. */
tgcall_status tgcall_audio_set_coding(tgcall_client *client, uint64_t call_id, uint32_t sent, uint32_t received);

/** How sound that is pushed as PCM is encoded from the next packet on; 0 keeps what it is. May be set as soon as
 * there is a call, and while it is up. Before: 32000 bits, 20 ms, 1 channel.
 * @param bits_per_s  6000 to 510000.
 * @param packet_ms   20, 40 or 60. Longer costs delay and saves about a third of a thin link.
 * @param channels    1 or 2. What is pushed in stereo is sent in stereo only with 2, and with bits enough: 48000
 * are. */
tgcall_status tgcall_audio_set_encoding(tgcall_client *client, uint64_t call_id, uint32_t bits_per_s,
                                        uint32_t packet_ms, uint32_t channels);

/** Hands over what is received at Telegram's pace, for a host without a clock of its own: every frame_ms a
 * TGCALL_EVENT_AUDIO_FRAME, from TGCALL_CALL_STATE_ACTIVE on to the end, silence included. While it is on, pulls
 * are TGCALL_ERR_STATE. At most one second waits for a host that takes no events; the oldest goes, and
 * TGCALL_STAT_SOUND_UNDELIVERED_MS counts it. May be set as soon as there is a call.
 * @param frame_ms  10 to 60, and a whole number of samples; 0: off, whatever the others are.
 * @return TGCALL_ERR_STATE if Opus is to be pulled. */
tgcall_status tgcall_audio_set_delivery(tgcall_client *client, uint64_t call_id, uint32_t frame_ms, uint32_t rate_hz,
                                        uint32_t channels);

/** Gives one Opus packet to send, untouched. One thread pushes, as with PCM.
 * @param timestamp  Counts samples at 48 kHz; a gap is a pause.
 * @return TGCALL_ERR_ARGUMENT if it is no Opus packet; TGCALL_FULL if it did not fit the queue; TGCALL_ERR_STATE if
 * PCM is to be pushed. */
tgcall_status tgcall_audio_push_opus(tgcall_client *client, uint64_t call_id, uint32_t timestamp, const uint8_t *packet,
                                     size_t size);

/** Takes one Opus packet that was received, in order and untouched. TGCALL_EMPTY when there is none. One thread
 * pulls.
 * @param capacity       1275 is enough for every packet.
 * @param timestamp_out  Counts samples at 48 kHz; a gap is a pause or a loss.
 * @return TGCALL_ERR_BUFFER if it does not fit, and it stays; TGCALL_ERR_STATE if PCM is to be pulled. */
tgcall_status tgcall_audio_pull_opus(tgcall_client *client, uint64_t call_id, uint8_t *buffer, size_t capacity,
                                     size_t *size_out, uint32_t *timestamp_out);

/** How much unsent sound a call holds. 0, the default, is live: the host keeps the pace, in bursts of up to 500 ms
 * if need be. What stands in the queue and no burst explains gives way, the oldest first, so a clock that is far
 * too fast adds no lasting delay; TGCALL_STAT_SOUND_DROPPED_MS counts it. An encoded packet that finds no room is
 * lost as well, with the older half of what waits. Nothing is kept before TGCALL_CALL_STATE_ACTIVE. Up to 60000 ms
 * is a playlist: we keep the pace, starting when the call is active. Less than a packet waits for more, for a
 * packet's time; TGCALL_EVENT_AUDIO_PLAYED tells when all has sounded and nothing followed for a packet's time. */
tgcall_status tgcall_audio_set_queue(tgcall_client *client, uint64_t call_id, uint32_t queue_ms);

/** Sound that was pushed and is not yet sent. */
tgcall_status tgcall_audio_get_queued(const tgcall_client *client, uint64_t call_id, uint32_t *queued_ms_out);

/** Throws away what is queued, as when the other side interrupts a voice bot. */
tgcall_status tgcall_audio_clear(tgcall_client *client, uint64_t call_id);

/** Mutes what we send: pushed sound is thrown away at its pace, and the other side is told; in a group call,
 * Telegram.
 * @return TGCALL_ERR_STATE if an admin of the group has muted us: only he can allow us to speak. */
tgcall_status tgcall_audio_set_muted(tgcall_client *client, uint64_t call_id, int muted);

/** Loudness of the last 100 ms of PCM: RMS, 0 to 32767. Like push and pull it waits for nothing. */
tgcall_status tgcall_audio_get_level(const tgcall_client *client, uint64_t call_id, uint32_t *sent_out,
                                     uint32_t *received_out);

/* ---- Pictures, encoded: the host has the cameras, the encoders and the decoders ---------------------------------- */

/* Who sends says once what it encodes with, shows a source, and does what it is asked for:
 *
 * tgcall_config_set_video_codecs(config, encoded, 2, decoded, 2);
 * tgcall_video_start(client, call, TGCALL_VIDEO_SOURCE_CAMERA, 1280, 720, 30);
 * TGCALL_EVENT_VIDEO_ENCODE     set up the encoder: codec, width, height, frames_per_s, bits_per_s; with 0 bits stop it
 * TGCALL_EVENT_VIDEO_KEY_FRAME  make the next frame a key frame
 * tgcall_video_push(client, call, source, layer, codec, timestamp, key, frame, size);    each frame, as it is encoded
 *
 * Who receives pulls when it is told, and shows a picture while the other side's switches say that it is on:
 *
 * TGCALL_EVENT_VIDEO_READY      while (tgcall_video_pull(client, call, source, &frame) == TGCALL_OK) decode(frame); */

/** What this host can encode and decode in one call, preferred first, instead of what the configuration says; as
 * tgcall_config_set_video_codecs.
 * @return TGCALL_ERR_STATE from TGCALL_CALL_STATE_CONNECTING on, when it is agreed on. */
tgcall_status tgcall_video_set_codecs(tgcall_client *client, uint64_t call_id, const uint32_t *encoded,
                                      size_t encoded_count, const uint32_t *decoded, size_t decoded_count);

/** Shows the camera or the screen, as soon as there is a call: before it connects it is part of the first offer,
 * later it is switched on. What to encode follows as TGCALL_EVENT_VIDEO_ENCODE once the other side has agreed, and
 * again at each change. Official apps show one picture in a private call: the screen takes the place of the camera,
 * which comes back when the screen stops. Once more with another size: it changes.
 *
 * In a group call the camera goes in up to three layers, halved from one to the next, and the server chooses who
 * sees which; each is asked for by itself, and stopped when nobody wants it so large or the link is too thin. A
 * host may encode one of them alone: all see that. The screen goes beside it, in up to two layers, by a connection
 * of its own that Telegram is asked for as soon as we are in; its sound is pushed by tgcall_audio_push_screen_s16.
 * TGCALL_EVENT_VIDEO_STOPPED: Telegram does not take it. In a group call that is attached the host's library shares
 * it: TGCALL_EVENT_GROUP_JOIN.
 * @param source        One of tgcall_video_source.
 * @param width         Of what is captured, in pixels: 1 to 16384. So is height.
 * @param frames_per_s  1 to 240.
 * @return TGCALL_ERR_STATE if no codec is set that this host encodes with; group calls have VP8, VP9 and H.264. */
tgcall_status tgcall_video_start(tgcall_client *client, uint64_t call_id, uint32_t source, uint32_t width,
                                 uint32_t height, uint32_t frames_per_s);

/** Shows it no more. TGCALL_OK also if it is not shown. */
tgcall_status tgcall_video_stop(tgcall_client *client, uint64_t call_id, uint32_t source);

/** Pauses a source that is shown, or goes on with it: the other side is told, and while it is paused nothing is to
 * be encoded.
 * @return TGCALL_ERR_STATE if it is not shown. */
tgcall_status tgcall_video_set_paused(tgcall_client *client, uint64_t call_id, uint32_t source, int paused);

/** How the other side is to turn the picture before it shows it, clockwise; from the next frame on.
 * @param degrees  0, 90, 180 or 270.
 * @return TGCALL_ERR_STATE if it is not shown. */
tgcall_status tgcall_video_set_rotation(tgcall_client *client, uint64_t call_id, uint32_t source, uint32_t degrees);

/** Gives one encoded frame, as TGCALL_EVENT_VIDEO_ENCODE asked for it. It is copied. One thread pushes a source; it
 * waits for no lock of the client. Sound and picture of one moment, pushed at one moment, are shown together.
 * @param layer      0 in a private call; in a group call that of the event, 0 being the smallest.
 * @param codec      One of tgcall_video_codec.
 * @param timestamp  Counts 90000 a second; begins anywhere, and may wrap around.
 * @param key        Whether nothing before it is needed to decode it. The first frame has to be one, and the next
 * after TGCALL_EVENT_VIDEO_KEY_FRAME.
 * @param frame      Up to 4 MiB.
 * @return TGCALL_FULL if the link is behind and nothing was taken: push it again, or skip it and go on with a key
 * frame, which is asked for, and before which nothing else is taken; TGCALL_ERR_STATE if nothing is to be encoded
 * of this source, or another thread is pushing it; TGCALL_ERR_ARGUMENT also for another codec or layer than was
 * asked for; TGCALL_ERR_NOT_FOUND also once the call is over. */
tgcall_status tgcall_video_push(tgcall_client *client, uint64_t call_id, uint32_t source, uint32_t layer,
                                uint32_t codec, uint32_t timestamp, int key, const uint8_t *frame, size_t size);

/** Takes the oldest frame that was received in a private call: whole, in order, from a key frame on. After a loss
 * that cannot be mended the library asks for a key frame, and nothing comes until it is there. Two seconds wait at
 * most; then whole frames up to the next key frame go. The frame is the host's until tgcall_video_frame_free, on
 * any thread, also after the call. TGCALL_EMPTY, with NULL: none waits. TGCALL_ERR_NOT_FOUND also once the call is
 * over: what waited has gone with it. It takes no lock of the client.
 *
 * In a group call with TGCALL_GROUP_MODE_RTMP: the picture of the program, as TGCALL_VIDEO_SOURCE_CAMERA, H.264,
 * each frame at its time. Each part of a second begins with a key frame. */
tgcall_status tgcall_video_pull(tgcall_client *client, uint64_t call_id, uint32_t source,
                                tgcall_video_frame **frame_out);

/** The decoder has lost it: what waits of this source and is no use without a key frame goes, and the other side is
 * asked for one unless one waits. TGCALL_ERR_NOT_FOUND also once the call is over. It takes no lock of the client. */
tgcall_status tgcall_video_want_key_frame(tgcall_client *client, uint64_t call_id, uint32_t source);

/** Frees a frame. NULL does nothing. */
void tgcall_video_frame_free(tgcall_video_frame *frame);

/** What the decoder takes, lent until the frame is freed. Start codes of H.264 and H.265 have four bytes. */
tgcall_bytes tgcall_video_frame_get_bytes(const tgcall_video_frame *frame);

/** How it is encoded. It may change in the middle of a call, with a key frame. */
tgcall_video_codec tgcall_video_frame_get_codec(const tgcall_video_frame *frame);

/** Counts 90000 a second; begins anywhere, and wraps around. */
uint32_t tgcall_video_frame_get_timestamp(const tgcall_video_frame *frame);

/** How to turn the picture clockwise before it is shown: 0, 90, 180 or 270 degrees. */
uint32_t tgcall_video_frame_get_rotation(const tgcall_video_frame *frame);

/** Whether nothing before it is needed to decode it. */
bool tgcall_video_frame_is_key(const tgcall_video_frame *frame);

/** Of the picture before it is turned, in pixels; 0 where the frame does not say: only key frames do. */
uint32_t tgcall_video_frame_get_width(const tgcall_video_frame *frame);

/** As tgcall_video_frame_get_width. */
uint32_t tgcall_video_frame_get_height(const tgcall_video_frame *frame);

/** How far the picture is behind the sound that was pulled last, at this moment. Show it when that is no longer
 * negative: by then the sound of its moment has been pulled. Add what an audio device still holds of that. 0 while
 * it is not known: no sound is pulled, it is a group call that is no live stream, or the other side has not
 * reported on both, as it does about once a second. */
int32_t tgcall_video_frame_get_delay_ms(const tgcall_video_frame *frame);

/** Which picture of a live stream it is, as Telegram names it; lent until the frame is freed. Empty in all other
 * calls. */
tgcall_text tgcall_video_frame_get_endpoint(const tgcall_video_frame *frame);

/* ---- A group call ------------------------------------------------------------------------------------------------ */

/* A group call is a call: the functions on calls and on sound are for it, too. In short:
 *
 * tgcall_group_open(client, id, access_hash, userdata, &call);    or tgcall_group_create, in a chat that has none
 * tgcall_group_join(client, call, 0);
 * TGCALL_EVENT_CALL_STATE         ACTIVE: tgcall_audio_push_s16 and tgcall_audio_pull_s16 from here on
 * TGCALL_EVENT_GROUP_PARTICIPANT  tgcall_group_get_roster(client, call, &roster) says who is there
 * tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO);       leaves
 *
 * What is asked of Telegram beside that has a request_out, and one TGCALL_EVENT_ANSWER with the same number; or,
 * if the call ends before it is answered, one TGCALL_EVENT_CANCEL. */

/** How the sound of a group call comes. */
typedef uint32_t tgcall_group_mode;
enum {
    TGCALL_GROUP_MODE_NONE = 0,      /**< We have not been let in yet. */
    TGCALL_GROUP_MODE_CONNECTED = 1, /**< From a media server, and ours goes there. */
    /** In parts of a second, of what is said; nothing of ours goes. Pulled as ever. */
    TGCALL_GROUP_MODE_STREAM = 2,
    /** In parts, of one program that somebody broadcasts, with its picture: tgcall_video_pull. */
    TGCALL_GROUP_MODE_RTMP = 3
};

/** What became of a part of a live stream. */
typedef uint32_t tgcall_part;
enum {
    TGCALL_PART_NONE = 0,
    TGCALL_PART_HERE = 1,    /**< It is here. */
    TGCALL_PART_NOT_YET = 2, /**< It is not there yet, or Telegram wants a pause: it is asked for again in a moment. */
    TGCALL_PART_FAILED = 3   /**< It cannot be had: the stream is looked for anew. */
};

/** How large somebody's picture is wanted in a group call. */
typedef uint32_t tgcall_video_quality;
enum {
    TGCALL_VIDEO_QUALITY_NONE = 0,      /**< Not at all. */
    TGCALL_VIDEO_QUALITY_THUMBNAIL = 1, /**< 180 lines. */
    TGCALL_VIDEO_QUALITY_MEDIUM = 2,    /**< Up to 360 lines. */
    TGCALL_VIDEO_QUALITY_FULL = 3       /**< Up to 720 lines; of a screen no less either. */
};

/** How a group call is set, as bits. */
typedef uint32_t tgcall_group_settings;
enum {
    TGCALL_GROUP_SETTINGS_NONE = 0,
    TGCALL_GROUP_SETTINGS_JOIN_MUTED = 1,                  /**< Newcomers are muted. */
    TGCALL_GROUP_SETTINGS_CAN_CHANGE_JOIN_MUTED = 2,       /**< We may change that. */
    TGCALL_GROUP_SETTINGS_MESSAGES_ENABLED = 4,            /**< Messages may be sent. */
    TGCALL_GROUP_SETTINGS_CAN_CHANGE_MESSAGES_ENABLED = 8, /**< We may change that. */
    TGCALL_GROUP_SETTINGS_START_SUBSCRIBED = 16,           /**< Telegram sends us a message when it starts. */
    TGCALL_GROUP_SETTINGS_CAN_START_VIDEO = 32,            /**< One more camera may be shown. */
    TGCALL_GROUP_SETTINGS_RTMP = 64,                       /**< One program, which somebody broadcasts. */
    TGCALL_GROUP_SETTINGS_LISTENERS_HIDDEN = 128,          /**< Who only listens is not in the roster. */
    TGCALL_GROUP_SETTINGS_CONFERENCE = 256,                /**< End-to-end encrypted. */
    TGCALL_GROUP_SETTINGS_CREATOR = 512,                   /**< We made it. */
    TGCALL_GROUP_SETTINGS_RECORDED = 1024,                 /**< Telegram records its sound. */
    TGCALL_GROUP_SETTINGS_VIDEO_RECORDED = 2048            /**< And its pictures. */
};

/** Which pictures are recorded with the sound. */
typedef uint32_t tgcall_recorded_video;
enum {
    TGCALL_RECORDED_VIDEO_NONE = 0,
    TGCALL_RECORDED_VIDEO_LANDSCAPE = 1,
    TGCALL_RECORDED_VIDEO_PORTRAIT = 2
};

/** Names a group call of a chat; nothing is sent. Set what is to be set, then join. It is a call as any other: the
 * same ids, states and events, tgcall_discard leaves it, tgcall_audio_push_s16 and the like carry its sound, and
 * the report says why it is silent. Up to 16 may be up in a client, and they do not count in max_calls.
 * @param id           Telegram's, from the full chat, an update or a message. So is access_hash.
 * @param userdata     As in tgcall_request.
 * @param call_id_out  Valid at once.
 * @return TGCALL_ERR_STATE if it is open already; TGCALL_ERR_LIMIT for the 17th; TGCALL_ERR_UNSUPPORTED with
 * TGCALL_MEDIA_HOST. */
tgcall_status tgcall_group_open(tgcall_client *client, int64_t id, int64_t access_hash, void *userdata,
                                uint64_t *call_id_out);

/** Has Telegram make a group call in a chat. The id is good at once; TGCALL_CALL_STATE_OPEN tells that Telegram has
 * made it, and TGCALL_EVENT_CALL_ENDED that it has not. A chat has one at most: a new one ends the old one.
 * @param chat             A basic group or a channel.
 * @param title            NULL or empty: that of the chat. Telegram takes up to 64 characters, and this up to 1024
 * bytes.
 * @param schedule_unix_s  When it is announced to start, 10 s to 8 days ahead: it starts by
 * tgcall_group_start_scheduled; 0: now.
 * @param rtmp             Not 0: one program, which somebody broadcasts by tgcall_group_get_rtmp.
 * @return TGCALL_ERR_ARGUMENT also for a chat that is none; else as tgcall_group_open. */
tgcall_status tgcall_group_create(tgcall_client *client, const tgcall_peer *chat, const char *title,
                                  int64_t schedule_unix_s, int rtmp, void *userdata, uint64_t *call_id_out);

/** As whom to join, of those that tgcall_group_get_join_as tells. Valid before tgcall_group_join, else
 * TGCALL_ERR_STATE. Default: as oneself. */
tgcall_status tgcall_group_set_join_as(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer);

/** The hash of the link by which we are invited: who joins by it may speak. Valid before tgcall_group_join, else
 * TGCALL_ERR_STATE. NULL or empty: none. TGCALL_ERR_LIMIT for more than 1024 bytes. */
tgcall_status tgcall_group_set_invite_hash(tgcall_client *client, uint64_t call_id, const char *hash);

/** Goes in. From here on staying in, and coming back after an outage, is the library's business:
 * TGCALL_CALL_STATE_RECONNECTING tells of it, and TGCALL_EVENT_CALL_ENDED when it was given up or is over. A call
 * that is scheduled is waited for in TGCALL_CALL_STATE_JOINING. tgcall_audio_set_muted changes later what muted
 * says now. An attached call gets a new payload, to be joined anew: tgcall_group_attach.
 * @return TGCALL_ERR_STATE if the call is neither TGCALL_CALL_STATE_OPEN nor attached; TGCALL_ERR_LIMIT for an
 * invitation that rings while 16 other group calls are up. */
tgcall_status tgcall_group_join(tgcall_client *client, uint64_t call_id, int muted);

/** Whether TGCALL_EVENT_GROUP_LEVELS tells who speaks. Default no.
 * @return TGCALL_ERR_STATE for a private call; so of every function here. */
tgcall_status tgcall_group_set_levels(tgcall_client *client, uint64_t call_id, int on);

/** How the sound of the call comes. */
tgcall_status tgcall_group_get_mode(const tgcall_client *client, uint64_t call_id, tgcall_group_mode *mode_out);

/** The call and who is in it, as of now: shared with the client and not copied, so it costs little to take, and good
 * on any thread, also after the client. It is loaded from when we are in, and grows by pages of 100; of an ended
 * call it is empty.
 * @param roster_out  The host's until tgcall_roster_free; NULL after a failure. */
tgcall_status tgcall_group_get_roster(const tgcall_client *client, uint64_t call_id, tgcall_roster **roster_out);

/** Whether each who is heard comes by himself, for recorders and bridges, and not all of them as one, with their
 * volumes, which is the default. Valid at any time. Then tgcall_group_pull_s16 and the like pull,
 * tgcall_audio_set_delivery hands over a frame for each, and tgcall_audio_pull_s16 is TGCALL_ERR_STATE. Of all as
 * one up to 10 are heard at a time, each by himself up to 24.
 * @return TGCALL_ERR_STATE also once the call is over. */
tgcall_status tgcall_group_set_separate(tgcall_client *client, uint64_t call_id, int separate);

/** As tgcall_audio_pull_s16, of one participant in a call that is separate. One thread pulls all of a call.
 * TGCALL_EMPTY: all of it is silence, as he is not in the call, is not heard, or says nothing. It waits for no lock
 * of the client.
 * @param peer  Kind and id count. SELF is TGCALL_ERR_ARGUMENT.
 * @return TGCALL_ERR_STATE if the call is not separate, Opus is to be pulled, or another thread is pulling. */
tgcall_status tgcall_group_pull_s16(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint32_t rate_hz,
                                    uint32_t channels, int16_t *samples_out, size_t frame_count);

/** The same with samples from -1 to 1. */
tgcall_status tgcall_group_pull_f32(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint32_t rate_hz,
                                    uint32_t channels, float *samples_out, size_t frame_count);

/** As tgcall_audio_pull_opus, of one participant in a call that is separate: untouched, so nothing is decoded here.
 * TGCALL_EMPTY when there is none.
 * @param peer           As in tgcall_group_pull_s16.
 * @param capacity       1275 is enough for every packet; it is not asked for alone.
 * @param timestamp_out  Counts samples at 48 kHz; a gap is a pause or a loss.
 * @return TGCALL_ERR_BUFFER if it does not fit, and it stays; TGCALL_ERR_STATE if the call is not separate or PCM
 * is to be pulled. */
tgcall_status tgcall_group_pull_opus(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint8_t *buffer,
                                     size_t capacity, size_t *size_out, uint32_t *timestamp_out);

/** Has Telegram make a conference: a group call of no chat, for up to some 200 users, end-to-end encrypted, with a
 * link. It is a call as those of tgcall_group_open, with the same functions and events, and besides: nothing of it
 * is sent or heard that is not sealed for exactly those who are in, whom tgcall_call_get_emoji lets compare; the
 * link is in the roster, by tgcall_roster_get_link.
 * @param join         Not 0: we go in with it, and it is made when TGCALL_CALL_STATE_CONNECTING comes. 0:
 * TGCALL_CALL_STATE_OPEN tells that it is made.
 * @param muted        Of join, as in tgcall_group_join.
 * @param userdata     As in tgcall_request.
 * @param call_id_out  Valid at once.
 * @return TGCALL_ERR_STATE if our own user id is not known: tgcall_config_set_user_id; TGCALL_ERR_LIMIT for the
 * 17th group call; TGCALL_ERR_UNSUPPORTED with TGCALL_MEDIA_HOST, and in a build without conferences. */
tgcall_status tgcall_group_create_conference(tgcall_client *client, int join, int muted, void *userdata,
                                             uint64_t *call_id_out);

/** Opens a conference by its link; nothing is sent. Then join, as any group call.
 * @param link  https://t.me/call/<slug>, tg://call?slug=<slug>, or the slug alone.
 * @return TGCALL_ERR_ARGUMENT for another link; else as tgcall_group_create_conference. Of a conference that is
 * open already it shows after the join: TGCALL_EVENT_CALL_ENDED with TGCALL_END_ELSEWHERE. */
tgcall_status tgcall_group_open_link(tgcall_client *client, const char *link, void *userdata, uint64_t *call_id_out);

/** Opens a conference by the message in which somebody invited us, for a host that has it from elsewhere than its
 * updates; nothing is sent. Then join, as any group call, or decline by tgcall_discard. One that rings already is
 * that call, whose userdata is replaced.
 * @param message_id  Of the messageService with the messageActionConferenceCall.
 * @return As tgcall_group_open_link. */
tgcall_status tgcall_group_open_invitation(tgcall_client *client, int32_t message_id, void *userdata,
                                           uint64_t *call_id_out);

/** Makes a conference of a private call, and invites others to it. The conference is another call, which goes in at
 * once, muted as the private call and with its camera and screen; if it does not come about it ends, and the
 * private call is as it was. When it has come about the other side is told, and follows:
 * TGCALL_EVENT_CALL_MIGRATED, which see.
 * @param users            May be NULL, with a count of 0; up to 200. What becomes of an invitation a
 * TGCALL_EVENT_ANSWER of the new call tells.
 * @param new_call_id_out  Valid at once.
 * @return TGCALL_ERR_STATE where tgcall_call_can_upgrade says no; TGCALL_ERR_LIMIT for too many users, or the 17th
 * group call. */
tgcall_status tgcall_call_upgrade(tgcall_client *client, uint64_t call_id, const tgcall_peer *users, size_t count,
                                  uint64_t *new_call_id_out);

/** Whether tgcall_call_upgrade is possible: somebody talks in the call, the other side's app knows conferences, our
 * own user id is known, and nobody else carries the call, as the host's library or engine does. Changes while a
 * call comes about.
 * @return TGCALL_ERR_STATE if it is no private call. */
tgcall_status tgcall_call_can_upgrade(const tgcall_client *client, uint64_t call_id, bool *can_out);

/** Invites somebody to a conference: it rings at his devices. Valid while we are in. That he has declined is in the
 * edited message alone; that he has come is told as of anybody.
 * @param user         A user with his access hash.
 * @param video        Not 0: we show ourselves.
 * @param request_out  The number of the answer; NULL: not wanted. Who is in already is invited with success; error
 * USER_PRIVACY_RESTRICTED: he takes no calls from us; USER_WAS_KICKED: he was removed, and cannot come back.
 * @return TGCALL_ERR_ARGUMENT for SELF and for others than users; TGCALL_ERR_STATE if we are not in, or it is no
 * conference; TGCALL_ERR_LIMIT while 256 requests of the call wait for their answers. */
tgcall_status tgcall_group_invite_user(tgcall_client *client, uint64_t call_id, const tgcall_peer *user, int video,
                                       uint64_t *request_out);

/** Takes an invitation of ours back: it stops ringing. Whom we have invited is known from the messages in the
 * answers and updates.
 * @param user         Kind and id count.
 * @param request_out  The number of the answer; NULL: not wanted.
 * @return TGCALL_ERR_NOT_FOUND if he is not invited by us, or has answered; else as tgcall_group_invite_user. */
tgcall_status tgcall_group_cancel_invite(tgcall_client *client, uint64_t call_id, const tgcall_peer *user,
                                         uint64_t *request_out);

/** Removes somebody from a conference and bans him: from the next block on he has no key. Valid while we are in. As
 * others change the conference at the same time it may take several requests, so the number of the
 * TGCALL_EVENT_ANSWER is that of none of them.
 * @param user         Kind and id count.
 * @param request_out  The number of the answer; NULL: not wanted. Asked for twice, it is the same.
 * @return TGCALL_ERR_NOT_FOUND if he is not in; TGCALL_ERR_ARGUMENT for SELF, who leaves by tgcall_discard, and for
 * others than users; TGCALL_ERR_STATE if we are not in, or it is no conference. */
tgcall_status tgcall_group_remove_user(tgcall_client *client, uint64_t call_id, const tgcall_peer *user,
                                       uint64_t *request_out);

/** The 24 words of a conference's newest block, with a space between each, which people may read to each other
 * instead of comparing emoji: they are there at once, and tell the same, but that nobody had to commit to anything.
 * @param size_out  Without the NUL, which follows only where the buffer has room for it. Up to 215.
 * @return TGCALL_ERR_STATE unless we are in; TGCALL_ERR_BUFFER if they do not fit. */
tgcall_status tgcall_group_get_words(const tgcall_client *client, uint64_t call_id, char *buffer, size_t capacity,
                                     size_t *size_out);

/** Begins a group call that the host's Telegram library joins, because it has no other way: TDLib. The library that
 * joins also checks, comes back and leaves; no INVOKE follows, and what is said to Telegram about the own
 * microphone is said there, too. In short:
 *
 * tgcall_group_attach(client, 0, userdata, &call);
 * tgcall_group_get_payload(client, call, buffer, sizeof buffer, &size, &source);       TDLib: joinVideoChat
 * tgcall_group_connect(client, call, source, text);                                    what it was answered
 * tgcall_group_handle_participant(client, call, &peer, source, 10000);                 updateGroupCallParticipant
 *
 * The first payload is there when this returns, and each further one with TGCALL_EVENT_GROUP_JOIN.
 * tgcall_group_join makes one when Telegram says that we are out and have to join again (TDLib: need_rejoin). One
 * is of a screen, when the source of that event is: it is shown by tgcall_video_start while we are in, shared with
 * that payload (TDLib: startGroupCallScreenSharing), and answered as the others are; tgcall_video_stop stops it,
 * also when Telegram does not take it. tgcall_discard ends the call here. What is asked of Telegram in other calls
 * (tgcall_group_set_title and the like) is TGCALL_ERR_STATE here.
 * @param muted        As in tgcall_group_join.
 * @param userdata     As in tgcall_request.
 * @param call_id_out  Valid at once.
 * @return TGCALL_ERR_LIMIT for the 17th group call; TGCALL_ERR_UNSUPPORTED with TGCALL_MEDIA_HOST. */
tgcall_status tgcall_group_attach(tgcall_client *client, int muted, void *userdata, uint64_t *call_id_out);

/** What the host's library is to join an attached group call with, or to share the screen with: there is never more
 * than one. It holds a password: hand it on, and forget it.
 * @param buffer      Takes JSON, without a NUL: 1024 bytes are enough. (NULL, 0) asks for the size alone.
 * @param source_out  Goes with it (TDLib: audio_source_id).
 * @return TGCALL_ERR_STATE if the call is not attached, or no payload waits; TGCALL_ERR_BUFFER if it does not fit,
 * with the size. */
tgcall_status tgcall_group_get_payload(const tgcall_client *client, uint64_t call_id, char *buffer, size_t capacity,
                                       size_t *size_out, int32_t *source_out);

/** What the host's library was answered when it joined with the payload, which is used up with it.
 * @param source  That of the payload: an answer to an older one, which came late, is TGCALL_ERR_STATE, and is to be
 * forgotten.
 * @param params  JSON, of up to 256 KiB (TDLib: the text that joinVideoChat gives; in TL
 * updateGroupCallConnection.params).
 * @return TGCALL_ERR_STATE if the call is not attached, or this payload does not wait; TGCALL_ERR_ARGUMENT if it is
 * no answer, and the payload waits on. */
tgcall_status tgcall_group_connect(tgcall_client *client, uint64_t call_id, int32_t source, const char *params);

/** A part of a live stream that an attached group call wanted by TGCALL_EVENT_STREAM_PART.
 * @param request  Of that event.
 * @param outcome  tgcall_part: TGCALL_PART_HERE, TGCALL_PART_NOT_YET (the error TIME_TOO_BIG, or a wait),
 * TGCALL_PART_FAILED.
 * @param data     The part, of up to 1 MiB, copied (TDLib: the data of getVideoChatStreamSegment); (NULL, 0): there
 * is nothing in this second.
 * @return TGCALL_ERR_STATE if the call is not attached; TGCALL_ERR_NOT_FOUND if nobody waits for it any more. */
tgcall_status tgcall_group_handle_part(tgcall_client *client, uint64_t call_id, uint64_t request, uint32_t outcome,
                                       const uint8_t *data, size_t size);

/** Where the live stream of an attached group call is, which has asked by a TGCALL_EVENT_STREAM_PART of the time 0.
 * @param request       Of that event.
 * @param last_time_ms  Of the first channel there is (TDLib: time_offset of getVideoChatStreams); 0: nobody
 * streams, or it cannot be told. It is asked again in a second.
 * @return As tgcall_group_handle_part. */
tgcall_status tgcall_group_handle_channels(tgcall_client *client, uint64_t call_id, uint64_t request,
                                           int64_t last_time_ms);

/** Somebody is in an attached group call, or has changed: his sound is heard from here on, and
 * tgcall_group_get_roster has him. His pictures stay as they are.
 * @param peer    Anybody but ourselves. The access hash is of no use.
 * @param source  Of his sound (TDLib: audio_source_id); 0: he sends none.
 * @param volume  0 to 20000, where 10000 is 100 %; 0: he is not to be heard here.
 * @return TGCALL_ERR_STATE if the call is not attached; TGCALL_ERR_LIMIT for more than 20000 people. */
tgcall_status tgcall_group_handle_participant(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer,
                                              int32_t source, uint32_t volume);

/** He has left the attached group call (TDLib: his order is empty). Of somebody unknown it says nothing. */
tgcall_status tgcall_group_remove_participant(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer);

/** What somebody in an attached group call shows.
 * @param video_source   A tgcall_video_source: camera or screen.
 * @param endpoint       The name of the picture, of up to 256 bytes (TDLib: endpoint_id); NULL or empty: he shows
 * nothing any more.
 * @param source_groups  JSON, an array of objects with semantics and sources, or source_ids as TDLib has them.
 * @param audio_source   Of the sound that goes with a screen (TDLib: screen_sharing_audio_source_id); 0: none.
 * @param paused         Not 0: the picture stands still.
 * @return TGCALL_ERR_STATE if the call is not attached, or he is not in it. */
tgcall_status tgcall_group_handle_video(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer,
                                        uint32_t video_source, const char *endpoint, const char *source_groups,
                                        int32_t audio_source, int paused);

/** Wants the camera or the screen of somebody from now on: nothing comes that was not asked for. It comes while he
 * shows it, which tgcall_participant_get_switches tells, and until he leaves; TGCALL_EVENT_VIDEO_READY tells of its
 * frames. The server sends the layer that fits, and a smaller one where the link is thin or many large ones are
 * wanted: 4 for each FULL and 1 for each MEDIUM make up to 16 together, and beyond that they get smaller.
 * @param peer     Somebody in the call; kind and id count.
 * @param source   One of tgcall_video_source.
 * @param quality  One of tgcall_video_quality; NONE: it comes no more, and what waits of it is gone.
 * @return TGCALL_ERR_NOT_FOUND also if he is not in the call; TGCALL_ERR_LIMIT for the 17th; TGCALL_ERR_STATE also
 * if no codec is set that this host decodes, for a private call, and once the call is over. */
tgcall_status tgcall_group_want_video(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint32_t source,
                                      uint32_t quality);

/** As tgcall_video_pull, of somebody in a group call. TGCALL_EMPTY, with NULL, also if it is not wanted. */
tgcall_status tgcall_group_pull_video(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint32_t source,
                                      tgcall_video_frame **frame_out);

/** As tgcall_video_want_key_frame, of somebody in a group call. TGCALL_OK also if it is not wanted. */
tgcall_status tgcall_group_want_key_frame(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer,
                                          uint32_t source);

/** Frees a roster, and what it has lent. NULL does nothing. */
void tgcall_roster_free(tgcall_roster *roster);

/** The title; empty: that of the chat. Lent until the roster is freed. */
tgcall_text tgcall_roster_get_title(const tgcall_roster *roster);

/** The link of a conference; empty: there is none, or it was not told. Lent until the roster is freed. */
tgcall_text tgcall_roster_get_link(const tgcall_roster *roster);

/** How the call is set: bits of tgcall_group_settings; 0 also while Telegram has not told. */
uint32_t tgcall_roster_get_settings(const tgcall_roster *roster);

/** How many people are in the call, by Telegram's count. */
uint32_t tgcall_roster_get_total(const tgcall_roster *roster);

/** How many of them are known here: tgcall_roster_get has so many. Up to 20000. */
size_t tgcall_roster_get_count(const tgcall_roster *roster);

/** When a call that is scheduled is to start, in seconds since 1970; 0: it has started, or it is not known. */
int64_t tgcall_roster_get_schedule_unix_s(const tgcall_roster *roster);

/** Since when Telegram records the call, in seconds since 1970; 0: it does not. */
int64_t tgcall_roster_get_record_start_unix_s(const tgcall_roster *roster);

/** What a message in a live story costs at least, in stars. */
int64_t tgcall_roster_get_message_stars(const tgcall_roster *roster);

/** Somebody, by number from 0 on, in the order in which apps show people: who shows pictures, then who spoke last.
 * NULL behind the last one. Lent until the roster is freed. */
const tgcall_participant *tgcall_roster_get(const tgcall_roster *roster, size_t index);

/** Somebody, by who he is; kind and id count. SELF: this account, by whatever it has joined as. NULL: he is not
 * there. Lent until the roster is freed. */
const tgcall_participant *tgcall_roster_find(const tgcall_roster *roster, const tgcall_peer *peer);

/** Who it is. */
tgcall_peer tgcall_participant_get_peer(const tgcall_participant *participant);

/** When he joined, in seconds since 1970. */
int64_t tgcall_participant_get_date_unix_s(const tgcall_participant *participant);

/** When he spoke last, in seconds since 1970; 0: he has not. */
int64_t tgcall_participant_get_active_date_unix_s(const tgcall_participant *participant);

/** How loud he is played: 1 to 20000, where 10000 is 100 %. */
uint32_t tgcall_participant_get_volume(const tgcall_participant *participant);

/** 0: his hand is down. The larger, the earlier he is shown to those who may call him up. */
int64_t tgcall_participant_get_raise_hand_rating(const tgcall_participant *participant);

/** The stars that he gave in a live story. */
int64_t tgcall_participant_get_stars(const tgcall_participant *participant);

/** What he has switched on or off: bits of tgcall_switches. */
uint32_t tgcall_participant_get_switches(const tgcall_participant *participant);

/** Whether an admin has muted him, so that he cannot speak before he is allowed to. */
bool tgcall_participant_is_muted_by_admin(const tgcall_participant *participant);

/** Whether he may unmute himself. */
bool tgcall_participant_can_self_unmute(const tgcall_participant *participant);

/** Whether this account alone does not hear him. */
bool tgcall_participant_is_muted_for_me(const tgcall_participant *participant);

/** Whether it is this account, by whatever it has joined as. */
bool tgcall_participant_is_self(const tgcall_participant *participant);

/** What he says about himself: UTF-8, and no NUL. Copied; empty of NULL. */
tgcall_status tgcall_participant_get_about(const tgcall_participant *participant, char *buffer, size_t capacity,
                                           size_t *size_out);

/** Ends the call for all, if we may; tgcall_discard only leaves. TGCALL_EVENT_CALL_ENDED follows when Telegram says
 * so.
 * @param request_out  The number of the request; NULL: not wanted. So in all that follow.
 * @return TGCALL_ERR_STATE before TGCALL_CALL_STATE_OPEN and from TGCALL_CALL_STATE_ENDING on; TGCALL_ERR_LIMIT
 * while 256 requests of the call wait for their answers. So of all that follow. */
tgcall_status tgcall_group_end(tgcall_client *client, uint64_t call_id, uint64_t *request_out);

/** Mutes somebody: for all, if we may; else only for this account. 0 allows him to speak, and does not make him. Our
 * own microphone is tgcall_audio_set_muted, and SELF is TGCALL_ERR_ARGUMENT here. */
tgcall_status tgcall_group_set_muted(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, int muted,
                                     uint64_t *request_out);

/** How loud somebody is: for all, if we may; else only for this account. Heard at once.
 * @param volume  1 to 20000, where 10000 is 100 %. */
tgcall_status tgcall_group_set_volume(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, uint32_t volume,
                                      uint64_t *request_out);

/** Raises a hand, to be allowed to speak, or takes it down: that of SELF, or as an admin that of somebody else down. */
tgcall_status tgcall_group_set_hand(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer, int raised,
                                    uint64_t *request_out);

/** Renames the call. Telegram takes up to 64 characters. TGCALL_ERR_LIMIT also for more than 16384 bytes. */
tgcall_status tgcall_group_set_title(tgcall_client *client, uint64_t call_id, const char *title, uint64_t *request_out);

/** Starts a call that is scheduled, also before its time. */
tgcall_status tgcall_group_start_scheduled(tgcall_client *client, uint64_t call_id, uint64_t *request_out);

/** Whether Telegram sends this account a message when a scheduled call starts. */
tgcall_status tgcall_group_subscribe_start(tgcall_client *client, uint64_t call_id, int subscribed,
                                           uint64_t *request_out);

/** Whether newcomers are muted. */
tgcall_status tgcall_group_set_join_muted(tgcall_client *client, uint64_t call_id, int join_muted,
                                          uint64_t *request_out);

/** Whether messages may be sent in the call. */
tgcall_status tgcall_group_set_messages_enabled(tgcall_client *client, uint64_t call_id, int enabled,
                                                uint64_t *request_out);

/** How many stars a message in a live story costs at least. TGCALL_ERR_ARGUMENT below 0. */
tgcall_status tgcall_group_set_message_stars(tgcall_client *client, uint64_t call_id, int64_t stars,
                                             uint64_t *request_out);

/** Makes the links that were given out invalid. */
tgcall_status tgcall_group_reset_link(tgcall_client *client, uint64_t call_id, uint64_t *request_out);

/** Has Telegram record the call, or stop: the file goes to the Saved Messages of this account.
 * @param video  One of tgcall_recorded_video. Nothing of it and of the title counts when it stops.
 * @param title  Of the file; NULL or empty: none. */
tgcall_status tgcall_group_set_recording(tgcall_client *client, uint64_t call_id, int on, uint32_t video,
                                         const char *title, uint64_t *request_out);

/** Sends an invitation into the chat. Official apps name at most 10 users at once.
 * @param users  1 to 1000 users. */
tgcall_status tgcall_group_invite(tgcall_client *client, uint64_t call_id, const tgcall_peer *users, size_t count,
                                  uint64_t *request_out);

/** Asks for a link to the call. TGCALL_EVENT_ANSWER has the link.
 * @param can_self_unmute  Whether who joins by it may speak, if we may grant that. */
tgcall_status tgcall_group_export_link(tgcall_client *client, uint64_t call_id, int can_self_unmute,
                                       uint64_t *request_out);

/** Sends a message to those in the call; one emoji alone is a reaction. Words go and come without formatting: of
 * bold ones, of a link and of a custom emoji the text that stands for them is told. Telegram takes up to 128
 * characters, as long as it is not set otherwise. TGCALL_ERR_LIMIT also for more than 16384 bytes. In a conference
 * it is sealed for those who are in, has 1 to 128 characters, and comes back as a TGCALL_EVENT_GROUP_MESSAGE of
 * ours once Telegram has passed it on; TGCALL_ERR_STATE unless we are in, and where messages are switched off.
 * @param paid_stars  What it may cost in a live story; 0: nothing. 0 in a conference. */
tgcall_status tgcall_group_send_message(tgcall_client *client, uint64_t call_id, const char *text, int64_t paid_stars,
                                        uint64_t *request_out);

/** Deletes messages: our own, or any as an admin.
 * @param ids  1 to 1000 ids of TGCALL_EVENT_GROUP_MESSAGE. */
tgcall_status tgcall_group_delete_messages(tgcall_client *client, uint64_t call_id, const int32_t *ids, size_t count,
                                           int report_spam, uint64_t *request_out);

/** Deletes all messages of somebody. */
tgcall_status tgcall_group_delete_messages_of(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer,
                                              int report_spam, uint64_t *request_out);

/** Asks for the stars that were given in a live story, and by whom. TGCALL_EVENT_ANSWER has stars, and peers. */
tgcall_status tgcall_group_get_stars(tgcall_client *client, uint64_t call_id, uint64_t *request_out);

/** As whom messages in a live story are sent from now on. */
tgcall_status tgcall_group_save_send_as(tgcall_client *client, uint64_t call_id, const tgcall_peer *peer,
                                        uint64_t *request_out);

/** Asks as whom one may join the calls of a chat. TGCALL_EVENT_ANSWER has peers, and is about no call.
 * TGCALL_ERR_ARGUMENT for a chat that is neither a basic group nor a channel. */
tgcall_status tgcall_group_get_join_as(tgcall_client *client, const tgcall_peer *chat, uint64_t *request_out);

/** As whom this account joins the calls of a chat by default. As tgcall_group_get_join_as. */
tgcall_status tgcall_group_save_join_as(tgcall_client *client, const tgcall_peer *chat, const tgcall_peer *join_as,
                                        uint64_t *request_out);

/** Asks where the program of an RTMP stream goes. TGCALL_EVENT_ANSWER has the link and the secret key, and is about
 * no call.
 * @param peer    The chat, or whose story it is.
 * @param story   Not 0: of a live story.
 * @param revoke  Not 0: by another key from now on. */
tgcall_status tgcall_group_get_rtmp(tgcall_client *client, const tgcall_peer *peer, int story, int revoke,
                                    uint64_t *request_out);

/* ---- Figures and reports, also of an ended call ------------------------------------------------------------------ */

/** What is counted. Each begins with whom it can be asked of: Call is a whole call, Sent and Received a stream that
 * goes that way, Client the client. */
typedef uint32_t tgcall_stat;
enum {
    TGCALL_STAT_NONE = 0,
    TGCALL_STAT_ROUND_TRIP_MS = 1,         /**< Call: of the path. Sent: as RTCP measures it. */
    /** Received. Call: of the sound received, of several the largest. Sent: as the other side reports it, about once
     * a second. */
    TGCALL_STAT_JITTER_MS = 2,
    /** Call, received: of 1000 packets with sound in the last 2 s. Sent: of 1000, by the other side's last report. */
    TGCALL_STAT_LOSS_PERMILLE = 3,
    TGCALL_STAT_DELAY_MS = 4,              /**< Call, received: sound that has come and is not yet heard. */
    TGCALL_STAT_PACKETS_SENT = 5,          /**< Call, sent: of media. */
    TGCALL_STAT_PACKETS_RECEIVED = 6,      /**< Call, received: of media. */
    /** Call, received: missing so far between the first and the last. Sent: as the other side reports it. */
    TGCALL_STAT_PACKETS_LOST = 7,
    /** Call: arrived, but could not be decrypted or read. Received pictures: packets and frames that could not be
     * read. */
    TGCALL_STAT_PACKETS_DROPPED = 8,
    /** Call: of all kinds, without the headers of IP and relays. Sent: of payloads. */
    TGCALL_STAT_BYTES_SENT = 9,
    /** Call: of all kinds, without the headers of IP and relays. Received: of payloads. */
    TGCALL_STAT_BYTES_RECEIVED = 10,
    TGCALL_STAT_CONNECT_MS = 11,           /**< Call. From the agreed key to the first path. */
    TGCALL_STAT_SIGNAL_BARS = 12,          /**< Call. 0 to 4. */
    TGCALL_STAT_RELAYED = 13,              /**< Call. 1 if the path leads over a relay, else 0. */
    TGCALL_STAT_UPDATES_DROPPED = 14,      /**< Client. Unreadable, or of an unknown call. */
    TGCALL_STAT_CALLS = 15,                /**< Client. How many are up. */
    /** Call. Of the host's sound, thrown away while it was up: more at once than the queue holds, of a clock that is
     * fast, or late on a machine with more calls than it can serve. */
    TGCALL_STAT_SOUND_DROPPED_MS = 16,
    /** Call. Of the sound that is delivered: thrown away, as the host took nothing for a second. */
    TGCALL_STAT_SOUND_UNDELIVERED_MS = 17,
    /** Pictures. Sent: all of it. Received: whole and in order, so that they could be pulled. */
    TGCALL_STAT_FRAMES = 18,
    /** Pictures. Sent: not a frame of the codec. Received: not whole in time, of no use without what was lost, or
     * not pulled in time. */
    TGCALL_STAT_FRAMES_DROPPED = 19,
    /** Pictures. How often a key frame was asked for. Sent: by the other side. Received: by us. */
    TGCALL_STAT_KEY_FRAMES_ASKED = 20,
    /** Call. Of a group call that is a live stream: how far what is heard is behind what is said. Not known while
     * nothing is played. Such a call counts its parts as packets, and TGCALL_STAT_FRAMES of the call are those of
     * its picture. */
    TGCALL_STAT_STREAM_DELAY_MS = 21
};

/** What a stream is: the upper half of its id, id >> 32. The lower half is its SSRC. */
typedef uint32_t tgcall_stream_kind;
enum {
    TGCALL_STREAM_KIND_NONE = 0,
    TGCALL_STREAM_KIND_AUDIO_SENT = 1,
    TGCALL_STREAM_KIND_AUDIO_RECEIVED = 2,
    TGCALL_STREAM_KIND_VIDEO_SENT = 3,
    TGCALL_STREAM_KIND_VIDEO_RECEIVED = 4
};

/** How a report is written. */
typedef uint32_t tgcall_report_format;
enum {
    TGCALL_REPORT_FORMAT_NONE = 0,
    TGCALL_REPORT_FORMAT_TEXT = 1,
    TGCALL_REPORT_FORMAT_JSON = 2
};

/** Figures of a call, or of one of its streams, all of one moment; of an ended call while it is remembered.
 * values_out[i] is that of stats[i]: INT64_MIN where it is not known yet, or not a figure of whom was asked.
 * @param stream      0: the whole call; else an id from tgcall_call_get_streams.
 * @param stats       count numbers, each one of tgcall_stat.
 * @param values_out  Room for count. Written with TGCALL_OK alone.
 * @return TGCALL_ERR_NOT_FOUND also for a stream that the call does not have, or no longer. */
tgcall_status tgcall_call_get_stats(const tgcall_client *client, uint64_t call_id, uint64_t stream,
                                    const uint32_t *stats, size_t count, int64_t *values_out);

/** The streams of a call, for tgcall_call_get_stats: first those that are sent, then those that are received. A
 * private call has one of sound each way once both sides have agreed, and one of each picture; with
 * TGCALL_MEDIA_HOST it has none. A stream that takes another's place has another id; an ended call has those of its
 * end. (NULL, 0) asks for their number alone. See tgcall_stream_kind. */
tgcall_status tgcall_call_get_streams(const tgcall_client *client, uint64_t call_id, uint64_t *ids, size_t capacity,
                                      size_t *count_out);

/** Figures of the client itself, as tgcall_call_get_stats gives those of a call. */
tgcall_status tgcall_client_get_stats(const tgcall_client *client, const uint32_t *stats, size_t count,
                                      int64_t *values_out);

/** Why is it silent? Versions, each path tried with the step that failed, keys' state, loss, levels; never a key.
 * @param format     One of tgcall_report_format.
 * @param addresses  Whether IP addresses are named.
 * @param size_out   Without the NUL, which follows only where the buffer has room for it. */
tgcall_status tgcall_call_get_report(const tgcall_client *client, uint64_t call_id, uint32_t format, int addresses,
                                     char *buffer, size_t capacity, size_t *size_out);

/* ---- The core of an end-to-end encrypted conference -------------------------------------------------------------- */

/* Keys, blocks, broadcasts and packets, for hosts that talk to Telegram themselves. A tgcall_conference is one device's
 * part in one conference, from a new key pair to its end; it needs no client, has no thread and calls nobody but the
 * clock and the random source of its configuration. In short:
 *
 * tgcall_conference_new(NULL, my_user_id, &conference);
 * tgcall_conference_join(conference, newest, newest_size, &block);     phone.joinGroupCall(public_key, block)
 * tgcall_conference_apply_block(conference, data, size);               each block that comes back, also the own one
 * while (tgcall_conference_poll_broadcast(conference, &out) == TGCALL_OK) phone.sendConferenceCallBroadcast(out)
 * tgcall_conference_handle_broadcast(conference, data, size);          each broadcast that comes back; poll again
 * tgcall_conference_get_emoji(conference, emoji);                      once everybody has revealed
 * tgcall_conference_encrypt(...); tgcall_conference_decrypt(...);
 *
 * What comes from Telegram and is wrong is dropped and counted: TGCALL_EMPTY, with the story in the error text and the
 * number in tgcall_conference_get_reject. Only a block that breaks the rules ends the conference; leave and join anew
 * then. */

/** Where a conference stands. */
typedef uint32_t tgcall_conference_state;
enum {
    TGCALL_CONFERENCE_STATE_NONE = 0,
    TGCALL_CONFERENCE_STATE_JOINING = 1, /**< It has keys; no block has let it in yet. */
    TGCALL_CONFERENCE_STATE_ACTIVE = 2,  /**< It follows the chain. */
    TGCALL_CONFERENCE_STATE_FAILED = 3   /**< A block removed this device or broke the rules. All keys are wiped. */
};

/** How far the verification of the newest block is. */
typedef uint32_t tgcall_verification;
enum {
    TGCALL_VERIFICATION_NONE = 0,
    TGCALL_VERIFICATION_COMMIT = 1, /**< Participants commit to their numbers. */
    TGCALL_VERIFICATION_REVEAL = 2, /**< They show them. */
    TGCALL_VERIFICATION_DONE = 3    /**< All have; the emoji are there. */
};

/** What an encoded frame is. */
typedef uint32_t tgcall_frame_codec;
enum {
    TGCALL_FRAME_CODEC_NONE = 0,
    TGCALL_FRAME_CODEC_OPUS = 1,
    TGCALL_FRAME_CODEC_VP8 = 2,
    TGCALL_FRAME_CODEC_H264 = 3 /**< Annex B. */
};

/** Begins a device's part, with a new key pair: every join wants its own. config gives the clock and the random
 * source; NULL means the system's. Pair with tgcall_conference_free. */
tgcall_status tgcall_conference_new(const tgcall_config *config, int64_t user_id, tgcall_conference **conference_out);

/** Ends the part and wipes its keys; from inside its clock or random source, when that returns. No other thread may
 * be inside a function of it, or enter one. NULL does nothing. */
void tgcall_conference_free(tgcall_conference *conference);

/** The public key that Telegram is told at the join. */
tgcall_status tgcall_conference_get_public_key(const tgcall_conference *conference, uint8_t key_out[32]);

/** Makes the block with which this device joins, built on the newest block of sub-chain 0 as Telegram delivered it;
 * with (NULL, 0), the first block of a conference. Lent until the next block made here, or the free. Valid before
 * the first tgcall_conference_apply_block, as often as blocks lose the race.
 * @return TGCALL_EMPTY if the newest block breaks the rules or lets nobody in; TGCALL_ERR_ARGUMENT if it does not
 * come from Telegram; TGCALL_ERR_STATE if this device has joined. */
tgcall_status tgcall_conference_join(tgcall_conference *conference, const uint8_t *newest, size_t newest_size,
                                     tgcall_bytes *block_out);

/** Takes a block of sub-chain 0 as Telegram delivers it, each once and in order. The first is the one that let this
 * device in. A new block starts a new verification, and its key replaces the one before within ten seconds.
 * @return TGCALL_EMPTY if the block removed this device or broke the rules: the conference has failed;
 * TGCALL_ERR_ARGUMENT if it is an own block that did not come from Telegram; TGCALL_ERR_STATE if it had failed
 * before. */
tgcall_status tgcall_conference_apply_block(tgcall_conference *conference, const uint8_t *block, size_t size);

/** The next message for phone.sendConferenceCallBroadcast; ask after each block and each broadcast. Lent until the
 * next poll, or the free. TGCALL_EMPTY: there is none. */
tgcall_status tgcall_conference_poll_broadcast(tgcall_conference *conference, tgcall_bytes *broadcast_out);

/** Takes an element of sub-chain 1 as Telegram delivers it, the own ones too.
 * @return TGCALL_EMPTY if it was refused, which harms nothing. */
tgcall_status tgcall_conference_handle_broadcast(tgcall_conference *conference, const uint8_t *broadcast, size_t size);

/** Makes the block that removes users, for phone.deleteConferenceCallParticipants. It changes nothing before it
 * comes back. Lent until the next block made here, or the free.
 * @return TGCALL_EMPTY if none of them takes part; TGCALL_ERR_ARGUMENT for the own user, who just leaves. */
tgcall_status tgcall_conference_remove(tgcall_conference *conference, const int64_t *user_ids, size_t count,
                                       tgcall_bytes *block_out);

/** Where the conference stands. */
tgcall_status tgcall_conference_get_state(const tgcall_conference *conference, tgcall_conference_state *state_out);

/** The newest block: its height and its hash. TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE. */
tgcall_status tgcall_conference_get_block(const tgcall_conference *conference, int32_t *height_out,
                                          uint8_t hash_out[32]);

/** How many take part. TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE. */
tgcall_status tgcall_conference_get_participant_count(const tgcall_conference *conference, size_t *count_out);

/** One participant, in the order of the block: user, key, and permissions (1 add, 2 remove). TGCALL_ERR_NOT_FOUND
 * behind the last; TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE. */
tgcall_status tgcall_conference_get_participant(const tgcall_conference *conference, size_t index, int64_t *user_id_out,
                                                uint8_t key_out[32], uint32_t *permissions_out);

/** How far the verification of the newest block is. TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE. */
tgcall_status tgcall_conference_get_verification(const tgcall_conference *conference,
                                                 tgcall_verification *verification_out);

/** The four emoji that all participants compare. TGCALL_EMPTY before TGCALL_VERIFICATION_DONE; TGCALL_ERR_STATE
 * unless TGCALL_CONFERENCE_STATE_ACTIVE. Lent until they are asked for again, or the free. */
tgcall_status tgcall_conference_get_emoji(const tgcall_conference *conference, tgcall_text emoji_out[4]);

/** The 24 words of the newest block, which participants may read to each other; they need no verification to be
 * done. TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE. Lent until they are asked for again, or the free. */
tgcall_status tgcall_conference_get_words(const tgcall_conference *conference, tgcall_text words_out[24]);

/** Encrypts bytes for everybody: a frame or an in-call message. The first prefix_size bytes stay readable for the
 * server. Channels are 0 to 1023; the official clients take 0 for camera, microphone and messages, 1 for the
 * screen. Size query and too small a buffer use up nothing.
 * @return TGCALL_ERR_STATE unless TGCALL_CONFERENCE_STATE_ACTIVE; TGCALL_ERR_LIMIT when the channel has used all of
 * its numbers: leave and join anew. */
tgcall_status tgcall_conference_encrypt(tgcall_conference *conference, int32_t channel, const uint8_t *data,
                                        size_t size, size_t prefix_size, uint8_t *buffer, size_t capacity,
                                        size_t *size_out);

/** Decrypts a packet of the user whose SSRC it came with, or who sent the message. A buffer as large as the packet
 * is always large enough, and asked for. Size query and too small a buffer use up nothing.
 * @return TGCALL_EMPTY if it was refused: damaged, forged, repeated, or for a key that is gone; TGCALL_ERR_STATE
 * unless TGCALL_CONFERENCE_STATE_ACTIVE. */
tgcall_status tgcall_conference_decrypt(tgcall_conference *conference, int64_t user_id, const uint8_t *packet,
                                        size_t size, uint8_t *buffer, size_t capacity, size_t *size_out);

/** As tgcall_conference_encrypt, for an encoded frame on its way to the packetizer: adds what official clients
 * expect of the codec, one of tgcall_frame_codec, and leaves its head readable. For sound, speech and level_dbov (0
 * loud, 127 silent) go with it.
 * @return as there; TGCALL_EMPTY for the rare H.264 frame that no encryption leaves whole: drop it. */
tgcall_status tgcall_conference_encrypt_frame(tgcall_conference *conference, int32_t channel, uint32_t codec,
                                              int speech, uint32_t level_dbov, const uint8_t *frame, size_t size,
                                              uint8_t *buffer, size_t capacity, size_t *size_out);

/** As tgcall_conference_decrypt, for what comes from the depacketizer: takes off again what the codec's frames
 * carry. For sound, level_dbov_out is 0 loud to 127 silent, and -1 if the sender gave none. */
tgcall_status tgcall_conference_decrypt_frame(tgcall_conference *conference, int64_t user_id, uint32_t codec,
                                              const uint8_t *packet, size_t size, int32_t *level_dbov_out,
                                              uint8_t *buffer, size_t capacity, size_t *size_out);

/** How long until a key is due to be wiped by tgcall_conference_handle_timeout. TGCALL_EMPTY with -1: none is. */
tgcall_status tgcall_conference_get_next_timeout(const tgcall_conference *conference, int32_t *timeout_ms_out);

/** Wipes the keys whose time has come. Encrypting and decrypting do so too. */
tgcall_status tgcall_conference_handle_timeout(tgcall_conference *conference);

/** Why the last input was refused, as the number that the official library gives to it (such as 202, signature, or
 * 207, permissions; 0: none was), and how many were in all. */
tgcall_status tgcall_conference_get_reject(const tgcall_conference *conference, int32_t *code_out, uint64_t *count_out);

/** The form in which Telegram delivers a block or broadcast that was sent to it: for tests and for servers. Copied,
 * of the same size.
 * @return TGCALL_ERR_ARGUMENT if it is neither. */
tgcall_status tgcall_conference_to_server_form(const uint8_t *data, size_t size, uint8_t *buffer, size_t capacity,
                                               size_t *size_out);

#ifdef __cplusplus
}
#endif

#endif /* TGCALL_H */
