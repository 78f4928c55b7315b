/** The list of reports, sought by words, each to be opened, all to be exported; and the store in numbers. */

import * as api from "./api.js";
import { afterwards, byId, make } from "./dom.js";
import { language, percent, said } from "./words.js";

const FORMATS = ["xlsx", "csv", "jsonl", "parquet"];

/** @type {{q: string, issuer: string | null}} */
const sought = { q: "", issuer: null };
let asked = 0;

export function offerReports() {
  const input = /** @type {HTMLInputElement} */ (byId("reports-sought"));
  const changed = afterwards(150, () => {
    sought.q = input.value.trim();
    fill();
  });
  input.addEventListener("input", changed);
}

/** @param {string | null} issuer show the reports of one issuer alone */
export function showReports(issuer) {
  sought.issuer = issuer;
  return fill();
}

/** @param {string} [after] */
async function fill(after) {
  const turn = ++asked;
  const query = { q: sought.q || null, issuer: sought.issuer };
  const answer = await api.reports({ ...query, limit: 100, after });
  if (turn !== asked) return;
  const rows = answer.items.map(reportRow);
  if (after) byId("reports-list").append(...rows);
  else byId("reports-list").replaceChildren(...rows);
  byId("reports-count").textContent = said("reports: {count}", { count: answer.total });
  byId("reports-issuer").replaceChildren(...(sought.issuer
    ? [sought.issuer, " ", make("a", { href: "#/reports" }, said("show all"))] : []));
  const more = byId("reports-more");
  more.hidden = !answer.next;
  more.onclick = () => fill(answer.next ?? undefined);
  byId("reports-export").replaceChildren(said("Export, corrected:"), ...FORMATS.flatMap((format) => [
    " ", make("a", { href: api.address("/v1/reports", { ...query, format, corrected: "true" }), download: "" }, format)]));
}

/** @param {api.Summary} report */
function reportRow(report) {
  return make("tr", {},
    make("th", { scope: "row" }, make("a", { href: `#/reports/${report.id}` }, report.title ?? report.name)),
    make("td", {}, report.issuer ?? ""),
    make("td", { class: "number" }, String(report.year ?? "")),
    make("td", { class: "number" }, String(report.cells)),
    make("td", { class: "number" }, report.open ? make("span", { class: "mark review" }, String(report.open)) : "0"),
    make("td", { class: "number" }, String(report.broken)));
}

/** @typedef {string | number | Node} Field */
/** @typedef {{low: number, high: number, right: number, total: number, mean: number}} Bin */

export async function showOverview() {
  const stats = await api.stats();
  const { review, calibration } = stats;
  byId("overview").replaceChildren(
    make("ul", { class: "figures" },
      figure(stats.reports, said("reports")), figure(stats.cells, said("cells")), figure(review.open, said("open")),
      figure(review.decided, said("decided")), figure(review.conflicts, said("in conflict")),
      figure(stats.failures, said("could not be read"))),
    progress(review.decided, review.open),
    panel(said("Reports by year"), [said("Year"), said("Reports"), "", said("open"), said("reports with broken relations")],
      stats.by_year.map((/** @type {any} */ one) => [
        String(one.year ?? said("no year")), one.reports, bar(one.reports / most(stats.by_year, "reports")), one.open, one.broken])),
    right(said("How often the program was right: cells that it sent to review"), calibration.queued,
      said("No cell of the queue is decided yet.")),
    panel(said("Broken relations by kind"), [said("Relation"), said("Why"), said("Count"), ""],
      stats.broken.map((/** @type {any} */ one) => [
        one.words, one.verdict_words || said("a cell is missing or unreadable"), one.count, bar(one.count / most(stats.broken, "count"))]), said("No relation is broken.")),
    right(said("How often the program was right: cells drawn at random"), calibration.sampled,
      said("No cell drawn at random is decided yet.")),
    panel(said("Reports by issuer"), [said("Issuer"), said("Years"), said("Reports"), said("open"), said("reports with broken relations")],
      stats.by_issuer.map((/** @type {any} */ one) => [
        one.issuer ? make("a", { href: `#/reports?issuer=${encodeURIComponent(one.issuer)}` }, one.issuer) : said("no issuer"),
        years(one.years), one.reports, one.open, one.broken])),
    panel(said("Reviewers"), [said("Name"), said("Decisions"), said("Seconds for one, at the median")],
      review.reviewers.map((/** @type {any} */ one) => [one.name, one.decisions, one.median.toFixed(1)]),
      said("Nobody has decided anything yet.")),
  );
}

/** @param {number} value @param {string} word */
const figure = (value, word) => make("li", {}, make("b", {}, count(value)), ` ${word}`);

/** @param {number} value */
const count = (value) => new Intl.NumberFormat(language()).format(value);

/** @param {any[]} rows @param {string} field */
const most = (rows, field) => Math.max(1, ...rows.map((row) => row[field]));

/** @param {number[]} found */
const years = (found) => {
  const sorted = [...found].sort();
  return sorted.length > 2 ? `${sorted[0]}–${sorted.at(-1)}` : sorted.join(", ");
};

/**
 * A bar beside the number that says the same.
 * @param {number} share of the whole length
 * @param {number} [promised] where the bar should end, marked
 */
function bar(share, promised) {
  const [amount, promise] = ["amount", "promise"].map((name) => make("span", { class: name }));
  amount.style.width = `${100 * share}%`;
  promise.style.left = `${100 * (promised ?? 0)}%`;
  return make("span", { class: "gauge", "aria-hidden": "true" }, amount, promised !== undefined && promise);
}

/** @param {number} decided @param {number} open */
function progress(decided, open) {
  const whole = decided + open;
  return make("div", { class: "progress" },
    make("progress", { max: Math.max(1, whole), value: decided, "aria-label": said("Review progress") }),
    make("span", {}, said("{decided} of {whole} decided", { decided: count(decided), whole: count(whole) })));
}

/**
 * @param {string} title
 * @param {string[]} headings
 * @param {Field[][]} rows
 * @param {string} [empty] what is told where there are none
 */
function panel(title, headings, rows, empty = said("none")) {
  const table = make("table", { class: "plain" },
    make("caption", { class: "vh" }, title),
    make("thead", {}, make("tr", {}, ...headings.map((heading, index) =>
      heading ? make("th", { scope: "col", class: index ? looks(rows[0]?.[index]) : null }, heading) : make("td", {})))),
    make("tbody", {}, ...rows.map(row)));
  const body = rows.length
    ? make("div", { class: "wide scrolls", tabindex: "0", role: "group", "aria-label": title }, table)
    : make("p", { class: "muted" }, empty);
  return make("section", { class: "panel" }, make("h2", {}, title), body);
}

/** @param {Field | undefined} field */
const looks = (field) => (typeof field === "number" ? "number" : null);

/** @param {Field[]} fields */
function row(fields) {
  return make("tr", {}, ...fields.map((field, index) =>
    make(index ? "td" : "th", { scope: index ? null : "row", class: index ? looks(field) : null },
      typeof field === "number" ? count(field) : field)));
}

/** @param {string} title @param {Bin[]} bins @param {string} empty */
function right(title, bins, empty) {
  const headings = [said("Confidence"), said("Right"), said("Share"), said("Promised"), ""];
  return panel(title, headings, bins.map((bin) => [
    `${percent(bin.low)} – ${percent(bin.high)}`, said("{right} of {total}", { right: count(bin.right), total: count(bin.total) }),
    percent(bin.right / bin.total), percent(bin.mean), bar(bin.right / bin.total, bin.mean)]), empty);
}
