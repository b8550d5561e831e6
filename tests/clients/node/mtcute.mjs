// mtcute, unchanged: bytes go out by a method of our own, and come in by readers of our own.
import { readFileSync } from "node:fs";
import { MemoryStorage, TelegramClient, networkMiddlewares } from "@mtcute/node";
import { addPublicKey } from "@mtcute/core/utils.js";
import { createPublicKey } from "node:crypto";
import { UPDATES, gateway, hex, out, serve } from "./lines.mjs";

/** The key as mtcute takes it: PKCS1, in PEM. */
function pem({ n, e }) {
    const number = (text) => Buffer.from(text.length % 2 ? `0${text}` : text, "hex").toString("base64url");
    const key = { kty: "RSA", n: number(n), e: number(e.toString(16)) };
    return createPublicKey({ key, format: "jwk" }).export({ type: "pkcs1", format: "pem" });
}

const options = { apiId: 1, apiHash: "x".repeat(32), storage: new MemoryStorage() };
const { _readerMap: readers, _writerMap: writers, crypto } = new TelegramClient(options)._client.mt;
await crypto.initialize?.();
addPublicKey(crypto, pem(gateway));

/** What is left of a message. Outside of containers its padding is still there, which does no harm. */
const rest = (reader, start) => reader.uint8View.slice(start, (reader.pos = reader.uint8View.length));

const readerMap = Object.create(readers);
readerMap._results = { ...readers._results, "tgcall.request": (reader) => ({ _: "tgcall.answer", data: rest(reader, reader.pos) }) };
const writerMap = Object.create(writers);
writerMap["tgcall.request"] = (writer, request) => writer.raw(request.data);
for (const id of UPDATES) {
    const read = readers[id];
    readerMap[id] = (reader) => {
        const start = reader.pos - 4;
        try {
            const updates = read(reader);
            out("U", hex(reader.uint8View.slice(start, reader.pos)));
            return updates;
        } catch { // something mtcute does not know, for which it would begin a new session
            out("U", hex(rest(reader, start)));
            return { _: "updates", updates: [], users: [], chats: [], date: 0, seq: 0 };
        }
    };
}

const dc = { id: 2, ipAddress: "127.0.0.1", port: gateway.port };
// A FLOOD_WAIT is told at once, and holds for nothing else: to mtcute all our requests are one method.
const middlewares = networkMiddlewares.basic({ floodWaiter: { maxWait: 0, store: false } });
const logLevel = Number(process.env.TGCALL_CLIENTS_LOG ?? 0);
const telegram = new TelegramClient({
    ...options, storage: new MemoryStorage(), crypto, readerMap, writerMap, logLevel, network: { middlewares },
    defaultDcs: { main: dc, media: dc },
});
await telegram.start({ botToken: gateway.token });
out("L", JSON.parse(readFileSync(new URL("node_modules/@mtcute/node/package.json", import.meta.url))).version);

serve({
    async ask(data) {
        try {
            return (await telegram.call({ _: "tgcall.request", data }, { maxRetryCount: 0 })).data;
        } catch (error) {
            // FLOOD_WAIT_%d has its seconds beside it.
            throw error.code === undefined ? error : { code: error.code, text: error.text.replace("%d", error.seconds) };
        }
    },
    async find(username) {
        const peer = await telegram.resolvePeer(username);
        return [peer.userId, peer.accessHash];
    },
    stop: () => telegram.destroy(),
});
