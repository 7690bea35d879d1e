import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("Redis")
struct RedisTests {
    let server: TemporaryRedis
    let database: Int
    let address: String

    init() throws {
        self.server = try TemporaryRedis.shared.get()
        self.database = self.server.newDatabase()
        self.address = self.server.address(self.database)
    }

    @Test("keys of every shape arrive, whatever bytes are in them")
    func shapes() throws {
        let report = try RedisExporter(self.address).export(Meters.first)
        #expect(report.target == self.address)
        #expect(
            report.tables == [
                .init(name: "meter:{id}:status", rows: 2), .init(name: "meter:{id}:reading", rows: 2),
                .init(name: "queue:readings", rows: 2),
            ])
        let connection = try RedisConnection(RedisAddress(self.address))
        #expect(try connection.command(["GET", "meter:2:status"]) == .text(Meters.hostileText))
        #expect(
            try connection.command(["HGETALL", "meter:1:reading"])
                == .array([.text("kwh"), .text("17"), .text("unit of it"), .text("")]))
        #expect(
            try connection.command(["ZRANGE", "queue:readings", "0", "-1", "WITHSCORES"])
                == .array([.text("meter 2"), .text("0.5"), .text("meter:1"), .text("1754000000")]))
        #expect(
            try self.server.ask(
                ["HMGET", "agentledger_export:meters", "ledger_id", "schema_version", "position", "settings"],
                in: self.database) == "ledger-1\n1\n10\nscale=1")
    }

    @Test("a rerun brings over what changed, takes away what is gone, and leaves what a whole export would")
    func rerun() throws {
        let fresh = self.server.newDatabase()
        _ = try RedisExporter(self.address).export(Meters.first)
        try self.server.ask(["SET", "somebody:else", "1"], in: self.database)
        let report = try RedisExporter(self.address).export(Meters.first.later)
        #expect(report.fromPosition == 10 && report.toPosition == 20)
        #expect(
            report.tables == [
                .init(name: "meter:{id}:status", rows: 1, removed: 1),
                .init(name: "meter:{id}:reading", rows: 1, removed: 1),
                .init(name: "queue:readings", rows: 2, removed: 1),
            ])
        _ = try RedisExporter(self.server.address(fresh)).export(Meters.first.later)
        let others = ["somebody:else 1"]
        #expect(try self.server.contents(of: self.database) == self.server.contents(of: fresh) + others)
    }

    @Test("a rerun with nothing new writes nothing")
    func nothingNew() throws {
        _ = try RedisExporter(self.address).export(Meters.first)
        try self.server.ask(["SET", "meter:1:status", "changed by hand"], in: self.database)
        let report = try RedisExporter(self.address).export(Meters.first)
        #expect(report.rows == 0 && report.fromPosition == 10)
        #expect(try self.server.ask(["GET", "meter:1:status"], in: self.database) == "changed by hand")
    }

    @Test("keys and members that the server evicted come back with the next export, and nothing else is written")
    func evicted() throws {
        _ = try RedisExporter(self.address).export(Meters.first)
        let before = try self.server.contents(of: self.database)
        for source in [Meters.first, Meters.first.later] {
            try self.server.ask(["DEL", "meter:1:reading", "queue:readings"], in: self.database)
            try self.server.ask(["SET", "meter:2:status", "changed by hand"], in: self.database)
            if source.position == 10 {
                let report = try RedisExporter(self.address).export(source)
                #expect(report.tables.map(\.rows) == [0, 1, 2])
                try self.server.ask(
                    ["SET", "meter:2:status", Meters.hostileText.replacing("\0", with: "")], in: self.database)
                let after = try self.server.contents(of: self.database)
                #expect(
                    after.filter { !$0.contains("meter:2:status") } == before.filter { !$0.contains("meter:2:status") })
            } else {
                _ = try RedisExporter(self.address).export(source)
                let fresh = self.server.newDatabase()
                _ = try RedisExporter(self.server.address(fresh)).export(source)
                #expect(try self.server.contents(of: self.database) == self.server.contents(of: fresh))
            }
        }
    }

    @Test("a key with a time to live expires, and only comes back while its time is not over")
    func expiry() throws {
        var source = Meters.first
        source.changes = [
            (0, .text(key: "meter:1:status", "turning", expiresInMilliseconds: 60_000), 1),
            (0, .text(key: "meter:2:status", "turning", expiresInMilliseconds: 1), 2),
        ]
        _ = try RedisExporter(self.address).export(source)
        let life = try #require(Int(self.server.ask(["PTTL", "meter:1:status"], in: self.database)))
        #expect((1...60_000).contains(life))
        while try self.server.ask(["EXISTS", "meter:2:status"], in: self.database) == "1" {}
        #expect(try RedisExporter(self.address).export(source).rows == 0)
        try self.server.ask(["DEL", "meter:1:status"], in: self.database)
        #expect(try RedisExporter(self.address).export(source).rows == 1)
        let rest = try #require(Int(self.server.ask(["PTTL", "meter:1:status"], in: self.database)))
        #expect((1..<life).contains(rest))
        // Another time of judgement has other lives.
        source.clock = 1_754_000_000_000_000
        #expect(try RedisExporter(self.address).export(source).rows == 1)
    }

    @Test("other settings, or an older version, are written anew, at the same position too")
    func anew() throws {
        for change in [{ $0.keySettings = "scale=2" }, { $0.schema = Schema("meters", version: 2, tables: []) }]
            as [(inout Meters) -> Void]
        {
            let database = self.server.newDatabase()
            _ = try RedisExporter(self.server.address(database)).export(Meters.first)
            var source = Meters.first
            change(&source)
            #expect(try RedisExporter(self.server.address(database)).export(source).rows == 6)
            #expect(try RedisExporter(self.server.address(database)).export(source).rows == 0)
            let report = try RedisExporter(self.server.address(database)).export(source.later)
            #expect(report.tables.map(\.removed) == [1, 1, 1])
        }
    }

    @Test("thousands of keys go out in one transaction")
    func many() throws {
        #expect(try RedisExporter(self.address).export(Meters.many).rows == 12_345)
        #expect(try self.server.ask(["DBSIZE"], in: self.database) == "12346")
    }

    @Test("a database of another ledger, of a newer version, or ahead is refused and left alone")
    func refusals() throws {
        _ = try RedisExporter(self.address).export(Meters.first.later)
        let before = try self.server.contents(of: self.database)
        func code(_ change: (inout Meters) -> Void) -> ExportError.Code? {
            var source = Meters.first
            source.position = 30
            change(&source)
            return #expect(throws: ExportError.self) { try RedisExporter(self.address).export(source) }?.code
        }
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.position = 19 } == .targetAhead)
        #expect(code { $0.schema = Schema("meters", version: 0, tables: []) } == .newerSchema)
        #expect(code { $0.keyFamilies = [] } == .unsuitableSchema)
        #expect(try self.server.contents(of: self.database) == before)
    }

    @Test(
        "a database that holds one of our names is refused, and told by that name",
        arguments: ["meter:2:reading", "queue:readings", "agentledger_export:meters"])
    func notOurs(key: String) throws {
        try self.server.ask(["SET", key, "mine"], in: self.database)
        let error = #expect(throws: ExportError.self) { try RedisExporter(self.address).export(Meters.first) }
        #expect(error?.code == .notOurs)
        #expect(error?.message.contains(key) ?? false)
        #expect(try self.server.ask(["DBSIZE"], in: self.database) == "1")
    }

    @Test("a key that somebody made something else of is written anew, also where nothing else changed")
    func otherType() throws {
        let whole = self.server.newDatabase()
        for source in [Meters.first, Meters.first.later] {
            _ = try RedisExporter(self.address).export(source)
            try self.server.ask(["FLUSHDB"], in: whole)
            _ = try RedisExporter(self.server.address(whole)).export(source)
            try self.server.ask(["DEL", "queue:readings", "meter:1:reading", "meter:1:status"], in: self.database)
            try self.server.ask(["SET", "queue:readings", "mine"], in: self.database)
            try self.server.ask(["RPUSH", "meter:1:reading", "mine"], in: self.database)
            try self.server.ask(["HSET", "meter:1:status", "mine", "1"], in: self.database)
            _ = try RedisExporter(self.address).export(source)
            #expect(try self.server.contents(of: self.database) == self.server.contents(of: whole))
            try self.server.ask(["SET", "queue:readings", "mine"], in: self.database)
        }
        // With other settings, all is written anew.
        var other = Meters.first.later
        other.keySettings = "scale=2"
        _ = try RedisExporter(self.address).export(other)
        #expect(try self.server.ask(["TYPE", "queue:readings"], in: self.database) == "zset")
    }

    @Test("an export that is stopped leaves the keys as they were")
    func stopped() throws {
        _ = try RedisExporter(self.address).export(Meters.first)
        let before = try self.server.contents(of: self.database)
        var later = Meters.first.later
        later.beforeChange = { if $0 == 1 { throw Interruption() } }
        #expect(throws: Interruption.self) { try RedisExporter(self.address).export(later) }
        #expect(try self.server.contents(of: self.database) == before)
        #expect(try RedisExporter(self.address).export(Meters.first.later).rows == 4)
    }

    @Test("an export that another one overtakes says so, and changes nothing")
    func overtaken() throws {
        _ = try RedisExporter(self.address).export(Meters.first)
        let (server, database) = (self.server, self.database)
        var later = Meters.first.later
        later.beforeChange = {
            if $0 == 0 { try server.ask(["HSET", "agentledger_export:meters", "position", "15"], in: database) }
        }
        let error = #expect(throws: ExportError.self) { try RedisExporter(self.address).export(later) }
        #expect(error?.message.contains("run again") ?? false)
        #expect(try self.server.ask(["GET", "meter:1:status"], in: self.database) == "turning")
    }

    @Test("a server that goes away midway is one error that says what to do")
    func killed() throws {
        let server = try TemporaryRedis()
        var source = Meters.many
        source.beforeChange = { if $0 == 5000 { server.stop() } }
        let error = #expect(throws: ExportError.self) { try RedisExporter(server.address(0)).export(source) }
        #expect(error?.code == .connectionLost)
        #expect(error?.message.contains("run again") ?? false)
    }

    @Test("a server that is not there is told with the remedy, and no password")
    func unreachable() throws {
        for address in ["redis://:secret@127.0.0.1:1/0", "redis+unix://:secret@/not/there.sock"] {
            let error = #expect(throws: ExportError.self) { try RedisExporter(address).export(Meters.first) }
            #expect(error?.code == .cannotConnect)
            #expect(error?.message.contains("Check that the server runs") ?? false)
            #expect(!"\(error!)".contains("secret"))
        }
    }

    @Test("a server that lets nobody in is told, and no password")
    func wrongPassword() throws {
        let error = #expect(throws: ExportError.self) {
            try RedisExporter("redis://ada:secret@127.0.0.1:\(self.server.port)/0").export(Meters.first)
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("Check the password") ?? false)
        #expect(!"\(error!)".contains("secret"))
    }

    @Test("a socket is as good as a port")
    func socket() throws {
        let address = "redis+unix://\(self.server.socket)?db=\(self.database)"
        let report = try RedisExporter(address).export(Meters.first)
        #expect(report.target == address)
        #expect(try RedisExporter(self.address).export(Meters.first).rows == 0)
    }

    @Test("addresses name a place and a database")
    func addresses() throws {
        func address(_ text: String) throws -> RedisAddress { try RedisAddress(text) }
        #expect(try address("redis://cache").place == .host("cache", port: 6379))
        #expect(try address("redis://[::1]:7000/3").place == .host("::1", port: 7000))
        #expect(try address("redis://[::1]:7000/3").description == "redis://[::1]:7000/3")
        let full = try address("redis://ada:se%40cret@cache:7000/12")
        #expect(full.user == "ada" && full.password == "se@cret" && full.database == 12)
        #expect(full.description == "redis://cache:7000/12")
        for wrong in ["redis://", "redis://cache/x", "redis://cache:99999", "redis+unix://cache", "redis://c?x=1"] {
            let error = #expect(throws: ExportError.self) { try address(wrong) }
            #expect(error?.message.contains("redis://HOST:PORT/DATABASE") ?? false)
        }
    }
}
