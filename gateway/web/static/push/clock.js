// The server's time, measured. Rule 1: the device's wall clock is never read; `performance.now` only
// counts what passes between two probes. Rule 2: of several probes the one with the shortest way counts.

/** Offset (server − local) of the best of some probes {sent, received, server}; null for none. */
export function best(samples) {
  let found = null;
  for (const { sent, received, server } of samples) {
    const trip = received - sent;
    if (trip < 0 || !Number.isFinite(server)) continue;
    if (found === null || trip < found.trip) found = { trip, offset: server - (sent + received) / 2 };
  }
  return found;
}

export class ServerClock {
  /** probe: async () => server time in ms. local: a monotonic count of ms. */
  constructor({ probe, local = () => performance.now(), probes = 5 }) {
    this.probe = probe;
    this.local = local;
    this.probes = probes;
    this.offset = null;
    this.trip = null;
    this.running = null;
  }

  get ready() {
    return this.offset !== null;
  }

  now() {
    return this.offset === null ? null : this.local() + this.offset;
  }

  /** Probe again; the result replaces what was measured before. */
  sync() {
    this.running ??= this.measure().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async measure() {
    const samples = [];
    for (let count = 0; count < this.probes; count += 1) {
      const sent = this.local();
      const server = await this.probe().catch(() => null);
      if (server !== null) samples.push({ sent, received: this.local(), server });
    }
    const found = best(samples);
    if (found) Object.assign(this, { offset: found.offset, trip: found.trip });
    return found !== null;
  }

  /**
   * A stamp that came with a message: it was true or older when it arrived, never younger. If it lies
   * ahead of our count, our count stood still (sleep) or was wrong: take it, and probe.
   */
  heard(serverMs, toleranceMs = 400) {
    if (!Number.isFinite(serverMs)) return;
    const offset = serverMs - this.local();
    if (this.offset === null || offset > this.offset + toleranceMs) {
      this.offset = offset;
      void this.sync();
    }
  }
}
