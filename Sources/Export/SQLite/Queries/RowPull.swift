import Dispatch
import Foundation
import LedgerRelations
import Synchronization

/// Rows that a source hands over all by itself, taken one by one.
///
/// The first ones are collected where one stands. When there are more, the source begins again on a thread of its own,
/// which fills the next chunk while the last one is taken. Whoever asks the source for rows has its turn meanwhile, so
/// the source sees one caller.
final class RowPull {
    typealias Produce = (_ body: ([SQLValue]) throws -> Void) throws -> Void

    /// Rows that are collected without a thread: enough for most look-ups, and for whoever wants only a few.
    private static let rowsAtOnce = 128

    private let columns: [Int]
    private let turn: NSLock
    private let produce: Produce
    @exclusivity(unchecked) private var chunk = RowChunk()
    private var producer: RowProducer?
    @exclusivity(unchecked) private var row = -1

    /// - Parameters:
    ///   - columns: the places of the cells that are kept, in ascending order.
    ///   - turn: held by whoever asks the source for rows, where there are several.
    init(columns: [Int], turn: NSLock = NSLock(), _ produce: @escaping Produce) throws {
        self.columns = columns
        self.turn = turn
        self.produce = produce
        do {
            try turn.withLock {
                try produce { cells in
                    guard self.chunk.count < Self.rowsAtOnce else {
                        self.chunk.isLast = false
                        throw Enough()
                    }
                    self.chunk.append(cells, columns)
                }
            }
        } catch {
            if self.chunk.isLast { throw error }
        }
    }

    deinit { self.producer?.stop() }

    private struct Enough: Error {}

    /// Goes to the next row; false when there is none.
    func next() throws -> Bool {
        self.row += 1
        while self.row >= self.chunk.count {
            if self.chunk.isLast { return false }
            self.row = 0
            let producer =
                self.producer
                ?? RowProducer(skipping: self.chunk.count, self.columns, turn: self.turn, self.produce)
            self.producer = producer
            self.chunk = try producer.next()
        }
        return true
    }

    /// A cell of the row, by its place among those that are kept.
    func cell(_ index: Int) -> SQLValue { self.chunk.cells[self.row * self.columns.count + index] }
}

/// Some rows' cells side by side.
final class RowChunk {
    private static let bytesAtOnce = 1 << 20

    @exclusivity(unchecked) private(set) var cells: ContiguousArray<SQLValue> = []
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private var bytes = 0
    var isLast = true

    func append(_ row: [SQLValue], _ columns: [Int]) {
        self.count += 1
        for column in columns {
            self.cells.append(row[column])
            self.bytes += row[column].roomBytes
        }
    }

    func isFull(at rows: Int) -> Bool { self.count >= rows || self.bytes >= Self.bytesAtOnce }

    func removeAll() {
        self.cells.removeAll(keepingCapacity: true)
        self.count = 0
        self.bytes = 0
    }
}

extension SQLValue {
    /// Roughly what it holds outside of itself.
    fileprivate var roomBytes: Int {
        switch self {
        case .text(let text), .json(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .textArray(let texts): texts.reduce(0) { $0 + $1.utf8.count }
        case .null, .bool, .integer, .double, .uuid, .timestamp, .date, .numeric: 0
        }
    }
}

/// The source at work on its own thread, a chunk ahead of whoever takes the rows.
// SAFETY: each chunk belongs to the producer from when it is emptied until it is filled, and to the taker otherwise; what
// else is shared does not change, or is written before `filled` is signalled for the last time and read behind it.
private final class RowProducer: @unchecked Sendable {
    private static let rows = 1024

    private let columns: [Int]
    private let turn: NSLock
    private let produce: RowPull.Produce
    private let chunks = [RowChunk(), RowChunk()]
    private let emptied = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    private let run = DispatchGroup()
    private var leftToSkip: Int
    private var failure: (any Error)?
    /// How many were taken: the taker's alone.
    private var taken = 0

    private struct Stopped: Error {}

    init(skipping rows: Int, _ columns: [Int], turn: NSLock, _ produce: @escaping RowPull.Produce) {
        self.leftToSkip = rows
        self.columns = columns
        self.turn = turn
        self.produce = produce
        // A semaphore must not go away with less than it was made with.
        for _ in self.chunks { self.emptied.signal() }
        DispatchQueue(label: "agentledger.rows", qos: .userInitiated).async(group: self.run) { self.fillChunks() }
    }

    /// The next rows, which say whether they are the last. Those before may be overwritten.
    func next() throws -> RowChunk {
        if self.taken > 0 { self.emptied.signal() }
        self.filled.wait()
        let chunk = self.chunks[self.taken % self.chunks.count]
        self.taken += 1
        if chunk.isLast, let failure = self.failure { throw failure }
        return chunk
    }

    /// Returns when the source is at rest.
    func stop() {
        self.isStopped.store(true, ordering: .sequentiallyConsistent)
        self.emptied.signal()
        self.run.wait()
    }

    private func fillChunks() {
        var number = 0
        var chunk = self.nextEmpty(number)
        self.turn.lock()
        do {
            try self.produce { cells in
                guard self.leftToSkip == 0 else {
                    self.leftToSkip -= 1
                    return
                }
                if chunk.isFull(at: Self.rows) {
                    self.turn.unlock()
                    chunk.isLast = false
                    self.filled.signal()
                    number += 1
                    chunk = self.nextEmpty(number)
                    self.turn.lock()
                    if self.isStopped.load(ordering: .sequentiallyConsistent) { throw Stopped() }
                }
                chunk.append(cells, self.columns)
            }
        } catch {
            self.failure = error
        }
        self.turn.unlock()
        chunk.isLast = true
        self.filled.signal()
    }

    private func nextEmpty(_ number: Int) -> RowChunk {
        self.emptied.wait()
        let chunk = self.chunks[number % self.chunks.count]
        chunk.removeAll()
        return chunk
    }
}
