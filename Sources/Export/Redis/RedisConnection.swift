import CLedgerHiredis
import Foundation

/// What a Redis server answers.
enum RedisReply: Equatable {
    case null
    case text(String)
    case integer(Int64)
    case array([RedisReply])
    case refusal(String)

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
}

/// One connection to a Redis server. The only file that calls hiredis.
final class RedisConnection {
    /// The server's address, without a password.
    let target: String
    private let context: UnsafeMutablePointer<redisContext>

    private let timeoutSeconds: Int

    /// - Parameter timeoutSeconds: how long the server may take to accept a connection, and to answer a command.
    init(_ address: RedisAddress, timeoutSeconds: Int = ExportTimeout.defaultSeconds) throws(ExportError) {
        self.target = address.description
        self.timeoutSeconds = timeoutSeconds
        let timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let context =
            switch address.place {
            case .host(let host, let port): redisConnectWithTimeout(host, port, timeout)
            case .socket(let path): redisConnectUnixWithTimeout(path, timeout)
            }
        guard let context else {
            throw ExportError(.cannotConnect, "no memory for a connection to \(self.target)")
        }
        self.context = context
        guard context.pointee.err == 0, redisSetTimeout(context, timeout) == REDIS_OK else {
            throw ExportError(
                .cannotConnect,
                "cannot connect to \(self.target): \(Self.reason(context)). Check that the server runs, and its address"
            )
        }
        try self.enter(address)
    }

    deinit { redisFree(self.context) }

    private func enter(_ address: RedisAddress) throws(ExportError) {
        var greetings = address.password.map { [["AUTH"] + (address.user.map { [$0] } ?? []) + [$0]] } ?? []
        if address.database != 0 { greetings.append(["SELECT", String(address.database)]) }
        for greeting in greetings + [["PING"]] {
            if case .refusal(let reason) = try self.ask(greeting) {
                throw ExportError(
                    .cannotConnect,
                    "\(self.target) does not let us in: \(reason). Check the password and the number of the database")
            }
        }
    }

    /// Runs one command.
    func command(_ arguments: [String]) throws(ExportError) -> RedisReply {
        let reply = try self.ask(arguments)
        if case .refusal(let reason) = reply { throw self.refused(arguments, reason) }
        return reply
    }

    /// Since 1970-01-01T00:00:00Z, by the server's clock.
    func timeMilliseconds() throws(ExportError) -> Int64 {
        guard case .array(let parts) = try self.command(["TIME"]), parts.count == 2,
            let seconds = parts[0].text.flatMap({ Int64($0) }), let microseconds = parts[1].text.flatMap({ Int64($0) })
        else {
            throw ExportError(.refusedByDatabase, "\(self.target) does not say its time: it is no Redis server")
        }
        return seconds * 1000 + microseconds / 1000
    }

    /// Sends a command later, with others; `reply` gives the answers in their order.
    func enqueue(_ arguments: [String]) throws(ExportError) {
        var bytes: [UInt8] = []
        var counts: [Int] = []
        for argument in arguments {
            bytes += argument.utf8
            counts.append(argument.utf8.count)
        }
        let status = bytes.withUnsafeBytes { bytes in
            var start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            var pointers: [UnsafePointer<CChar>?] = []
            for count in counts {
                pointers.append(start)
                start = start.map { $0 + count }
            }
            return redisAppendCommandArgv(self.context, Int32(counts.count), &pointers, counts)
        }
        if status != REDIS_OK { throw self.lost() }
    }

    /// The answer to the first command that was sent and not answered yet.
    func reply() throws(ExportError) -> RedisReply {
        var answer: UnsafeMutableRawPointer?
        let status = Self.withoutBrokenPipes { redisGetReply(self.context, &answer) }
        guard status == REDIS_OK, let answer else { throw self.lost() }
        defer { freeReplyObject(answer) }
        return Self.read(answer.assumingMemoryBound(to: redisReply.self).pointee)
    }

    func refused(_ arguments: [String], _ reason: String) -> ExportError {
        ExportError(
            .refusedByDatabase,
            "\(self.target) refused \(arguments.first ?? "a command"); nothing was changed there: "
                + reason)
    }

    private func ask(_ arguments: [String]) throws(ExportError) -> RedisReply {
        try self.enqueue(arguments)
        return try self.reply()
    }

    private func lost() -> ExportError {
        // The socket's own time limit, SO_RCVTIMEO, ends a call so.
        let isSilent = self.context.pointee.err == REDIS_ERR_IO && [EAGAIN, ETIMEDOUT].contains(errno)
        let reason = isSilent ? "no answer within \(self.timeoutSeconds) s" : Self.reason(self.context)
        return ExportError(
            .connectionLost,
            "the connection to \(self.target) was lost: \(reason). Check that the server runs, and "
                + "run again: what is there already is not written twice")
    }

    private static func read(_ reply: redisReply) -> RedisReply {
        switch reply.type {
        case REDIS_REPLY_INTEGER: .integer(reply.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: .text(self.text(reply))
        case REDIS_REPLY_ERROR: .refusal(self.text(reply))
        case REDIS_REPLY_ARRAY:
            .array(
                (0..<reply.elements).map { index in reply.element[index].map { self.read($0.pointee) } ?? .null })
        default: .null
        }
    }

    private static func text(_ reply: redisReply) -> String {
        String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self)
    }

    private static func reason(_ context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// hiredis writes with write(2), and a server that went away would end the whole process by SIGPIPE: the signal is
    /// held back in this thread, and taken away when it came.
    private static func withoutBrokenPipes<R>(_ body: () -> R) -> R {
        var pipe = sigset_t()
        var pending = sigset_t()
        var mask = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        pthread_sigmask(SIG_BLOCK, &pipe, &mask)
        defer {
            var none = timespec()
            if !wasPending { sigtimedwait(&pipe, nil, &none) }
            pthread_sigmask(SIG_SETMASK, &mask, nil)
        }
        return body()
    }
}
