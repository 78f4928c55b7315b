/** The service, as the page asks it, and what it tells by itself. Every sentence comes in the language that the page speaks. */

import { language } from "./words.js";

/** @typedef {{value: number | null, state: string}} Content */
/** @typedef {{id: string, reviewer: string, time: string, value: number | null, state: string, reason: string, note: string | null}} Decision */
/** @typedef {{value: number, reading: string, words: string}} Candidate */
/**
 * @typedef {{report: string, cell: string, group: number, worth: number, sampled: boolean, cells: number, question: string,
 *   label: string, label_en: string, report_name: string, name: string, value: number | null, state: string, raw: string,
 *   confidence: number, reasons: string[], candidates: Candidate[], conflict: Decision[], last: string | null}} Item
 */
/**
 * @typedef {{id: string, label: string, label_en: string, raw: string, value: number | null, state: string,
 *   confidence: number, needs_review: boolean, open: boolean, question: string, reasons: string[], candidates: Candidate[],
 *   page: number | null, readers: Record<string, {raw: string | null, name: string | null}>, decisions: Decision[],
 *   last: string | null, notes: {reviewer: string, text: string}[]}} Cell
 */
/**
 * @typedef {{id: string, name: string, title: string | null, issuer: string | null, year: number | null, cells: number,
 *   to_review: number, open: number, broken: number}} Summary
 */
/** @typedef {{report: Summary, cells: Record<string, Cell>, violations: Violation[]}} Review */
/** @typedef {{rule: string, severity: string, message: string, cells: string[], suggestions: {words: string}[]}} Violation */
/**
 * @typedef {{severity: string, operator: string, assessable: boolean, holds: boolean, statement: string, about: string,
 *   sums: string, left_terms: Term[], right_terms: Term[]}} Side
 */
/** @typedef {{cell: string, label: string, value: number | null}} Term */
/** @typedef {{value: number, holds: number, broken: number}} Weighed */
/**
 * @typedef {{value: number | null, state: string, relations: Side[], candidates: Weighed[],
 *   suggestions: {words: string}[]}} Sides
 */
/**
 * @typedef {{id: string, state: string, total: number, done: number, failed: number, reports: number, to_review: number,
 *   files?: {name: string, state: string, reports: string[], failures: {message: string}[]}[]}} Job
 */

/** What went wrong, as the service says it (RFC 9457). */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    super(body.detail ?? body.title ?? String(status));
    this.status = status;
    this.body = body;
  }
}

let csrf = "";

/** @type {(problem: Problem) => Promise<unknown>} */
let enterAgain = (problem) => Promise.reject(problem);

/** @param {(problem: Problem) => Promise<unknown>} how have the person say again who they are, where the service forgot */
export const whenUnknown = (how) => (enterAgain = how);

const SESSION = "/v1/session";

/**
 * Ask something, once more where the service does not know any more who asks.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function known(work) {
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
    await enterAgain(problem);
    return known(work);
  }
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query]
 */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return `${path}?${new URLSearchParams([...given.map(([name, value]) => [name, String(value)]), ["lang", language()]])}`;
}

/** Headers that every request that changes something carries. */
export const unsafeHeaders = () => ({ "X-CSRF-Token": csrf });

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function askOnce(method, url, body) {
  const headers = new Headers(method === "GET" ? {} : unsafeHeaders());
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 204) return null;
  const typed = answer.headers.get("Content-Type") ?? "";
  const content = typed.includes("json") ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Problem(answer.status, typeof content === "string" ? {} : content);
  return content;
}

/** @param {string} method @param {string} url @param {unknown} [body] @returns {Promise<any>} */
const ask = (method, url, body) => known(() => askOnce(method, url, body));

/** @param {string} path @param {Record<string, string | number | null | undefined>} [query] */
const get = (path, query) => ask("GET", address(path, query));

/** @returns {Promise<{name: string, access: string}>} */
export async function session() {
  return entered(await askOnce("GET", address(SESSION)));
}

/** @param {{name?: string, token?: string}} who */
export async function enter(who) {
  return entered(await askOnce("POST", address(SESSION), who));
}

/** End the session. */
export const leave = () => askOnce("DELETE", address(SESSION));

/** @param {{name: string, access: string, csrf: string}} found */
function entered(found) {
  csrf = found.csrf;
  return found;
}

/** @param {Record<string, string | number | null | undefined>} query @returns {Promise<{open: number, questions: number, items: Item[], next: string | null}>} */
export const queue = (query) => get("/v1/queue", query);
/** @param {Record<string, string | number | null | undefined>} query @returns {Promise<{items: Summary[], next: string | null, total: number}>} */
export const reports = (query) => get("/v1/reports", query);
/** @param {string} report @returns {Promise<Review>} */
export const review = (report) => get(`/v1/reports/${report}/review`);
/** @param {string} report @returns {Promise<string>} */
export const tables = (report) => get(`/page/reports/${report}/table`);
/** @param {string} report @returns {Promise<string>} */
export const source = (report) => get(`/page/reports/${report}/source`);
/** @param {string} report @param {Record<string, string | number | null | undefined>} query @returns {Promise<Sides>} */
export const relations = (report, query) => get(`/v1/reports/${report}/relations`, query);
export const stats = () => get("/v1/stats");
export const limits = () => get("/v1/limits");
/** @param {string} id @returns {Promise<Job>} */
export const job = (id) => get(`/v1/jobs/${id}`);

/** @typedef {{settled: boolean, changed: string[]}} Decided `changed` are other cells whose need of review changed with it */
/** @param {string} report @param {Record<string, unknown>} decision @returns {Promise<Decided>} */
export const decide = (report, decision) => ask("POST", address(`/v1/reports/${report}/decisions`), decision);
/** @param {string} report @param {string} cell @param {string} text */
export const note = (report, cell, text) => ask("POST", address(`/v1/reports/${report}/notes`), { cell, text });
/** @returns {Promise<{undone: {report: string, cell: string} | null}>} */
export const undo = () => ask("POST", address("/v1/undo"), {});

/** @typedef {{number: number, entry: string, report: string, cell: string, reviewer: string, value: number | null, state: string, conflict: boolean}} Heard */

/** @type {EventSource | null} */
let open = null;

/**
 * Listen; the browser connects again by itself, and then `again` is told, since things may have been missed.
 * @param {{decision: (heard: Heard) => void, reports: () => void, again: () => void}} told
 */
export function follow(told) {
  open?.close();
  let before = false;
  open = new EventSource(`/v1/events?lang=${language()}`);
  open.addEventListener("hello", () => {
    if (before) told.again();
    before = true;
  });
  open.addEventListener("decision", (event) => told.decision(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  open.addEventListener("reports", () => told.reports());
}
