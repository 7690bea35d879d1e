/// Why a text is not the JSON that was asked for, and where: `offset` counts bytes from the start of the text.
public struct JSONError: LedgerFailure, Hashable {
    public var offset: Int
    /// One clause: "expected a number, found a string".
    public var message: String
    /// Whether a key stands twice in one object: which of its values counts is not said.
    public var isRepeatedKey = false

    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    /// A key that stands twice in one object.
    @usableFromInline init(repeated key: JSONKey, before offset: Int) {
        self.init(offset: offset, message: "the member \"\(key.string)\" stands twice")
        self.isRepeatedKey = true
    }

    public var category: FailureCategory { .caller }
    public var code: String { self.isRepeatedKey ? "repeated_member" : "invalid_json" }
    public var remedy: String? { nil }
    public var cause: (any Error)? { nil }
    public var description: String { "\(self.message) (at byte \(self.offset))" }
}
