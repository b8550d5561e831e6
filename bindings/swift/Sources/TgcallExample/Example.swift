// A call with a tone each way, through `tgcall-sim`.
//
//   tgcall-example PORT ACCOUNT          waits for a call and takes it
//   tgcall-example PORT ACCOUNT USER     calls USER, and hangs up when the tone has arrived
//
// Status 0: the tone arrived.

import Foundation
import TelegramSim
import Tgcall

@main
struct Example {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let port = UInt16(arguments[1]), let account = Int64(arguments[2]) else {
            print("usage: tgcall-example PORT ACCOUNT [USER]")
            exit(1)
        }
        let user = arguments.count > 3 ? Int64(arguments[3]) : nil

        // What stands between a host and Telegram: requests out, answers and updates in.
        let telegram = try TelegramSim(port: port, account: account)
        let client = try Client(Configuration(userID: account)) { try await telegram.invoke($0) }
        try client.setServerTime(telegram.serverTime)
        let updates = Task {
            for await update in telegram.updates { try client.feed(update) }
        }

        // The call.
        let call: Call
        if let user {
            call = try await client.call(user: user, accessHash: telegram.accessHash(of: user))
        } else {
            print("waiting for a call")
            fflush(nil)
            var calls = client.incoming.makeAsyncIterator()
            guard let incoming = await calls.next() else { exit(1) }
            call = incoming
            try await call.accept()
        }
        let states = Task {
            for await event in call.events { print(event.text) }
        }

        // The library keeps the pace of what is queued, and hands over what arrives.
        try call.setQueue(ms: 30_000)
        let frames = try call.listen(rateHz: 16_000)
        try await call.connected()
        print("emoji \(try call.emoji.joined(separator: " "))")
        var tone = Tone(rateHz: 48_000)
        for _ in 0..<500 { try call.push(tone.next(frames: 960), rateHz: 48_000) }

        // Half a second of nothing else counts.
        var heard = 0
        for await frame in frames {
            heard = Tone.share(of: frame.samples, rateHz: frame.rateHz) > 0.8 ? heard + 1 : 0
            if heard == 25 { break }
        }
        print(heard == 25 ? "the tone arrived" : "no tone arrived")
        // The caller waits until the other has heard enough as well.
        if user != nil {
            try? await Task.sleep(nanoseconds: 1_000_000_000)
            try await call.hangUp()
        }
        let ended = try await call.ended()
        print("ended: \(ended.end), after \(ended.durationS) s")
        _ = await states.result
        await client.close()
        telegram.close()
        _ = await updates.result
        exit(heard == 25 ? 0 : 2)
    }
}
