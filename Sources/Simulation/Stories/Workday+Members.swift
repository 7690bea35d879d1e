import LedgerDomain
import LedgerEvents

/// People come, go, and look after their accounts.
extension Workday {
    /// Registers somebody; they are not yet a member.
    mutating func register(_ role: Role, in script: inout Script) -> SimulatedMember {
        let serial = self.nextSerial()
        let (given, family) = (self.dice.pick(Names.given), self.dice.pick(Names.family))
        let member = SimulatedMember(
            user: self.dice.id(at: script.now), membership: self.dice.id(at: script.now.advanced(byMilliseconds: 1)),
            role: role, given: given, family: family, email: self.address(given, family, serial), busyOn: self.day)
        let login = self.dice.chance(perMille: 300) ? self.dice.hexadecimal(20) : nil
        script.add(
            after: 2 * Milliseconds.minute,
            .user(
                .register(
                    .with {
                        $0.id = member.user
                        $0.email = member.email
                        $0.displayName = member.displayName
                        $0.givenName = given
                        $0.familyName = family
                        $0.authProvider = login == nil ? .email : .google
                        $0.authProviderID = login
                    })))
        script.add(
            after: 3 * Milliseconds.minute,
            .user(
                .verifyEmail(
                    .with {
                        $0.id = member.user
                        $0.email = member.email
                    })))
        if login == nil { self.setPassword(of: member, in: &script) }
        return member
    }

    private func address(_ given: String, _ family: String, _ serial: Int) -> String {
        "\(given.lowercased()).\(family.lowercased()).\(serial)@org-\(self.organization.number).example"
    }

    private mutating func setPassword(of member: SimulatedMember, in script: inout Script) {
        let hash = "$argon2id$v=19$m=65536,t=3,p=4$\(self.dice.hexadecimal(22))$\(self.dice.hexadecimal(43))"
        script.add(
            after: Milliseconds.minute,
            .user(
                .setPassword(
                    .with {
                        $0.id = member.user
                        $0.hash = hash
                    })))
    }

    func add(_ member: SimulatedMember, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .membership(
                .add(
                    .with {
                        $0.id = member.membership
                        $0.organization = self.organization.id
                        $0.user = member.user
                        $0.role = member.role
                    })))
    }

    mutating func hire() -> Bool {
        guard self.organization.members.count < 10 else { return false }
        var script = self.script(as: .operations, hour: 9)
        let member = self.register(self.dice.pick([.viewer, .member, .member, .admin]), in: &script)
        script.actor = self.organization.administrator.actor
        self.add(member, in: &script)
        self.organization.members.append(member)
        self.plan(script)
        return true
    }

    /// Not the founder and not the first administrator, who act for the organization.
    private mutating func claimEmployee() -> Int? {
        let leaders = [self.organization.founder.user, self.organization.administrator.user]
        return self.claimMember(.viewer, .member, .admin) { !leaders.contains($0.user) }
    }

    /// Some days from now, when nothing that they began is under way any more.
    mutating func letGo() -> Bool {
        guard self.organization.members.count > 4, let index = self.claimEmployee() else { return false }
        let member = self.organization.members.remove(at: index)
        var script = self.script(as: self.organization.administrator.actor, hour: 16, daysLater: 3)
        script.add(
            .membership(
                .remove(
                    .with {
                        $0.id = member.membership
                        $0.reason = "left"
                    })))
        script.actor = member.actor
        script.add(after: Milliseconds.hour, .user(.delete(.with { $0.id = member.user })))
        self.plan(script)
        return true
    }

    mutating func promote() -> Bool {
        guard let index = self.claimEmployee() else { return false }
        let member = self.organization.members[index]
        let role: Role = member.role == .member ? .admin : .member
        self.organization.members[index].role = role
        var script = self.script(as: self.organization.administrator.actor, hour: 10)
        script.add(
            .membership(
                .changeRole(
                    .with {
                        $0.id = member.membership
                        $0.role = role
                    })))
        self.plan(script)
        return true
    }

    mutating func permit() -> Bool {
        guard let index = self.claimEmployee() else { return false }
        let serial = self.nextSerial()
        var script = self.script(as: self.organization.administrator.actor, hour: 10)
        script.add(
            .membership(
                .changePermissions(
                    .with {
                        $0.id = self.organization.members[index].membership
                        $0.permissions = ["runs:read", "runs:cancel", "project:\(serial)"]
                    })))
        self.plan(script)
        return true
    }

    mutating func changeEmail() -> Bool {
        guard let index = self.claimMember(.viewer, .member, .admin, .owner) else { return false }
        let serial = self.nextSerial()
        let member = self.organization.members[index]
        let email = self.address(member.given, member.family, serial)
        self.organization.members[index].email = email
        var script = self.script(as: member.actor, hour: 11)
        script.add(
            .user(
                .changeEmail(
                    .with {
                        $0.id = member.user
                        $0.email = email
                    })))
        script.add(
            after: 4 * Milliseconds.minute,
            .user(
                .verifyEmail(
                    .with {
                        $0.id = member.user
                        $0.email = email
                    })))
        self.plan(script)
        return true
    }

    /// A new picture, and another way to log in.
    mutating func changePerson() -> Bool {
        guard let index = self.claimMember(.viewer, .member, .admin, .owner) else { return false }
        let member = self.organization.members[index]
        let serial = self.nextSerial()
        let login = self.dice.hexadecimal(20)
        var script = self.script(as: member.actor, hour: 12)
        script.add(
            .user(
                .changeProfile(
                    .with {
                        $0.id = member.user
                        $0.displayName = member.displayName
                        $0.givenName = member.given
                        $0.familyName = member.family
                        $0.avatarURL = "https://pictures.example/\(self.organization.number)/\(serial).png"
                    })))
        script.add(
            after: Milliseconds.minute,
            .user(
                .linkAuthProvider(
                    .with {
                        $0.id = member.user
                        $0.provider = serial.isMultiple(of: 2) ? .microsoft : .github
                        $0.providerID = login
                    })))
        self.plan(script)
        return true
    }

    /// A second factor, lost and replaced.
    mutating func secure() -> Bool {
        guard let index = self.claimMember(.viewer, .member, .admin, .owner) else { return false }
        let member = self.organization.members[index]
        var script = self.script(as: member.actor, hour: 13)
        self.setPassword(of: member, in: &script)
        self.enableMFA(of: member, in: &script)
        script.add(after: Milliseconds.hour, .user(.disableMFA(.with { $0.id = member.user })))
        self.enableMFA(of: member, in: &script)
        self.plan(script)
        return true
    }

    private mutating func enableMFA(of member: SimulatedMember, in script: inout Script) {
        let secret = "vault:users/\(self.dice.hexadecimal(12))/totp"
        script.add(
            after: Milliseconds.minute,
            .user(
                .enableMFA(
                    .with {
                        $0.id = member.user
                        $0.secret = secret
                    })))
    }

    private static let platformRoles = [["user"], ["user", "beta"], ["user", "partner"]]
    private static let namespaces = [[], ["production"], ["production", "staging"], ["staging"]]

    mutating func changePlatformAccess() -> Bool {
        guard let index = self.claimMember(.viewer, .member, .admin, .owner) else { return false }
        self.organization.members[index].accessChanged += 1
        self.organization.members[index].tier = self.organization.members[index].tier.following
        let member = self.organization.members[index]
        var script = self.script(as: .operations, hour: 14, source: .platform)
        script.add(
            .user(
                .changePlatformRoles(
                    .with {
                        $0.id = member.user
                        $0.roles = Self.platformRoles[member.accessChanged % Self.platformRoles.count]
                    })))
        script.add(
            after: Milliseconds.minute,
            .user(
                .changeNamespaceAccess(
                    .with {
                        $0.id = member.user
                        $0.namespaces = Self.namespaces[member.accessChanged % Self.namespaces.count]
                    })))
        script.add(
            after: Milliseconds.minute,
            .user(
                .changeTier(
                    .with {
                        $0.id = member.user
                        $0.tier = member.tier
                    })))
        self.plan(script)
        return true
    }

    /// An account is closed for some hours.
    mutating func lock() -> Bool {
        guard let index = self.claimEmployee() else { return false }
        let user = self.organization.members[index].user
        var script = self.script(as: .operations, hour: 9, source: .platform)
        script.add(
            .user(
                .deactivate(
                    .with {
                        $0.id = user
                        $0.reason = "a password was found in a leak"
                    })))
        script.add(after: 6 * Milliseconds.hour, .user(.reactivate(.with { $0.id = user })))
        self.plan(script)
        return true
    }
}
