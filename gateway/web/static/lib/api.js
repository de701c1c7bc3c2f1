// HTTP to our own origin. A failure is a `Problem` with a code; no answer at all has the code "no_answer".
// Rule: a session that is about to run out is renewed before anything is asked; where the server says
// that it has (SESSION_OVER), it is renewed and the same is asked once more: nothing had been done.

import { SignIn } from "./sign_in.js";

export class Problem extends Error {
  constructor(code, { status = 0, params = {}, detail = "", temporary = false } = {}) {
    super(detail || code);
    this.code = code;
    this.status = status;
    this.params = params;
    this.temporary = temporary;
  }
}

const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(name + "="))?.slice(name.length + 1) ?? "";
const instance = () => document.querySelector('meta[name="instance"]')?.content ?? "";
const csrfName = () => "shuoguo_csrf" + (instance() ? "_" + instance() : "");
export const csrf = () => decodeURIComponent(cookie("__Host-" + csrfName()) || cookie(csrfName()));

async function answer(path, init, timeoutMs) {
  const patience = new AbortController(); // AbortSignal.timeout is younger than the browsers we support
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  try {
    return await fetch(path, { credentials: "same-origin", ...init, signal: patience.signal });
  } catch {
    throw new Problem("no_answer", { temporary: true });
  } finally {
    clearTimeout(timer);
  }
}

async function read(reply) {
  const body = await reply.json().catch(() => null);
  if (reply.ok) return body;
  const code = body?.code ?? body?.title ?? `http_${reply.status}`;
  const temporary = body?.temporary ?? (reply.status >= 500 || reply.status === 429);
  throw new Problem(code, { status: reply.status, params: body?.params ?? {}, detail: body?.detail ?? "", temporary });
}

/** Ask as nobody: no cookie goes with it. */
export const asNobody = async (method, path, { body, headers = {}, timeoutMs = 8000 } = {}) =>
  read(await answer(path, { method, credentials: "omit", headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}), ...headers }, body: body && JSON.stringify(body) }, timeoutMs));

async function ask(method, path, body, timeoutMs, more = {}) {
  const headers = { accept: "application/json" };
  if (method === "POST") {
    headers["content-type"] = "application/json";
    const token = csrf();
    if (token) headers["x-csrf-token"] = token;
  }
  return read(await answer(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}), ...more }, timeoutMs));
}

// its answer is wanted though the page that asked is gone meanwhile: the next one needs what is in it
export const signIn = new SignIn({ renew: () => ask("POST", "/api/refresh", {}, 8000, { keepalive: true }) });

async function asked(...what) {
  await signIn.fresh();
  try {
    return await ask(...what);
  } catch (problem) {
    if (problem.status !== 401 || problem.code !== "SESSION_OVER" || !(await signIn.renew())) throw problem;
    return ask(...what);
  }
}

export const get = (path, timeoutMs = 8000) => asked("GET", path, null, timeoutMs);
export const post = (path, body = {}, timeoutMs = 8000) => asked("POST", path, body, timeoutMs);

/** Who asks, with what has run out renewed; a guest where that cannot go on. */
export async function whoAsks() {
  await signIn.fresh().catch(() => {});
  let me = await ask("GET", "/api/me", null, 8000);
  if (me.expired && (await signIn.renew())) me = await ask("GET", "/api/me", null, 8000);
  signIn.heard(me);
  return me;
}

/** Begin a sign-in, or throw. */
export const enter = (login, password) => signIn.alone(async () => {
  const told = await ask("POST", "/api/login", { login, password }, 20_000);
  signIn.heard(told);
  return told;
});

/** End it, in all tabs. */
export async function leave() {
  await asked("POST", "/api/logout", {}, 8000).catch(() => {});
  signIn.ended("out");
}
