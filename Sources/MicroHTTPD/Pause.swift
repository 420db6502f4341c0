/// Returns at the instant, and no sooner in a task that is cancelled: who stops must wait for the rest all the same.
package func pause(until instant: ContinuousClock.Instant) async {
    await Task { try? await Task.sleep(until: instant, clock: .continuous) }.value
}
