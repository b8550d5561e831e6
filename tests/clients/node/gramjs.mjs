// GramJS, unchanged: bytes go out in a request of our own, and come in from the decrypted messages.
import { createRequire } from "node:module";
import zlib from "node:zlib";
import { UPDATES, gateway, hex, out, serve } from "./lines.mjs";

const require = createRequire(import.meta.url);
const bigInt = require("big-integer");
const { TelegramClient } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { _serverKeys } = require("telegram/crypto/RSA");
const { IGE } = require("telegram/crypto/IGE");
const { LogLevel } = require("telegram/extensions/Logger");
const { PromisedNetSockets } = require("telegram/extensions");
const { MTProtoState } = require("telegram/network/MTProtoState");
const { RequestState } = require("telegram/network/RequestState");

const { fingerprint, n, e } = gateway;
_serverKeys.set(fingerprint, { fingerprint: bigInt(fingerprint), n: bigInt(n, 16), e });

const CONTAINER = 0x73f1f8dc, GZIP = 0x3072cfa1, RESULT = 0xf35c6d01, ERROR = 0x2144ca19;
const DEEPEST = 4, MOST_INFLATED = 16 << 20;

/** A string of TL that begins at `at`. */
function string(data, at) {
    const [size, start] = data[at] < 254 ? [data[at], at + 1] : [data.readUIntLE(at + 1, 3), at + 4];
    return data.subarray(start, start + size);
}

const inflated = (data) => zlib.gunzipSync(string(data, 4), { maxOutputLength: MOST_INFLATED });

/** The messages in a decrypted one. */
function* messages(data, depth = DEEPEST) {
    const kind = data.readUInt32LE(0);
    if (depth === 0) return;
    if (kind === CONTAINER) {
        for (let left = data.readInt32LE(4), at = 8; left > 0; left--) {
            const size = data.readInt32LE(at + 12);
            yield* messages(data.subarray(at + 16, at + 16 + size), depth - 1);
            at += 16 + size;
        }
    } else if (kind === GZIP) yield* messages(inflated(data), depth - 1);
    else yield [kind, data];
}

const waiting = new Map(); // the requests that are on their way, by the ids of their messages

function take(plain) {
    const size = plain.readInt32LE(28);
    for (const [kind, message] of messages(plain.subarray(32, 32 + size))) {
        if (UPDATES.includes(kind)) out("U", hex(message));
        else if (kind === RESULT) waiting.get(message.readBigInt64LE(4).toString())?.land(message.subarray(12));
    }
}

const decrypt = MTProtoState.prototype.decryptMessageData;
MTProtoState.prototype.decryptMessageData = async function (body) {
    // GramJS checks what is authentic, and throws; but also at constructors that it does not know.
    let failure = null, message = null;
    try {
        message = await decrypt.call(this, body);
    } catch (error) {
        failure = error;
    }
    if (failure === null || failure.constructor.name === "TypeNotFoundError") {
        const { iv, key } = await this._calcKey(this.authKey.getKey(), body.slice(8, 24), false);
        try {
            take(new IGE(key, iv).decryptIge(body.slice(24)));
        } catch (error) {
            console.error("a message that cannot be taken apart:", error);
        }
    }
    if (failure !== null) throw failure;
    return message;
};

/** A request with its bytes. GramJS repeats it with another id when it reconnects. */
class Sent extends RequestState {
    times = 0;
    constructor(data) {
        super({
            CONSTRUCTOR_ID: data.readUInt32LE(0), SUBCLASS_OF_ID: 0, className: "tgcall.Request", classType: "request",
            getBytes: () => data, resolve: async () => {}, readResult: () => true,
        });
        // The constructor of GramJS has set a plain field.
        delete this.msgId;
        Object.defineProperty(this, "msgId", { get: () => this.id, set: (id) => this.sentAs(id) });
        this.answer = new Promise((land, lose) => Object.assign(this, { settle: land, lose }));
        this.promise.catch((error) => this.lose(error ?? new Error("given up")));
    }
    sentAs(id) {
        waiting.delete(String(this.id));
        this.id = id;
        if (id === undefined) return;
        this.times++;
        waiting.set(String(id), this);
    }
    land(data) {
        waiting.delete(String(this.id));
        if (data.readUInt32LE(0) === GZIP) data = inflated(data);
        if (data.readUInt32LE(0) !== ERROR) return this.settle(data);
        const text = string(data, 8).toString();
        // To a request that went out twice an error may be the word on our own first copy: no answer, then.
        this.lose(this.times > 1 ? new Error(`${text}, to a request that was sent twice`) : { code: data.readInt32LE(4), text });
    }
}

/** GramJS dials port 80, whatever the session says. */
class ToGateway extends PromisedNetSockets {
    connect() {
        return super.connect(gateway.port, "127.0.0.1");
    }
}

const session = new StringSession("");
session.setDC(2, "127.0.0.1", 443);
const telegram = new TelegramClient(session, 1, "x".repeat(32), { networkSocket: ToGateway, retryDelay: 200 });
telegram.setLogLevel(process.env.TGCALL_CLIENTS_LOG ? LogLevel.DEBUG : LogLevel.NONE);
await telegram.start({ botAuthToken: gateway.token });
out("L", require("telegram/package.json").version);

serve({
    ask(data) {
        const request = new Sent(data);
        telegram._sender.addStateToQueue(request);
        return request.answer;
    },
    async find(username) {
        const peer = await telegram.getInputEntity(username);
        return [peer.userId, peer.accessHash];
    },
    stop: () => telegram.disconnect(),
});
