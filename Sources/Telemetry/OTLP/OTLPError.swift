import LedgerEvents

/// Why a protobuf request, or the rest of it, cannot be read, and where: `offset` counts bytes from its start.
package struct OTLPError: CodedFailure, Hashable {
    package enum Code: FailureCode {
        /// The bytes are not protobuf, or end early.
        case damaged
        /// The request is of another signal than the reader was told: read it again as that.
        case otherSignal(OTLPSignal)

        package static var allCases: [Code] { [.damaged] + OTLPSignal.allCases.map(Code.otherSignal) }

        package var name: String {
            switch self {
            case .damaged: "invalid_protobuf"
            case .otherSignal(let signal): "signal_is_\(signal.rawValue)"
            }
        }

        package var category: FailureCategory { .caller }
    }

    package var code: Code
    package var offset: Int
    /// One clause: "a field of 12 bytes runs over the end".
    package var message: String

    package init(_ code: Code = .damaged, offset: Int, message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    package var description: String { "\(self.message) (at byte \(self.offset))" }
}
