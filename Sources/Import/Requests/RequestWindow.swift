/// The part in memory of a file of requests, each after its length in four bytes, big-endian.
struct RequestWindow: ~Copyable {
    private let limitBytes: Int
    private var window = ByteWindow()
    private var requests = 0

    /// One request, lent from the window; `offset` is that of its length.
    struct Request {
        var number: Int
        var bytes: UnsafeRawBufferPointer
        var offset: Int
    }

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    mutating func fill(from source: any ByteSource) throws(ImportError) -> Int { try self.window.fill(from: source) }

    /// The next request, or nil until more of it is read.
    mutating func next(_ name: String) throws(ImportError) -> Request? {
        let bytes = self.window.bytes
        guard bytes.count >= 4 else { return nil }
        let length = Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard length <= self.limitBytes else {
            throw ImportError(
                .lineTooLong,
                "\(name), request \(self.requests + 1) (at byte \(self.window.position)): its length of \(length) bytes "
                    + "exceeds \(self.limitBytes); is this a file of OTLP requests in protobuf, each after its length in 4 "
                    + "bytes, big-endian? A single request is named *.pb")
        }
        guard bytes.count >= 4 + length else { return nil }
        self.requests += 1
        let request = Request(
            number: self.requests, bytes: UnsafeRawBufferPointer(rebasing: bytes[4..<4 + length]),
            offset: self.window.position)
        self.window.drop(4 + length)
        return request
    }

    /// Throws if the file ends in the middle of a request.
    func finish(_ name: String) throws(ImportError) {
        let left = self.window.bytes.count
        guard left > 0 else { return }
        throw ImportError(
            .truncated,
            "\(name), request \(self.requests + 1) (at byte \(self.window.position)): the file ends after \(left) bytes of "
                + "it; the \(self.requests) before it were read; copy the file again, or let its writer finish")
    }

    /// What is left: a request that never became whole.
    mutating func rest() -> Request? {
        let bytes = self.window.bytes
        guard bytes.count > 0 else { return nil }
        self.requests += 1
        let request = Request(number: self.requests, bytes: bytes, offset: self.window.position)
        self.window.drop(bytes.count)
        return request
    }
}
