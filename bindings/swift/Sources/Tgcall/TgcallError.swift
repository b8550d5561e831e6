import CTgcall

/// What the library answers with a negative status. After it nothing has changed.
public struct TgcallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The status as a number, for those that only a newer library knows.
    public let number: Int32
    /// Why, for a developer to read.
    public let text: String

    /// What to do about it.
    public var status: Status? { Status(rawValue: number) }

    public var description: String { "\(String(lent: tgcall_status_get_name(number))): \(text)" }

    /// What the call that failed just now, on this thread, has to say.
    init(_ number: Int32) {
        self.init(number, String(lent: tgcall_status_get_text()))
    }

    init(_ number: Int32, _ text: String) {
        self.number = number
        self.text = text
    }

    static let closed = TgcallError(Status.errState.rawValue, "this handle is closed")
}

extension Status {
    /// A number that only a newer library knows is told by its sign.
    init(number: Int32) {
        self = Status(rawValue: number) ?? (number < 0 ? .errInternal : .empty)
    }

    /// Throws where the library refused.
    @discardableResult
    static func of(_ number: Int32) throws(TgcallError) -> Status {
        if number < 0 { throw TgcallError(number) }
        return Status(number: number)
    }
}
