import LedgerRelations

extension SQLDefault {
    static let emptyObject = SQLDefault.value(.json("{}"))
    static let emptyList = SQLDefault.value(.json("[]"))
}
