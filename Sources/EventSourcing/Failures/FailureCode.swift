/// The codes of one type of failure.
package protocol FailureCode: Hashable, Sendable, CaseIterable {
    /// In snake case and unique within the type. Stable: callers see it as `LedgerFailure.code`.
    var name: String { get }
    var category: FailureCategory { get }
}

extension FailureCode where Self: RawRepresentable<String> {
    package var name: String { self.rawValue }
}

/// A failure that has more than one code. Within the library one switches on the typed code; callers compare its name.
package protocol CodedFailure: LedgerFailure {
    associatedtype Code: FailureCode
    var code: Code { get }
}

extension CodedFailure {
    package var code: String { (self.code as Code).name }
    package var category: FailureCategory { (self.code as Code).category }
}
