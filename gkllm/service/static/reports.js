/** The list of reports: sought by words, each to be opened, all to be exported. */

import * as api from "./api.js";
import { afterwards, byId, make } from "./dom.js";
import { said } from "./words.js";

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
  const rows = answer.items.map(row);
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
function row(report) {
  return make("tr", {},
    make("th", { scope: "row" }, make("a", { href: `#/reports/${report.id}` }, report.title ?? report.name)),
    make("td", {}, report.issuer ?? ""),
    make("td", { class: "number" }, String(report.year ?? "")),
    make("td", { class: "number" }, String(report.cells)),
    make("td", { class: "number" }, report.open ? make("span", { class: "mark review" }, String(report.open)) : "0"),
    make("td", { class: "number" }, String(report.broken)));
}
