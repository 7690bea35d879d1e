import Dispatch
import Synchronization

/// Lets a thread of its own wait for asynchronous work. Never called on the threads that run such work.
enum Blocking {
    static func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let slot = Slot<Value>()
        Task {
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            slot.fill(result)
        }
        return try slot.take()
    }

    private final class Slot<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)
        private let isFilled = DispatchSemaphore(value: 0)

        func fill(_ result: Result<Value, any Error>) {
            self.result.withLock { $0 = result }
            self.isFilled.signal()
        }

        func take() throws -> Value {
            self.isFilled.wait()
            guard let result = self.result.withLock({ $0 }) else {
                preconditionFailure("a slot is filled before taken")
            }
            return try result.get()
        }
    }

    /// Runs `body`, which may block, on a thread of its own.
    static func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "agentledger.import").async { continuation.resume(with: Result { try body() }) }
        }
    }
}
