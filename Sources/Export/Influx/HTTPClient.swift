import CLedgerCurl

/// What an HTTP server answered.
struct HTTPAnswer {
    var status: Int
    var body: [UInt8]
}

/// Asks one HTTP server, over a connection that is kept. The only file that calls libcurl.
final class HTTPClient {
    /// There is no answer; the text is libcurl's.
    struct Failure: Error, CustomStringConvertible {
        var isConnecting: Bool
        var description: String
    }

    private let handle: UnsafeMutableRawPointer?

    private let timeoutSeconds: Int
    /// libcurl asks for this once in a process, before anything else; a static is made once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameter timeoutSeconds: how long the server may take to accept a connection, and how long it may be silent.
    init(user: String?, password: String?, timeoutSeconds: Int) {
        self.timeoutSeconds = timeoutSeconds
        self.handle = Self.isReady ? curl_easy_init() : nil
        // Signals are the program's. And a database is reached directly, whatever proxy leads to the web.
        curl_easy_set_long(self.handle, CURLOPT_NOSIGNAL, 1)
        curl_easy_set_text(self.handle, CURLOPT_PROXY, "")
        curl_easy_set_long(self.handle, CURLOPT_CONNECTTIMEOUT, timeoutSeconds)
        curl_easy_set_long(self.handle, CURLOPT_NOPROGRESS, 0)
        // Its own limits on speed take an average of some seconds more.
        curl_easy_set_progress(self.handle) { silence, _, received, _, sent in
            guard let silence else { return 0 }
            return Unmanaged<Silence>.fromOpaque(silence).takeUnretainedValue().isTooLong(after: received + sent)
                ? 1 : 0
        }
        if let user { curl_easy_set_text(self.handle, CURLOPT_USERNAME, user) }
        if let password { curl_easy_set_text(self.handle, CURLOPT_PASSWORD, password) }
    }

    deinit { curl_easy_cleanup(self.handle) }

    /// Sends `body` to `url` and waits for the answer.
    func post(_ url: String, _ body: [UInt8]) throws(Failure) -> HTTPAnswer {
        precondition(!body.isEmpty, "without a body libcurl would read one from standard input")
        let received = Received()
        let silence = Silence(seconds: self.timeoutSeconds)
        let code = body.withUnsafeBytes { body in
            curl_easy_set_text(self.handle, CURLOPT_URL, url)
            curl_easy_set_long(self.handle, CURLOPT_POST, 1)
            curl_easy_set_long(self.handle, CURLOPT_POSTFIELDSIZE, body.count)
            curl_easy_set_pointer(self.handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
            curl_easy_set_writer(self.handle) { bytes, size, count, received in
                guard let bytes, let received else { return 0 }
                Unmanaged<Received>.fromOpaque(received).takeUnretainedValue().bytes
                    .append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
                return size * count
            }
            return withExtendedLifetime((received, silence)) {
                curl_easy_set_pointer(self.handle, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(silence).toOpaque())
                curl_easy_set_pointer(self.handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque())
                return curl_easy_perform(self.handle)
            }
        }
        guard code == CURLE_OK else {
            throw Failure(
                isConnecting: code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST,
                description: code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK
                    ? "no answer within \(self.timeoutSeconds) s" : String(cString: curl_easy_strerror(code)))
        }
        var status = 0
        curl_easy_get_long(self.handle, CURLINFO_RESPONSE_CODE, &status)
        return HTTPAnswer(status: status, body: received.bytes)
    }

    /// The time since bytes last went to or fro; libcurl asks for it every second.
    private final class Silence {
        private let limit: Duration
        private var bytes = 0
        private var since = ContinuousClock.now

        init(seconds: Int) { self.limit = .seconds(seconds) }

        func isTooLong(after bytes: Int) -> Bool {
            if bytes == self.bytes { return self.since.duration(to: .now) >= self.limit }
            self.bytes = bytes
            self.since = .now
            return false
        }
    }

    private final class Received {
        var bytes: [UInt8] = []
    }
}
