import Foundation

/// Where an InfluxDB 1.x server listens, and which of its databases is meant:
/// `influx://[user:password@]host[:port]/database`, or `influxs:` over TLS.
struct InfluxAddress: Equatable {
    static let defaultPort = 8086

    var isSecure: Bool
    var host: String
    var port: Int
    var database: String
    var user: String?
    var password: String?

    init(_ text: String) throws(ExportError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["influx", "influxs"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.query == nil, parts.path.count > 1,
            !parts.path.dropFirst().contains("/")
        else {
            throw ExportError(
                .cannotConnect,
                "\(text.replacing(/\/\/[^\/]*@/, with: "//")) is no address of an InfluxDB database: write "
                    + "influx://HOST:PORT/DATABASE")
        }
        self.isSecure = scheme == "influxs"
        self.host = host
        self.port = parts.port ?? Self.defaultPort
        self.database = String(parts.path.dropFirst())
        self.user = parts.user
        self.password = parts.password
    }

    /// As it may be shown and put on record.
    var description: String { "\(self.isSecure ? "influxs" : "influx")://\(self.host):\(self.port)/\(self.database)" }

    /// - Parameter parameters: name and value, as they are.
    func url(_ path: String, _ parameters: KeyValuePairs<String, String>) -> String {
        let query = parameters.map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
        return "\(self.isSecure ? "https" : "http")://\(self.host):\(self.port)/\(path)?\(query)"
    }

    /// RFC 3986 section 2.3: all but these are written in hexadecimal.
    static func encoded(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
