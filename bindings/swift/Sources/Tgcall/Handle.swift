import CTgcall
import CTgcallGate
import Dispatch

/// What the library gave and wants back: usable on any thread until it is closed, and an error after that.
///
/// Nobody waits for the end. Whoever is the last to leave a closed handle has it freed on a thread of its own, so a `deinit` on
/// the library's thread, or on an audio thread, returns at once.
final class Handle: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let free: @Sendable (OpaquePointer) -> Void
    private let gate = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    private let end = Locked(End())

    private struct End {
        var kept: [any Sendable] = []
        var isFreed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    init(_ pointer: OpaquePointer, free: @escaping @Sendable (OpaquePointer) -> Void) {
        self.pointer = pointer
        self.free = free
        gate.initialize(to: 0)
    }

    deinit {
        // Whoever is inside holds this object.
        if tgcall_gate_close(gate) { reap() }
        gate.deallocate()
    }

    /// Keeps what callbacks use until none can come any more.
    func keep(_ object: any Sendable) {
        end.with { $0.kept.append(object) }
    }

    /// Ends it for all who are not inside.
    func close() {
        if tgcall_gate_close(gate) { reap() }
    }

    /// Returns when it is freed; close it first.
    func freed() async {
        await withCheckedContinuation { waiting in
            let isFreed = end.with { end in
                if !end.isFreed { end.waiting.append(waiting) }
                return end.isFreed
            }
            if isFreed { waiting.resume() }
        }
    }

    /// Calls a function that answers a status.
    @discardableResult
    func use(_ body: (OpaquePointer) -> Int32) throws(TgcallError) -> Status {
        defer { leave() }
        guard tgcall_gate_enter(gate) else { throw TgcallError.closed }
        return try Status.of(body(pointer))
    }

    /// The same for a thread that must not allocate: the status without its text.
    @inline(__always)
    func status(_ body: (OpaquePointer) -> Int32) -> Status {
        defer { leave() }
        return tgcall_gate_enter(gate) ? Status(number: body(pointer)) : .errState
    }

    @inline(__always)
    private func leave() {
        if tgcall_gate_leave(gate) { reap() }
    }

    private func reap() {
        // Nothing of `self`, which may be in its deinit.
        let job = Job(pointer: pointer, free: free, end: end)
        DispatchQueue.global().async { job.run() }
    }

    private struct Job: @unchecked Sendable {
        let pointer: OpaquePointer
        let free: @Sendable (OpaquePointer) -> Void
        let end: Locked<End>

        func run() {
            free(pointer)
            let (kept, waiting) = end.with { end in
                defer { (end.kept, end.isFreed, end.waiting) = ([], true, []) }
                return (end.kept, end.waiting)
            }
            withExtendedLifetime(kept) {}
            for one in waiting { one.resume() }
        }
    }
}
