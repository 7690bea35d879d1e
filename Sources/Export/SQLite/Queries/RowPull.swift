import Dispatch
import Relations

/// Rows that a source hands over all by itself, taken one by one.
///
/// The first ones are collected where one stands. When there are more, the source begins again on a thread of its own,
/// which goes on only while the taker waits for it: never do both run at once, so the source sees one caller.
final class RowPull {
    typealias Produce = (_ body: ([SQLValue]) throws -> Void) throws -> Void

    /// Rows that are collected without a thread: enough for most look-ups, and for whoever wants only a few.
    private static let rowsAtOnce = 128

    private let columns: [Int]
    private let chunk = RowChunk()
    private let produce: Produce
    private var producer: RowProducer?
    private var row = -1

    /// - Parameter columns: the places of the cells that are kept, in ascending order.
    init(columns: [Int], _ produce: @escaping Produce) throws {
        self.columns = columns
        self.produce = produce
        do {
            try produce { cells in
                guard self.chunk.count < Self.rowsAtOnce else {
                    self.chunk.isLast = false
                    throw Enough()
                }
                self.chunk.append(cells, columns)
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
            let producer = self.producer ?? RowProducer(skipping: self.chunk.count, self.columns, self.produce)
            self.producer = producer
            try producer.fill(self.chunk)
        }
        return true
    }

    /// A cell of the row, by its place among those that are kept.
    func cell(_ index: Int) -> SQLValue { self.chunk.cells[self.row * self.columns.count + index] }
}

/// Some rows' cells side by side.
final class RowChunk {
    private static let bytesAtOnce = 1 << 20

    private(set) var cells: ContiguousArray<SQLValue> = []
    private(set) var count = 0
    private var bytes = 0
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

/// The source at work on its own thread, chunk by chunk.
// SAFETY: taker and producer alternate: what they share is touched by the taker before `wanted` is signalled and after
// `filled` was waited for, and by the producer in between.
private final class RowProducer: @unchecked Sendable {
    private static let rows = 512

    private let wanted = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let columns: [Int]
    private let produce: RowPull.Produce
    private var chunk: RowChunk?
    private var leftToSkip: Int
    private var failure: (any Error)?
    private var isStopped = false
    private var isDone = false
    private var isStarted = false

    private struct Stopped: Error {}

    init(skipping rows: Int, _ columns: [Int], _ produce: @escaping RowPull.Produce) {
        self.leftToSkip = rows
        self.columns = columns
        self.produce = produce
    }

    /// Puts the next rows into the chunk, which says whether they are the last.
    func fill(_ chunk: RowChunk) throws {
        chunk.removeAll()
        self.chunk = chunk
        self.wanted.signal()
        if !self.isStarted {
            self.isStarted = true
            DispatchQueue(label: "agentledger.rows", qos: .userInitiated).async { self.run() }
        }
        self.filled.wait()
        if let failure = self.failure { throw failure }
    }

    /// Returns when the source is at rest.
    func stop() {
        guard self.isStarted, !self.isDone else { return }
        self.isStopped = true
        self.wanted.signal()
        self.filled.wait()
    }

    private func run() {
        self.wanted.wait()
        do {
            try self.produce { cells in
                guard self.leftToSkip == 0 else {
                    self.leftToSkip -= 1
                    return
                }
                if let chunk = self.chunk, chunk.isFull(at: Self.rows) {
                    chunk.isLast = false
                    self.filled.signal()
                    self.wanted.wait()
                    if self.isStopped { throw Stopped() }
                }
                self.chunk?.append(cells, self.columns)
            }
        } catch {
            if !self.isStopped { self.failure = error }
        }
        self.chunk?.isLast = true
        self.chunk = nil
        self.isDone = true
        self.filled.signal()
    }
}
