import Foundation

/// Where a Redis server listens: `redis://[[user]:password@]host[:port][/database]`, or
/// `redis+unix://[[user]:password@]/path/of/socket[?db=database]`.
struct RedisAddress: Equatable {
    enum Place: Equatable {
        case host(String, port: Int32)
        case socket(path: String)
    }

    static let defaultPort: Int32 = 6379

    var place: Place
    var database = 0
    var user: String?
    var password: String?

    init(_ text: String) throws(ExportError) {
        guard let parts = URLComponents(string: text), let place = Self.place(parts), let database = Self.database(parts)
        else {
            throw ExportError(
                .cannotConnect,
                "\(Self.withoutPassword(text)) is no address of a Redis server: write redis://HOST:PORT/DATABASE or "
                    + "redis+unix:///PATH/OF/SOCKET?db=DATABASE")
        }
        self.place = place
        self.database = database
        self.user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        self.password = parts.password
    }

    private static func place(_ parts: URLComponents) -> Place? {
        switch parts.scheme {
        case "redis":
            guard let host = parts.host, !host.isEmpty, let port = Int32(exactly: parts.port ?? Int(Self.defaultPort)),
                (1...65_535).contains(port)
            else { return nil }
            // An IPv6 address stands in brackets.
            return .host(host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: port)
        case "redis+unix":
            guard parts.host ?? "" == "", parts.path.hasPrefix("/") else { return nil }
            return .socket(path: parts.path)
        default: return nil
        }
    }

    private static func database(_ parts: URLComponents) -> Int? {
        let items = parts.queryItems ?? []
        if parts.scheme == "redis" {
            guard items.isEmpty else { return nil }
            return ["", "/"].contains(parts.path) ? 0 : Int(parts.path.dropFirst())
        }
        guard items.allSatisfy({ $0.name == "db" }), items.count <= 1 else { return nil }
        return items.isEmpty ? 0 : items[0].value.flatMap { Int($0) }
    }

    /// As it may be shown and put on record.
    var description: String {
        switch self.place {
        case .host(let host, let port):
            "redis://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(self.database)"
        case .socket(let path): "redis+unix://\(path)?db=\(self.database)"
        }
    }

    private static func withoutPassword(_ text: String) -> String {
        text.replacing(/\/\/[^\/]*@/, with: "//")
    }
}
