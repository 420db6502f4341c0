/// Waits until the condition holds; ends with the test when its time limit is over.
package func until(_ condition: () throws -> Bool) async throws {
    while try !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
