/** The report of the cell under review: its document in the middle, the form's table at the right. */

import * as api from "./api.js";
import { byId, fragment, make, tell } from "./dom.js";
import { labels, markOf, MARKS, told } from "./values.js";
import { language, said } from "./words.js";

const KEPT = 12;

/** @typedef {{review: api.Review, tables: string, source: string, language: string}} Loaded */

export class ReportView {
  /** @param {(loaded: Loaded) => void} arrived told when what is known of the shown report changed */
  constructor(arrived) {
    this.arrived = arrived;
    /** @type {Map<string, Promise<Loaded>>} */
    this.loading = new Map();
    /** @type {Loaded | null} */
    this.loaded = null;
    this.report = "";
    this.cell = "";
    this.drawn = "";
  }

  /** @param {string} report @returns {Promise<Loaded>} */
  load(report) {
    const key = `${report} ${language()}`;
    let found = this.loading.get(key);
    if (!found) {
      found = Promise.all([api.review(report), api.tables(report), api.source(report)]).then(
        ([review, tables, source]) => ({ review, tables, source, language: language() }),
      );
      found.catch(() => this.loading.delete(key));
      this.loading.set(key, found);
      for (const old of [...this.loading.keys()].slice(0, -KEPT)) this.loading.delete(old);
    }
    return found;
  }

  /**
   * Show a cell, in its document and in its table.
   * @param {string} report
   * @param {string} cell
   */
  async show(report, cell) {
    const same = report === this.report && this.drawn === `${report} ${language()}`;
    [this.report, this.cell] = [report, cell];
    if (same) {
      this.mark();
      return;
    }
    this.loaded = null;
    try {
      const loaded = await this.load(report);
      if (report === this.report && loaded.language === language()) this.draw(loaded, true);
    } catch (problem) {
      if (report === this.report) tell(String(/** @type {Error} */ (problem).message), "error");
    }
  }

  /** @param {string} report What is known of it is no longer so. */
  async forget(report) {
    const sources = await this.loading.get(`${report} ${language()}`)?.catch(() => null);
    for (const key of [...this.loading.keys()]) if (key.startsWith(report)) this.loading.delete(key);
    if (report !== this.report || !sources) return;
    const [review, tables] = await Promise.all([api.review(report), api.tables(report)]);
    const loaded = { ...sources, review, tables };
    this.loading.set(`${report} ${language()}`, Promise.resolve(loaded));
    if (report === this.report && sources.language === language()) this.draw(loaded, false);
  }

  /** @param {Loaded} loaded @param {boolean} source whether the document is to be drawn too */
  draw(loaded, source) {
    this.loaded = loaded;
    this.drawn = `${this.report} ${loaded.language}`;
    const { report, cells, violations } = loaded.review;
    byId("report-title").textContent = report.title ?? report.name;
    byId("report-about").textContent = [report.issuer, report.year, report.name].filter(Boolean).join(" · ");
    byId("export-xlsx").setAttribute("href", api.address(`/v1/reports/${report.id}`, { format: "xlsx", corrected: "true" }));
    byId("export-json").setAttribute("href", api.address(`/v1/reports/${report.id}`, { format: "json", corrected: "true" }));
    byId("export").hidden = false;
    byId("tables").replaceChildren(fragment(loaded.tables), ...this.findings(violations, cells));
    if (source) byId("source").replaceChildren(fragment(loaded.source));
    for (const pane of ["tables", "source"]) this.paint(byId(pane), cells);
    this.mark();
    this.arrived(loaded);
  }

  /**
   * Give every cell the look of what it is now, decisions included.
   * @param {HTMLElement} pane
   * @param {Record<string, api.Cell>} cells
   */
  paint(pane, cells) {
    for (const element of pane.querySelectorAll("[data-cell]")) {
      const cell = cells[/** @type {HTMLElement} */ (element).dataset.cell ?? ""];
      if (!cell) continue;
      const mark = markOf(cell);
      element.classList.remove(...MARKS);
      element.classList.add(mark);
      const own = element.matches("td") && cell.decisions.length ? element.querySelector(".cell") : null;
      own?.append(make("span", { class: "vh" }, `, ${told(mark)}`));
    }
  }

  /**
   * The broken relations, each with its cells to go to and what would reconcile it.
   * @param {api.Violation[]} violations
   * @param {Record<string, api.Cell>} cells
   */
  findings(violations, cells) {
    const heading = make("h3", {}, said("Broken relations"), make("small", {}, ` ${violations.length}`));
    return [heading, ...violations.map((violation) => this.finding(violation, cells))];
  }

  /** @param {api.Violation} violation @param {Record<string, api.Cell>} cells */
  finding(violation, cells) {
    const named = violation.cells.map((id) => cells[id]).filter(Boolean);
    const telling = named.filter((cell) => cell.value || cell.needs_review || named.length <= 8);
    const links = telling.map((cell) =>
      make("li", {}, make("a", { href: `#/reports/${this.report}/${cell.id}`, class: markOf(cell) }, `${labels(cell)[0]} `,
        make("b", {}, String(cell.value ?? "")))),
    );
    return make("article", { class: `finding ${violation.severity}` },
      make("p", {}, violation.message),
      make("ul", { class: "cells" }, ...links),
      make("ul", { class: "suggestions" }, ...violation.suggestions.map((one) => make("li", {}, one.words))));
  }

  /** Mark the cell, its row and its place, and bring both into view. */
  mark() {
    for (const old of document.querySelectorAll(".current, .beside")) old.classList.remove("current", "beside");
    const row = this.cell.split(".").slice(0, 2).join(".");
    for (const pane of ["tables", "source"]) {
      const box = byId(pane);
      const own = box.querySelector(`[data-cell="${CSS.escape(this.cell)}"]`);
      for (const place of box.querySelectorAll(`.place[data-cell^="${CSS.escape(row)}."]`)) place.classList.add("beside");
      own?.classList.add("current");
      const seen = own ?? box.querySelector(`[data-cell^="${CSS.escape(row)}."]`);
      if (seen) bringIntoView(box, seen);
    }
    this.headings();
  }

  /** The row's and the column's labels over the document, in sight wherever it is scrolled to. */
  headings() {
    const cell = this.loaded?.review.cells[this.cell];
    const [row, column] = splitLabel(cell ? labels(cell)[0] : "");
    byId("heading-row").textContent = row;
    byId("heading-column").textContent = column;
    byId("heading-page").textContent = cell?.page ? said("page {number}", { number: cell.page }) : "";
  }
}

/** @param {string} label @returns {[string, string]} what names the row, and the column */
function splitLabel(label) {
  const parts = label.split("/").map((part) => part.trim());
  return [parts.slice(0, -1).join(" / "), parts.at(-1) ?? ""];
}

/** @param {HTMLElement} box @param {Element} element Scroll the box alone, and only where the element is not in sight. */
function bringIntoView(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const room = Math.min(90, outer.height / 4);
  if (inner.top < outer.top + room || inner.bottom > outer.bottom - room) {
    box.scrollTop += inner.top - outer.top - outer.height * 0.4;
  }
  const wide = element.closest(".wide");
  if (!wide) return;
  const sides = wide.getBoundingClientRect();
  if (inner.left < sides.left + 120 || inner.right > sides.right) wide.scrollLeft += inner.left - sides.left - sides.width / 2;
}
