// Commands of one person on one root, from the click to the truth.
// Rule 1: the id is made before anything is sent, and kept in this browser until the end is known;
// after a reload the question goes on with the same id.
// Rule 2: no answer is not "no": it is "checking", until command.status says what the log says.
// Rule 3: nothing is ever sent again under a new id, and nothing is sent again by itself.
// Rule 4: one act, one command. While an act is under way, the same act on the same thing (its lane) is
// that act, whatever else is asked of it; and shortly after it was sent the very same is meant once.

import { newId } from "../lib/ids.js";

export const CHECK_AFTER_MS = 3_000;
const CHECK_EVERY_MS = 1_500;
const KEPT_MAX = 50;
export const SAME_MS = 700; // so soon after it was sent, the very same act is the same act

/** The steps a person sees. */
export const STEPS = ["sending", "received", "accepted", "outbid", "refused", "checking", "not_seen", "failed"];
export const isSettled = (entry) => ["accepted", "outbid", "refused", "not_seen", "failed"].includes(entry.step);

const isId = ([name]) => name.endsWith("_id");

/** What an act is, on what: its method and the ids it names. Two acts of one lane never run beside each other. Pure. */
export const laneOf = (method, fields) => JSON.stringify([method, ...Object.entries(fields).filter(isId).sort()]);

/** What an outcome means for its entry. Pure. */
export function settled(entry, outcome) {
  const common = { ...entry, outcome, receipt: outcome.receipt ?? entry.receipt ?? null };
  if (outcome.outcome === "refused") return { ...common, step: "refused", code: outcome.code, params: outcome.params ?? {} };
  if (outcome.code) return { ...common, step: "refused", code: outcome.code, params: outcome.params ?? {} };
  return { ...common, step: outcome.standing === "outbid" ? "outbid" : "accepted" };
}

export class Commands {
  /**
   * root: {field, id}. send(method, body) and status(command_id, root): async, by socket or HTTP.
   * store: {load() → entries, save(entries)}. onChange(entry) after each step.
   */
  constructor({ root, send, status, store, onChange = () => {}, now = () => Date.now(), id = newId, checkAfterMs = CHECK_AFTER_MS, checkEveryMs = CHECK_EVERY_MS, sameMs = SAME_MS }) {
    Object.assign(this, { root, sendIt: send, statusOf: status, store, onChange, now, id, checkAfterMs, checkEveryMs, sameMs });
    this.entries = new Map();
    this.timers = new Map();
    for (const entry of store.load()) {
      this.entries.set(entry.command_id, { ...entry, step: "checking" });
      this.checkLater(entry.command_id, 0);
    }
  }

  get newest() {
    return [...this.entries.values()].at(-1) ?? null;
  }

  get open() {
    return [...this.entries.values()].filter((entry) => !isSettled(entry));
  }

  /** The act of this lane that is under way, or null: its button waits. */
  underWay(method, fields = {}) {
    const lane = laneOf(method, fields);
    return this.open.find((entry) => laneOf(entry.method, entry.fields ?? {}) === lane) ?? null;
  }

  /** The very same, sent just now, or null. */
  justSent(method, fields) {
    const text = JSON.stringify(fields);
    return [...this.entries.values()].find((entry) => entry.method === method && !["failed", "not_seen"].includes(entry.step) && this.now() - entry.started_at_ms < this.sameMs && JSON.stringify(entry.fields) === text) ?? null;
  }

  /**
   * Send a command once; returns its entry's id at once, what becomes of it comes by onChange. If the same
   * act is under way (rule 4), nothing is sent: its id is returned.
   */
  submit(method, fields = {}) {
    const before = this.underWay(method, fields) ?? this.justSent(method, fields);
    if (before) return before.command_id;
    const command_id = this.id();
    const body = { command_id, [this.root.field]: this.root.id, ...fields };
    this.put({ command_id, method, fields, step: "sending", started_at_ms: this.now() });
    this.checkLater(command_id, this.checkAfterMs);
    this.sendIt(method, body).then((reply) => this.replied(command_id, reply), (problem) => this.unanswered(command_id, problem));
    return command_id;
  }

  replied(command_id, reply) {
    const entry = this.entries.get(command_id);
    if (!entry || isSettled(entry)) return;
    const received = { ...entry, step: entry.step === "checking" ? "checking" : "received", received_at_ms: reply.received_at_ms, partition: reply.partition, offset: reply.offset };
    if (reply.outcome) this.put(settled(received, reply.outcome));
    else this.put(received);
  }

  /** A refusal at the door is an answer; everything else leaves the question open. */
  unanswered(command_id, problem) {
    const entry = this.entries.get(command_id);
    if (!entry || isSettled(entry)) return;
    const atTheDoor = !["lost", "timeout", "no_answer"].includes(problem.code) && !(problem.status >= 500);
    if (!atTheDoor) {
      this.put({ ...entry, step: "checking" });
      this.checkLater(command_id, this.checkEveryMs);
    } else this.put({ ...entry, step: "failed", code: doorCode(problem), params: problem.params ?? {}, temporary: problem.temporary === true });
  }

  /** An outcome that came on the private channel, for whatever entry. */
  heard(outcome) {
    const entry = this.entries.get(outcome.command_id);
    if (entry && !(isSettled(entry) && entry.step !== "not_seen")) this.put(settled(entry, outcome));
  }

  checkLater(command_id, afterMs) {
    clearTimeout(this.timers.get(command_id));
    this.timers.set(command_id, setTimeout(() => void this.check(command_id), afterMs));
  }

  /** The line is back: ask at once about all that is open. */
  checkAll() {
    for (const { command_id, step } of this.open) if (step !== "sending") this.checkLater(command_id, 0);
  }

  async check(command_id) {
    const entry = this.entries.get(command_id);
    if (!entry || isSettled(entry)) return;
    if (entry.step !== "checking") this.put({ ...entry, step: "checking" });
    const answer = await this.statusOf(command_id, this.root.id).catch(() => null);
    const current = this.entries.get(command_id);
    if (!current || isSettled(current)) return;
    if (answer?.state === "decided" && answer.outcome) this.put(settled(current, answer.outcome));
    else if (answer?.state === "not_seen") this.put({ ...current, step: "not_seen" });
    else this.checkLater(command_id, this.checkEveryMs);
  }

  put(entry) {
    this.entries.set(entry.command_id, entry);
    if (isSettled(entry)) clearTimeout(this.timers.get(entry.command_id));
    while (this.entries.size > KEPT_MAX) this.entries.delete(this.entries.keys().next().value);
    this.store.save(this.open.map(({ command_id, method, fields, started_at_ms }) => ({ command_id, method, fields, started_at_ms })));
    this.onChange(entry);
  }
}

/** The code of a refusal before the log: an HTTP problem has words, the socket a number. */
function doorCode(problem) {
  if (typeof problem.code === "string") return problem.code;
  if (problem.code === 111) return "RATE";
  if (problem.code === 103) return "NOT_PERMITTED";
  return problem.message || String(problem.code);
}
