import Foundation

/// A server that accepts every connection and never answers.
// SAFETY: nothing changes after init but by `stop`, which deinit alone calls.
package final class SilentServer: @unchecked Sendable {
    package let port: Int
    private let descriptor: Int32

    package init() throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard status == 0, listen(descriptor, 64) == 0 else {
            throw Shell.Failure(description: "cannot listen: \(String(cString: strerror(errno)))")
        }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            var connections: [Int32] = []
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection < 0 { break }
                connections.append(connection)
            }
            for connection in connections { close(connection) }
        }
    }

    deinit {
        // `accept` returns after it.
        shutdown(self.descriptor, Int32(SHUT_RDWR))
        close(self.descriptor)
    }
}
