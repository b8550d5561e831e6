// What the programs on libraries for Node share: the lines of ends.py, and the gateway that they are told of.
import readline from "node:readline";

const [, , port, fingerprint, n, e, user, device] = process.argv;
export const gateway = { port: Number(port), fingerprint, n, e: Number(e), token: `${user}:${device}` };

export const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
export const out = (...words) => process.stdout.write(`${words.join(" ")}\n`);
console.log = console.error; // libraries log; the lines are ours

/** The constructors of Updates. */
export const UPDATES = [0xe317af7e, 0x313bc7f8, 0x4d6deea5, 0x78d4dec1, 0x725b04c3, 0x74ae4240, 0x9015e101];

/**
 * Serves the lines until there are no more.
 *
 * `ask` takes a method and gives its answer, both as bytes, or throws {code, text}; `find` takes a username and gives id and
 * access hash.
 */
export function serve({ ask, find, stop }) {
    const lines = readline.createInterface({ input: process.stdin });
    lines.on("line", async (line) => {
        const [what, id, about] = line.split(" ");
        try {
            if (what === "R") out("A", id, hex(await ask(Buffer.from(about, "hex"))));
            else out("P", id, ...(await find(about)));
        } catch (error) {
            out("E", id, error.code ?? 0, error.text ?? String(error));
        }
    });
    lines.on("close", async () => {
        await stop();
        process.exit(0);
    });
}

process.on("unhandledRejection", (error) => console.error("unhandled", error));
