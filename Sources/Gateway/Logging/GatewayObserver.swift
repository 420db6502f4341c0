package import HTTPCore

/// Counts each request, and logs it if that is wanted.
package struct GatewayObserver: RequestObserver {
    let meter: RequestMeter
    let log: AccessLog?
    let sessions: SessionRegistry

    package func ended(_ record: RequestRecord) {
        meter.count(record)
        log?.write(record, route: meter.template(record.route)) { name in
            sessions.id(named: name, of: record.principal ?? Principal.everyone.name)
        }
    }
}
