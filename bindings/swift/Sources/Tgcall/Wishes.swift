/// Telegram refuses what was asked of it in a group call.
public struct WishRefused: Error, Hashable, Sendable, CustomStringConvertible {
    public let answer: AnswerEvent

    public var description: String { "\(answer.code) \(answer.error)" }
}

/// Who waits for what Telegram answers to a request that a function returned, by its number.
final class Wishes: Sendable {
    private let waiting = Locked(Waiting())

    private struct Waiting {
        var byRequest: [UInt64: CheckedContinuation<AnswerEvent?, Never>] = [:]
        var isClosed = false
    }

    /// What Telegram answers; nil: there will be no answer. `WishRefused` if it refuses.
    func ask(_ function: (UnsafeMutablePointer<UInt64>) throws -> Void) async throws -> AnswerEvent? {
        var thrown: (any Error)?
        let answer: AnswerEvent? = await withCheckedContinuation { continuation in
            // Under the lock, so that no answer is told before its number is known here.
            let isAsked = waiting.with { waiting -> Bool in
                var request: UInt64 = 0
                do {
                    try function(&request)
                } catch {
                    thrown = error
                    return false
                }
                if !waiting.isClosed { waiting.byRequest[request] = continuation }
                return !waiting.isClosed
            }
            if !isAsked { continuation.resume(returning: nil) }
        }
        if let thrown { throw thrown }
        if let answer, answer.code != 0 { throw WishRefused(answer: answer) }
        return answer
    }

    func settle(_ request: UInt64, _ answer: AnswerEvent?) {
        waiting.with { $0.byRequest.removeValue(forKey: request) }?.resume(returning: answer)
    }

    /// Nobody will answer any more.
    func close() {
        let left = waiting.with { waiting in
            defer { (waiting.byRequest, waiting.isClosed) = ([:], true) }
            return Array(waiting.byRequest.values)
        }
        for one in left { one.resume(returning: nil) }
    }
}
