import AgentLedger
import Foundation
import LedgerExporters

/// What stands on standard input, whole.
enum StandardInput {
    static func read(upTo limit: Int = 64 << 20) throws -> [UInt8] {
        let data: Data?
        do {
            data = try FileHandle.standardInput.read(upToCount: limit + 1)
        } catch {
            throw Failure("reading standard input: \(plainReason(of: error))", category: .environment)
        }
        guard let data else { return [] }
        guard data.count <= limit else { throw Failure("standard input holds more than \(limit >> 20) MiB") }
        return Array(data)
    }
}
