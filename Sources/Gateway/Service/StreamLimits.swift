/// How streams of the log are kept going.
package struct StreamLimits: Sendable {
    /// Between signs of life: proxies often end a connection that is silent for 30 s or more.
    package var heartbeat = Duration.seconds(15)
    /// A stream ends after so long, so that clients come to a gateway that was put in place of this one; and one that
    /// nobody reads any more is gone by then.
    package var lifetime = Duration.seconds(600)

    package init() {}
}
