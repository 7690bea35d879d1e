import LedgerDomain
import LedgerEvents
import Testing

@Suite("A user")
struct UserTests {
    let scenario = Scenario()
    let ada: UserID

    init() { self.ada = self.scenario.user("Ada@Example.org") }

    private var state: User? { self.scenario.find(self.ada) }

    private func register(_ email: String, _ change: (inout UserRegistered) -> Void = { _ in }) -> DomainCommand {
        var registered = UserRegistered()
        registered.id = self.scenario.newID()
        registered.email = email
        change(&registered)
        return .user(.register(registered))
    }

    @Test("begins with the role user, an address as it was written, and no other way in")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.email == "Ada@Example.org")
        #expect(state.platformRoles == ["user"])
        #expect(state.namespaceAccess == [])
        #expect(state.authProvider == .email)
        #expect(state.tier == .starter)
        #expect(!state.isEmailVerified)
        #expect(!state.isMFAEnabled)
        #expect(state.owner == nil)
    }

    @Test("has an address that no other live user has, whatever the case")
    func uniqueAddress() {
        self.scenario.refuse(self.register("ada@example.ORG"), .notUnique, says: "is taken by user \(self.ada)")
        self.scenario.refuse(self.register("bob@example.org") { $0.id = self.ada }, .alreadyExists, says: "\(self.ada)")
        self.scenario.accept(.user(.delete(.with { $0.id = self.ada })), gives: "user.deleted")
        self.scenario.accept(self.register("ada@example.org"), gives: "user.registered")
    }

    @Test(
        "has a plausible address",
        arguments: ["", "ada", "@example.org", "ada@", "a da@example.org", "ada@b@c", "ada@example..org", "ada@.org"])
    func implausibleAddress(email: String) {
        self.scenario.refuse(self.register(email), .invalidValue, says: "is not an address")
    }

    @Test("verifies the current address; a new one has to be verified again")
    func verification() {
        func verify(_ email: String?) -> DomainCommand {
            .user(
                .verifyEmail(
                    .with {
                        $0.id = self.ada
                        $0.email = email
                    }))
        }
        let events = self.scenario.accept(verify(nil), gives: "user.email_verified")
        #expect(
            events == [
                .user(
                    .emailVerified(
                        .with {
                            $0.id = self.ada
                            $0.email = "Ada@Example.org"
                        }))
            ])
        #expect(self.state?.isEmailVerified == true)
        self.scenario.accept(
            .user(
                .changeEmail(
                    .with {
                        $0.id = self.ada
                        $0.email = "ada@new.example"
                    })), gives: "user.email_changed")
        #expect(self.state?.isEmailVerified == false)
        self.scenario.refuse(verify("ada@example.org"), .ruleBroken, says: "is ada@new.example now")
        self.scenario.accept(verify("ADA@new.example"), gives: "user.email_verified")
        self.scenario.accept(self.register("ada@example.org"), gives: "user.registered")
    }

    @Test(
        "has a password's hash, never a password",
        arguments: [
            "correct horse battery staple", "$ecret", "", "$1$a$", "$plain$is$my-long-password-1",
            "$argon2id$v=19$short",
            "hunter2hunter2hunter2hunter2", "$5$rounds$in this there are blanks",
        ])
    func clearPassword(text: String) {
        self.scenario.refuse(self.setPassword(text), .invalidValue, says: "never the password itself")
    }

    @Test(
        "takes hashes that name their scheme",
        arguments: [
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
            "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
            "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk",
            "$6$rounds=656000$zs2Kf4hUUCmGbGVm$9XpQZOJ9kHvzG6sQQqfoVZVnXbW6bIQyVJ0lY8YzCVxNn1nJFtXg5gV6dRz8K",
        ])
    func passwordHash(hash: String) {
        self.scenario.accept(self.setPassword(hash), gives: "user.password_set")
        #expect(self.state?.passwordHash == hash)
    }

    private func setPassword(_ hash: String) -> DomainCommand {
        .user(
            .setPassword(
                .with {
                    $0.id = self.ada
                    $0.hash = hash
                }))
    }

    private func enableMFA(_ secret: String) -> DomainCommand {
        .user(
            .enableMFA(
                .with {
                    $0.id = self.ada
                    $0.secret = secret
                }))
    }

    @Test(
        "keeps the second factor's secret elsewhere, and the refusal does not repeat it",

        arguments: [
            "JBSWY3DPEHPK3PXP", "otpauth://totp/ada?secret=JBSWY3DPEHPK3PXP", ":x", "vault:", "a b:c",
            "totp:JBSWY3DPEHPK3PXP", "ref:sk-abcdefghij0123456789klmn",
        ])
    func clearSecret(secret: String) throws {
        self.scenario.refuse(self.enableMFA(secret), .invalidValue, says: "never the secret")
        let state = try #require(self.state)
        let rejection = #expect(throws: Rejection.self) {
            try UserDecider.decide(
                .enableMFA(
                    .with {
                        $0.id = self.ada
                        $0.secret = secret
                    }), given: state, CommandContext(actor: self.scenario.actor, occurredAt: self.scenario.now),
                in: self.scenario)
        }
        #expect(rejection?.message.contains("JBSWY3DPEHPK3PXP") == false)
    }

    @Test("enables and disables a second factor")
    func secondFactor() {
        self.scenario.accept(self.enableMFA("vault:users/7/totp"), gives: "user.mfa_enabled")
        #expect(self.state?.isMFAEnabled == true)
        self.scenario.accept(.user(.disableMFA(.with { $0.id = self.ada })), gives: "user.mfa_disabled")
        #expect(self.state?.isMFAEnabled == false)
    }

    @Test("links one login of a provider, which nobody else has")
    func providers() {
        func link(_ user: UserID) -> DomainCommand {
            .user(
                .linkAuthProvider(
                    .with {
                        $0.id = user
                        $0.provider = .github
                        $0.providerID = "4711"
                    }))
        }
        self.scenario.accept(link(self.ada), gives: "user.auth_provider_linked")
        let bob = self.scenario.user("bob@example.org")
        self.scenario.refuse(link(bob), .notUnique, says: "this github login is taken by user \(self.ada)")
        self.scenario.refuse(
            self.register("eve@example.org") {
                $0.authProvider = .github
                $0.authProviderID = "4711"
            }, .notUnique)
    }

    @Test("logs in and out, session by session, and is remembered with the last login")
    func sessions() throws {
        let (first, second) = (self.scenario.newID(SessionIdentity.self), self.scenario.newID(SessionIdentity.self))
        func logIn(_ session: SessionID?) -> DomainCommand {
            .user(
                .logIn(
                    .with {
                        $0.id = self.ada
                        $0.session = session
                    }))
        }
        func logOut(_ session: SessionID?) -> DomainCommand {
            .user(
                .logOut(
                    .with {
                        $0.id = self.ada
                        $0.session = session
                    }))
        }
        self.scenario.accept(logOut(nil))
        self.scenario.accept(logIn(first), gives: "user.logged_in")
        self.scenario.accept(logIn(second), gives: "user.logged_in")
        self.scenario.accept(logIn(nil), gives: "user.logged_in")
        #expect(self.state?.lastLoginAt == self.scenario.now)
        self.scenario.accept(logOut(first), gives: "user.logged_out")
        #expect(self.state?.sessions == [second])
        self.scenario.accept(logOut(nil), gives: "user.logged_out")
        #expect(self.state?.sessions == [])
    }

    @Test("has at most 100 sessions in sight")
    func sessionLimit() {
        for _ in 0..<(User.sessionLimit + 5) {
            self.scenario.accept(
                .user(
                    .logIn(
                        .with {
                            $0.id = self.ada
                            $0.session = self.scenario.newID()
                        })), gives: "user.logged_in")
        }
        #expect(self.state?.sessions.count == User.sessionLimit)
    }

    @Test("changes profile, platform roles, namespaces and tier")
    func changes() throws {
        self.scenario.accept(
            .user(
                .changeProfile(
                    .with {
                        $0.id = self.ada
                        $0.displayName = "Ada Lovelace"
                        $0.givenName = "Ada"
                        $0.familyName = "Lovelace"
                        $0.avatarURL = "https://img.example/ada.png"
                    })), gives: "user.profile_changed")
        func roles(_ roles: [String]) -> DomainCommand {
            .user(
                .changePlatformRoles(
                    .with {
                        $0.id = self.ada
                        $0.roles = roles
                    }))
        }
        self.scenario.accept(roles(["user", "admin"]), gives: "user.platform_roles_changed")
        self.scenario.refuse(roles([]), .invalidValue, says: "roles must not be empty")
        self.scenario.refuse(roles(["user", "user"]), .invalidValue, says: "names \"user\" twice")
        self.scenario.accept(
            .user(
                .changeNamespaceAccess(
                    .with {
                        $0.id = self.ada
                        $0.namespaces = ["my-org"]
                    })), gives: "user.namespace_access_changed")
        self.scenario.accept(
            .user(
                .changeTier(
                    .with {
                        $0.id = self.ada
                        $0.tier = .enterprise
                    })), gives: "user.tier_changed")
        let state = try #require(self.state)
        #expect(state.displayName == "Ada Lovelace")
        #expect(state.platformRoles == ["user", "admin"])
        #expect(state.namespaceAccess == ["my-org"])
        #expect(state.tier == .enterprise)
    }

    @Test("who is inactive does not log in and sets no password until reactivated")
    func deactivation() {
        let logIn = DomainCommand.user(
            .logIn(
                .with {
                    $0.id = self.ada
                    $0.session = self.scenario.newID()
                }))
        self.scenario.accept(logIn, gives: "user.logged_in")
        self.scenario.accept(.user(.deactivate(.with { $0.id = self.ada })), gives: "user.deactivated")
        #expect(self.state?.sessions == [])
        self.scenario.refuse(logIn, .ruleBroken, says: "is inactive; reactivate the user first")
        self.scenario.refuse(self.setPassword("$2b$12$aaaaaaaaaaaaaaaaaaaa"), .ruleBroken, says: "is inactive")
        self.scenario.refuse(self.enableMFA("vault:a"), .ruleBroken, says: "is inactive")
        self.scenario.accept(.user(.logOut(.with { $0.id = self.ada })))
        self.scenario.accept(.user(.reactivate(.with { $0.id = self.ada })), gives: "user.reactivated")
        self.scenario.accept(logIn, gives: "user.logged_in")
    }

    @Test("who is deleted does nothing more")
    func deletion() {
        self.scenario.accept(.user(.delete(.with { $0.id = self.ada })), gives: "user.deleted")
        self.scenario.refuse(.user(.logIn(.with { $0.id = self.ada })), .ruleBroken, says: "was deleted at")
        self.scenario.refuse(.user(.reactivate(.with { $0.id = self.ada })), .ruleBroken, says: "was deleted at")
    }

    @Test("leaves every living organization before being deleted")
    func deletionOfMembers() {
        let acme = self.scenario.organization("acme")
        let globex = self.scenario.organization("globex")
        let membership = self.scenario.member(self.ada, of: acme)
        _ = self.scenario.member(self.ada, of: globex, .owner)
        let delete = DomainCommand.user(.delete(.with { $0.id = self.ada }))
        self.scenario.refuse(delete, .ruleBroken, says: "remove membership \(membership) first")
        self.scenario.accept(.membership(.remove(.with { $0.id = membership })), gives: "membership.removed")
        self.scenario.refuse(delete, .ruleBroken, says: "organization \(globex)")
        self.scenario.delete(globex)
        self.scenario.accept(delete, gives: "user.deleted")
    }
}
