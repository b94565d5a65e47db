// Calls of the server's HTTP interface. A key, where one is asked for, stays in this tab's session storage and is sent as a header.

const KEY = "scoreway-key";
let signal = null;    // of the view that is shown
let askForKey = null; // gives true when there is another key
let asking = null;    // the question that is open

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `The server answered ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.place = body.place;
    if (status === 403) this.title = "The key does not allow this.";
    if (status === 0) this.title = "The server cannot be reached.";
  }
}

export function setKey(key) {
  key === "" ? sessionStorage.removeItem(KEY) : sessionStorage.setItem(KEY, key);
}
export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}
export function whenKeyIsWanted(ask) {
  askForKey = ask;
}
// Calls that are under way belong to what is not shown any more.
export function beginView() {
  signal?.abort();
  signal = new AbortController();
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  const key = sessionStorage.getItem(KEY);
  if (key !== null) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(new URL(`../${path}`, document.baseURI),
      { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: signal?.signal, credentials: "omit" });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem(0, { detail: "No answer came. Is it running?" });
  }
  if (answer.status === 401) {
    asking ??= askForKey(key !== null).finally(() => { asking = null; });
    if (await asking) return call(method, path, body);
  }
  const text = await answer.text();
  let value = {};
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    value = { detail: "The answer is no JSON." };
  }
  if (!answer.ok) throw new Problem(answer.status, value);
  return value;
}

export function get(path, query = {}) {
  const wanted = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== undefined && value !== null));
  const text = wanted.toString();
  return call("GET", text === "" ? path : `${path}?${text}`);
}
export function post(path, body) {
  return call("POST", path, body);
}
// What is not there is null.
export async function find(path, query) {
  try {
    return await get(path, query);
  } catch (fault) {
    if (fault.status === 404) return null;
    throw fault;
  }
}
export const modelPath = (name) => `v1/models/${encodeURIComponent(name)}`;
