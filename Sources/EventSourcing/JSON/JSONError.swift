/// Why a text is not the JSON that was asked for, and where: `offset` counts bytes from the start of the text.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var offset: Int
    /// One clause: "expected a number, found a string".
    public var message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    public var description: String { "\(self.message) (at byte \(self.offset))" }
}
