import Dispatch

/// Returns at the instant, and no sooner in a task that is cancelled: who stops must wait for the rest all the same.
package func pause(until instant: ContinuousClock.Instant) async {
    let wait = (instant - .now).nanoseconds
    guard wait > 0 else { return }
    await withCheckedContinuation { continuation in
        pauses.asyncAfter(deadline: .now() + .nanoseconds(wait)) { continuation.resume() }
    }
}

private let pauses = DispatchQueue(label: "slipgate.pauses")
