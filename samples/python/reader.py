"""Puts the pieces of one generation in order: nothing twice, nothing missing, restarts taken into account. No messaging here."""


class Reader:
    """Feed it events in any order. `missing_after` is the sequence to ask a replay for, or None when there is no gap."""

    def __init__(self, generation_id):
        self.id = generation_id
        self.last = 0  # every piece up to this sequence has been seen
        self.state = None  # the terminal event's kind, once everything before it has been seen
        self.outcome = None  # its message
        self._texts = []  # (sequence, text) of what still counts
        self._ahead = {}  # pieces that came before their turn
        self._ended = None  # (kind, message), perhaps before the last piece

    @property
    def text(self):
        return "".join(text for _, text in self._texts)

    @property
    def missing_after(self):
        if self.state:
            return None
        behind_the_end = self._ended and self.last < self._ended[1]["lastSequence"]
        return self.last if self._ahead or behind_the_end else None

    def chunk(self, chunk):
        """Takes a piece; returns the pieces that are now in order, this one among them or not."""
        sequence = chunk["sequence"]
        if sequence > self.last:  # otherwise it is a duplicate
            self._ahead[sequence] = chunk
        ready = []
        while self.last + 1 in self._ahead:
            self.last += 1
            ready.append(self._ahead.pop(self.last))
            self._keep(ready[-1])
        self._settle()
        return ready

    def terminal(self, kind, message):
        """Takes a terminal event. It counts once every piece before it is there."""
        self._ended = self._ended or (kind, message)
        self._settle()

    def _keep(self, chunk):
        if chunk["kind"] == "Restarted":
            keep = chunk.get("keepThrough") or 0
            self._texts = [(sequence, text) for sequence, text in self._texts if sequence <= keep]
        elif chunk["kind"] == "Text":
            self._texts.append((chunk["sequence"], chunk.get("text") or ""))

    def _settle(self):
        if self._ended and self.last >= self._ended[1]["lastSequence"]:
            self.state, self.outcome = self._ended
