/** The overview: reports by year and issuer, broken relations, how far the review is, how often the program was right. */

import * as api from "./api.js";
import { byId, make } from "./dom.js";
import { percent } from "./values.js";
import { said } from "./words.js";

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
    panel(said("Reports by year"), [said("Year"), said("Reports"), "", said("open"), said("broken relations")],
      stats.by_year.map((/** @type {any} */ one) => [
        one.year ?? said("no year"), one.reports, bar(one.reports, most(stats.by_year, "reports")), one.open, one.broken])),
    panel(said("Reports by issuer"), [said("Issuer"), said("Years"), said("Reports"), said("open"), said("broken relations")],
      stats.by_issuer.map((/** @type {any} */ one) => [
        one.issuer ? make("a", { href: `#/reports?issuer=${encodeURIComponent(one.issuer)}` }, one.issuer) : said("no issuer"),
        years(one.years), one.reports, one.open, one.broken])),
    panel(said("Broken relations by kind"), [said("Relation"), said("Why"), said("Count"), ""],
      stats.broken.map((/** @type {any} */ one) => [
        one.words, one.verdict_words, one.count, bar(one.count, most(stats.broken, "count"))])),
    panel(said("Reviewers"), [said("Name"), said("Decisions"), said("Seconds for one, at the median")],
      review.reviewers.map((/** @type {any} */ one) => [one.name, one.decisions, one.median.toFixed(1)])),
    right(said("How often the program was right: cells drawn at random"), calibration.sampled),
    right(said("How often the program was right: cells that it sent to review"), calibration.queued),
  );
}

/** @param {number} value @param {string} word */
const figure = (value, word) => make("li", {}, make("b", {}, String(value)), ` ${word}`);

/** @param {any[]} rows @param {string} field */
const most = (rows, field) => Math.max(1, ...rows.map((row) => row[field]));

/** @param {number[]} found */
const years = (found) => {
  const sorted = [...found].sort();
  return sorted.length > 2 ? `${sorted[0]}–${sorted.at(-1)}` : sorted.join(", ");
};

/** @param {number} value @param {number} largest @returns {HTMLElement} a bar beside the number that says the same */
function bar(value, largest) {
  const inside = make("span", { class: "amount", "aria-hidden": "true" });
  inside.style.width = `${(100 * value) / largest}%`;
  return inside;
}

/** @param {number} decided @param {number} open */
function progress(decided, open) {
  const whole = decided + open;
  return make("div", { class: "progress" },
    make("progress", { max: Math.max(1, whole), value: decided, "aria-label": said("Review progress") }),
    make("span", {}, said("{decided} of {whole} decided", { decided, whole })));
}

/**
 * @param {string} title
 * @param {string[]} headings
 * @param {Field[][]} rows
 */
function panel(title, headings, rows) {
  const table = make("table", { class: "plain" },
    make("caption", { class: "vh" }, title),
    make("thead", {}, make("tr", {}, ...headings.map((heading, index) =>
      heading ? make("th", { scope: "col", class: index ? looks(rows[0]?.[index]) : null }, heading) : make("td", {})))),
    make("tbody", {}, ...rows.map(row)));
  const body = rows.length
    ? make("div", { class: "wide scrolls", tabindex: "0", role: "group", "aria-label": title }, table)
    : make("p", { class: "muted" }, said("none"));
  return make("section", { class: "panel" }, make("h2", {}, title), body);
}

/** @param {Field | undefined} field */
const looks = (field) => (typeof field === "number" ? "number" : null);

/** @param {Field[]} fields */
function row(fields) {
  return make("tr", {}, ...fields.map((field, index) =>
    make(index ? "td" : "th", { scope: index ? null : "row", class: index ? looks(field) : null },
      typeof field === "number" ? String(field) : field)));
}

/** @param {string} title @param {Bin[]} bins */
function right(title, bins) {
  return panel(title, [said("Confidence"), said("Right"), said("Share"), said("Promised"), ""], bins.map((bin) => [
    `${percent(bin.low)} – ${percent(bin.high)}`, said("{right} of {total}", { right: bin.right, total: bin.total }),
    percent(bin.right / bin.total), percent(bin.mean), bar(bin.right, bin.total)]));
}
