// What a push and a pull of 20 ms cost through Swift, over the same calls of C: medians, in turns, in one process.
//
//   swift run -c release TgcallBench [TURNS]

import CTgcall
import Dispatch
import Tgcall

@main
struct Bench {
    static func main() async throws {
        let turns = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
        let key = (0..<256).map { UInt8(truncatingIfNeeded: 3 * $0 + 1) }
        let sides = [try Client(attachedOnly: Configuration()), try Client(attachedOnly: Configuration())]
        let (packets, packetsIn) = AsyncStream.makeStream(of: (Int, [UInt8]).self)
        var calls: [Call] = []
        for side in 0..<2 {
            try sides[side].setInterfaces([Address(ip: [127, 0, 0, 1])])
            calls.append(try await sides[side].attach(key: key, outgoing: side == 0) { packetsIn.yield((1 - side, $0)) })
        }
        let pair = calls
        let carried = Task {
            for await (side, packet) in packets { _ = try? pair[side].feed(packet) }
        }
        for call in pair { try call.connect(version: "9.0.0", p2pAllowed: true) }
        for call in pair { try await call.connected() }

        let call = pair[0]
        let samples = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 960)
        samples.initialize(repeating: 100)

        func timed(_ work: () -> Void) -> Double {
            let start = DispatchTime.now().uptimeNanoseconds
            work()
            return Double(DispatchTime.now().uptimeNanoseconds - start)
        }

        func median(_ figures: [Double]) -> Double {
            figures.sorted()[figures.count / 2]
        }

        try sides[0].withUnsafeHandle { client in
            let id = call.id
            for (name, swift, c) in [
                (
                    "push", { _ = call.push(UnsafeBufferPointer(samples), rateHz: 48_000) },
                    { _ = tgcall_audio_push_s16(client, id, 48_000, 1, samples.baseAddress, 960) }
                ),
                (
                    "pull", { _ = call.pull(into: samples, rateHz: 48_000) },
                    { _ = tgcall_audio_pull_s16(client, id, 48_000, 1, samples.baseAddress, 960) }
                ),
            ] as [(String, () -> Void, () -> Void)] {
                var (ours, theirs): ([Double], [Double]) = ([], [])
                for _ in 0..<turns {
                    ours.append(timed(swift))
                    theirs.append(timed(c))
                }
                let (ofSwift, ofC) = (median(ours), median(theirs))
                print("\(name) of 20 ms: Swift \(Int(ofSwift)) ns, C \(Int(ofC)) ns, more by \(Int(ofSwift - ofC)) ns")
            }
        }
        for side in sides { await side.close() }
        packetsIn.finish()
        await carried.value
    }
}
