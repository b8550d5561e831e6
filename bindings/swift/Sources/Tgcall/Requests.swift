import CTgcall
@preconcurrency import Dispatch

/// A request that Telegram is to be sent, as the host's MTProto library sends any other.
public struct Request: Sendable {
    /// In boxed TL. Do not wrap it into `invokeWithLayer`.
    public let bytes: [UInt8]
    /// Such as "phone.requestCall".
    public let method: String
    /// The data centre it must go to; 0: that of the account.
    public let dc: UInt32
    /// The call it is about.
    public let call: UInt64
}

/// Telegram's `rpc_error`, for the host's closure to throw. What else is thrown counts as no answer at all.
public struct RpcError: Error, Hashable, Sendable {
    public var code: Int32
    public var text: String

    public init(code: Int32, text: String) {
        self.code = code
        self.text = text
    }
}

/// Runs the host's closure for each request: off the library's thread, begun in the order of the requests, many at a time.
final class Requests: Sendable {
    private let invoke: @Sendable (Request) async throws -> [UInt8]
    private let spawn = orderly()
    private let running = Locked<[UInt64: Running]>([:])

    private struct Running {
        let task: Task<Void, Never>
        let method: String
    }

    init(_ invoke: @escaping @Sendable (Request) async throws -> [UInt8]) {
        self.invoke = invoke
    }

    func begin(_ event: InvokeEvent, _ handle: Handle) {
        let request = Request(bytes: event.bytes, method: event.method, dc: event.dc, call: event.call)
        // The lock makes a task that is done at once wait until it is listed.
        running.with { running in
            let task = spawn { [self] in
                await answer(request, event.request, handle)
                _ = self.running.with { $0.removeValue(forKey: event.request) }
            }
            running[event.request] = Running(task: task, method: event.method)
        }
    }

    private func answer(_ request: Request, _ id: UInt64, _ handle: Handle) async {
        // Nobody may wait any more, or the client be closed: then there is nothing to be told.
        do {
            let answer = try await invoke(request)
            _ = try? handle.use { tgcall_client_handle_answer($0, id, answer, answer.count) }
        } catch let error as RpcError {
            _ = try? handle.use { tgcall_client_handle_error($0, id, error.code, error.text) }
        } catch {
            _ = try? handle.use { tgcall_client_handle_error($0, id, 0, "\(error)") }
        }
    }

    /// Nobody waits for the answer; but the other side rings until it hears that a call is discarded.
    func cancel(_ id: UInt64) {
        let one = running.with { $0[id] }
        if let one, one.method != Self.discard { one.task.cancel() }
    }

    /// Nobody waits for anything any more.
    func cancelAll() {
        let all = running.with { Array($0.values) }
        for one in all where one.method != Self.discard { one.task.cancel() }
    }

    private static let discard = "phone.discardCall"
}

typealias Spawn = @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>

/// Starts tasks in the order in which they are given, each up to where it first waits. Where the system is too old to be told
/// how, in nearly that order.
func orderly() -> Spawn {
    if #available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *) {
        let executor = OrderlyExecutor()
        return { work in Task(executorPreference: executor) { await work() } }
    }
    return { work in Task { await work() } }
}

@available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
private final class OrderlyExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "tgcall.requests")

    func enqueue(_ job: consuming ExecutorJob) {
        let bare = UnownedJob(job)
        queue.async { bare.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
