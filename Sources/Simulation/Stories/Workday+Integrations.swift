import LedgerDomain
import LedgerEvents

/// Services are connected, break, and are let go.
extension Workday {
    /// One is on trial for a day, another for some weeks.
    mutating func tryIntegration() -> Bool {
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        let integration: IntegrationID = self.dice.id(at: script.now)
        let serial = self.nextSerial()
        let type = "\(self.dice.pick(["slack", "salesforce", "hubspot", "google_sheets"]))_\(serial)"
        let secret = "vault:org-\(self.organization.number)/\(type)"
        self.connect(integration, type, secret, in: &script)
        script.add(
            after: Milliseconds.minute,
            .integration(
                .reconfigure(
                    .with {
                        $0.id = integration
                        $0.name = "On trial"
                        $0.config = JSONText(uncheckedCanonical: #"{"channel":"general"}"#)
                    })))
        script.add(after: Milliseconds.hour, .integration(.use(.with { $0.id = integration })))
        script.actor = .runtime
        script.source = .worker
        script.add(
            after: self.dice.within(Milliseconds.minute...Milliseconds.hour),
            .integration(
                .fail(
                    .with {
                        $0.id = integration
                        $0.error = "401 from \(type)"
                    })))
        script.actor = self.organization.administrator.actor
        script.source = .web
        script.add(
            after: 10 * Milliseconds.minute,
            .integration(
                .rotateCredentials(
                    .with {
                        $0.id = integration
                        $0.credentials = "\(secret)/2"
                    })))
        self.connect(integration, type, "\(secret)/2", in: &script)
        self.letGo(of: integration, in: &script)
        let kept: IntegrationID = self.dice.id(at: script.now)
        self.connect(kept, "\(type)_kept", "\(secret)/kept", in: &script)
        let count = script.requests.count
        self.letGo(of: kept, in: &script)
        self.postpone(&script, after: count)
        self.plan(script)
        return true
    }

    private func letGo(of integration: IntegrationID, in script: inout Script) {
        script.add(
            after: 4 * Milliseconds.hour,
            .integration(
                .disconnect(
                    .with {
                        $0.id = integration
                        $0.reason = "the trial is over"
                    })))
        script.add(after: Milliseconds.minute, .integration(.remove(.with { $0.id = integration })))
    }

    private func connect(
        _ integration: IntegrationID, _ type: String, _ secret: String, in script: inout Script
    ) {
        script.add(
            after: Milliseconds.minute,
            .integration(
                .connect(
                    .with {
                        $0.id = integration
                        $0.organization = self.organization.id
                        $0.integrationType = type
                        $0.credentials = secret
                    })))
    }
}
