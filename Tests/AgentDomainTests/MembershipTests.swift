import LedgerDomain
import LedgerEvents
import Testing

@Suite("A membership")
struct MembershipTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let ada: UserID
    let bob: UserID

    init() {
        self.acme = self.scenario.organization()
        self.ada = self.scenario.user("ada@example.org")
        self.bob = self.scenario.user("bob@example.org")
    }

    private func add(_ user: UserID, _ role: Role = .member, to organization: OrganizationID? = nil) -> DomainCommand {
        .membership(
            .add(
                .with {
                    $0.id = self.scenario.newID()
                    $0.organization = organization ?? self.acme
                    $0.user = user
                    $0.role = role
                }))
    }

    private func change(_ membership: MembershipID, to role: Role) -> DomainCommand {
        .membership(
            .changeRole(
                .with {
                    $0.id = membership
                    $0.role = role
                }))
    }

    private func remove(_ membership: MembershipID) -> DomainCommand {
        .membership(.remove(.with { $0.id = membership }))
    }

    @Test("joins a user and an organization that exist")
    func addition() throws {
        let membership = self.scenario.member(self.ada, of: self.acme)
        let state = try #require(self.scenario.find(membership))
        #expect(state.role == .member)
        #expect(state.owner == self.acme)
        #expect(state.joinedAt == self.scenario.now)
        self.scenario.refuse(self.add(self.scenario.newID()), .notFound, says: "there is no user")
        self.scenario.refuse(self.add(self.bob, to: self.scenario.newID()), .notFound, says: "no organization")
        self.scenario.accept(.user(.delete(.with { $0.id = self.bob })), gives: "user.deleted")
        self.scenario.refuse(self.add(self.bob), .ruleBroken, says: "user \(self.bob) was deleted")
        let gone = self.scenario.organization("globex")
        self.scenario.delete(gone)
        self.scenario.refuse(self.add(self.ada, to: gone), .ruleBroken, says: "organization \(gone) was deleted")
    }

    @Test("there is one for a user and an organization at a time")
    func uniqueness() {
        let membership = self.scenario.member(self.ada, of: self.acme)
        self.scenario.refuse(self.add(self.ada, .admin), .notUnique, says: "is taken by membership \(membership)")
        self.scenario.accept(self.remove(membership), gives: "membership.removed")
        self.scenario.refuse(self.change(membership, to: .admin), .ruleBroken, says: "was removed")
        _ = self.scenario.member(self.ada, of: self.acme)
        _ = self.scenario.member(self.bob, of: self.acme)
        _ = self.scenario.member(self.ada, of: self.scenario.organization("globex"))
    }

    @Test("of the last owner can be neither demoted nor removed, until there is another")
    func lastOwner() {
        let first = self.scenario.member(self.ada, of: self.acme, .owner)
        let second = self.scenario.member(self.bob, of: self.acme, .admin)
        self.scenario.refuse(self.change(first, to: .admin), .ruleBroken, says: "user \(self.ada) is the last owner")
        self.scenario.refuse(self.remove(first), .ruleBroken, says: "make another member an owner first")
        self.scenario.accept(self.change(second, to: .owner), gives: "membership.role_changed")
        self.scenario.accept(self.change(first, to: .viewer), gives: "membership.role_changed")
        self.scenario.refuse(self.remove(second), .ruleBroken, says: "user \(self.bob) is the last owner")
        self.scenario.accept(self.remove(first), gives: "membership.removed")
    }

    @Test("of the last owner ends when the organization is gone")
    func lastOwnerOfNothing() {
        let membership = self.scenario.member(self.ada, of: self.acme, .owner)
        self.scenario.delete(self.acme)
        self.scenario.accept(self.remove(membership), gives: "membership.removed")
    }

    @Test("makes or unmakes an owner at an owner's word only, save the first")
    func ownersMakeOwners() {
        self.scenario.actor = .user(self.bob.bits)
        let first = self.scenario.member(self.ada, of: self.acme, .owner)
        let second = self.scenario.member(self.bob, of: self.acme, .admin)
        self.scenario.refuse(self.change(second, to: .owner), .notAuthorized, says: "is not an owner")
        self.scenario.refuse(self.remove(first), .notAuthorized, says: "only owners make or unmake owners")
        self.scenario.refuse(self.add(self.scenario.user("eve@example.org"), .owner), .notAuthorized)
        self.scenario.actor = .user(self.ada.bits)
        self.scenario.accept(self.change(second, to: .owner), gives: "membership.role_changed")
    }

    @Test("carries permissions beyond its role")
    func permissions() {
        let membership = self.scenario.member(self.ada, of: self.acme)
        func permit(_ permissions: [String]) -> DomainCommand {
            .membership(
                .changePermissions(
                    .with {
                        $0.id = membership
                        $0.permissions = permissions
                    }))
        }
        self.scenario.accept(permit(["export"]), gives: "membership.permissions_changed")
        #expect(self.scenario.find(membership)?.permissions == ["export"])
        self.scenario.accept(permit([]), gives: "membership.permissions_changed")
        self.scenario.refuse(permit(["a", "a"]), .invalidValue, says: "permissions names \"a\" twice")
    }
}
