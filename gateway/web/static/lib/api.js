// HTTP to our own origin. A failure is a `Problem` with a code; no answer at all has the code "no_answer".

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
    return await fetch(path, { ...init, credentials: "same-origin", signal: patience.signal });
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

export const get = async (path, timeoutMs = 8000) => read(await answer(path, { headers: { accept: "application/json" } }, timeoutMs));

export async function post(path, body = {}, timeoutMs = 8000) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const token = csrf();
  if (token) headers["x-csrf-token"] = token;
  return read(await answer(path, { method: "POST", headers, body: JSON.stringify(body) }, timeoutMs));
}
