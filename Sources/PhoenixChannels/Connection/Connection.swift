/// One websocket to a Phoenix server with the topics joined on it: the callback-shaped core.
package final class Connection: Sendable {
    package init(
        endpoint: Endpoint, configuration: ConnectionConfiguration = ConnectionConfiguration(),
        transport: any Transport, delegate: any ConnectionDelegate
    ) {}

    package func open() {}

    package func join(_ topic: String, params: JSONText) throws(CommandError) {}

    package func leave(_ topic: String) throws(CommandError) {}

    package func push(_ topic: String, event: String, payload: Payload) throws(CommandError) -> Ref { Ref(1) }

    package func close() {}
}

package struct Endpoint: Sendable {}
package struct ConnectionConfiguration: Sendable { package init() {} }
package protocol Transport: Sendable {}
