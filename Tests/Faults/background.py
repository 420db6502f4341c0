"""What goes on beside a scenario, on a thread of its own."""

import threading


class Background(threading.Thread):
    """Begins at once; what it fails with is raised where it is waited for."""

    def __init__(self, work, *arguments):
        super().__init__(daemon=True)
        self.work, self.arguments, self.failure = work, arguments, None
        self.start()

    def run(self):
        try:
            self.work(*self.arguments)
        except BaseException as failure:  # raised by `finish`
            self.failure = failure

    def finish(self):
        self.join()
        if self.failure:
            raise self.failure
