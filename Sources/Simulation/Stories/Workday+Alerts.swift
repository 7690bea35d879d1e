import LedgerDomain
import LedgerEvents

/// Agents are watched, and sometimes the alarm goes off.
extension Workday {
    /// For a day: a rule that is too strict, an alert and its end, and another that nobody looks at for some weeks.
    mutating func watchAgent() -> Bool {
        guard let index = self.claimAgent() else { return false }
        let agent = self.organization.agents[index].id
        var script = self.script(as: self.organization.administrator.actor, hour: 8)
        let rule: AlertRuleID = self.dice.id(at: script.now)
        var settings = AlertRuleSettings()
        settings.name = "watch \(self.nextSerial())"
        settings.conditions = JSONText(uncheckedCanonical: #"{"status":"error","consecutive_failures":1}"#)
        settings.channels = JSONText(uncheckedCanonical: ##"{"slack":"#alerts"}"##)
        script.add(
            .alertRule(
                .define(
                    .with {
                        $0.id = rule
                        $0.organization = self.organization.id
                        $0.agent = agent
                        $0.settings = settings
                    })))
        let alert = self.trigger(rule, in: &script)
        self.resolve(alert, in: &script)
        script.add(
            after: Milliseconds.minute,
            .alertRule(
                .disable(
                    .with {
                        $0.id = rule
                        $0.reason = "too strict"
                    })))
        settings.conditions = self.drawConditions()
        settings.severity = self.dice.chance(perMille: 300) ? .critical : .info
        script.add(
            after: 10 * Milliseconds.minute,
            .alertRule(
                .change(
                    .with {
                        $0.id = rule
                        $0.settings = settings
                    })))
        script.add(after: Milliseconds.minute, .alertRule(.enable(.with { $0.id = rule })))
        let late = self.trigger(rule, in: &script)
        script.add(after: 8 * Milliseconds.hour, .alertRule(.delete(.with { $0.id = rule })))
        let count = script.requests.count
        self.resolve(late, in: &script)
        self.postpone(&script, after: count)
        self.plan(script)
        return true
    }

    private mutating func trigger(_ rule: AlertRuleID, in script: inout Script) -> AlertID {
        let alert: AlertID = self.dice.id(at: script.now)
        script.actor = .monitoring
        script.source = .platform
        script.add(
            after: self.dice.within(Milliseconds.minute...Milliseconds.hour),
            .alert(
                .trigger(
                    .with {
                        $0.id = alert
                        $0.rule = rule
                        $0.details = JSONText(uncheckedCanonical: #"{"consecutive_failures":1}"#)
                    })))
        script.actor = self.organization.administrator.actor
        script.source = .web
        return alert
    }

    private mutating func resolve(_ alert: AlertID, in script: inout Script) {
        script.add(
            after: self.dice.within(Milliseconds.minute...Milliseconds.hour),
            .alert(
                .resolve(
                    .with {
                        $0.id = alert
                        $0.resolution = "one failure is none"
                    })))
    }

    private mutating func drawConditions() -> JSONText {
        let conditions = [
            #"{"status":"error","consecutive_failures":\#(self.dice.within(3...9))}"#,
            #"{"error_rate_percent":\#(self.dice.within(20...60)),"window_minutes":60,"minimum_executions":10}"#,
            #"{"latency_ms":\#(1000 * self.dice.within(60...600))}"#, #"{"missed_heartbeat_seconds":90}"#,
        ]
        return JSONText(uncheckedCanonical: self.dice.pick(conditions))
    }
}
