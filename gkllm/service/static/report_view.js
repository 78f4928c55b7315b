/** The report of the cell under review: its document in the middle, the form's table at the right. */

import * as api from "./api.js";
import { byId, fragment, make, tell } from "./dom.js";
import { Pane } from "./pane.js";
import { labels, markOf } from "./values.js";
import { language, said } from "./words.js";

const KEPT = 12;

/** @typedef {{review: api.Review, tables: string, source: string, language: string}} Loaded */

export class ReportView {
  /** @param {(loaded: Loaded) => void} arrived told when what is known of the shown report changed */
  constructor(arrived) {
    this.arrived = arrived;
    this.tables = new Pane("tables");
    this.source = new Pane("source");
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

  /** @param {string} report @param {string[]} cells They are decided: they look so before the service's own word. */
  settle(report, cells) {
    if (report === this.report) for (const pane of [this.tables, this.source]) pane.settle(cells);
  }

  /** Resolves once nothing is being fetched. */
  idle() {
    return Promise.allSettled(this.loading.values());
  }

  /** @param {string} report What is known of it is no longer so: ask again, its document aside. */
  async forget(report) {
    const before = await this.loading.get(`${report} ${language()}`)?.catch(() => null);
    for (const key of [...this.loading.keys()]) if (key.startsWith(report)) this.loading.delete(key);
    if (report !== this.report || !before) return;
    const [review, tables] = await Promise.all([api.review(report), api.tables(report)]);
    const loaded = { ...before, review, tables };
    this.loading.set(`${report} ${language()}`, Promise.resolve(loaded));
    if (report === this.report && before.language === language()) this.draw(loaded, false);
  }

  /** @param {Loaded} loaded @param {boolean} whole whether another report was shown before */
  draw(loaded, whole) {
    this.loaded = loaded;
    this.drawn = `${this.report} ${loaded.language}`;
    const { report, cells, violations } = loaded.review;
    if (whole) {
      this.name(report);
      this.tables.fill(fragment(loaded.tables), cells);
      this.source.fill(fragment(loaded.source), cells);
    } else {
      this.tables.refill(fragment(loaded.tables), cells);
      this.source.repaint(cells);
    }
    replace(byId("findings"), this.findings(violations, cells));
    this.mark();
    this.arrived(loaded);
  }

  /** @param {api.Summary} report */
  name(report) {
    byId("report-title").textContent = report.title ?? report.name;
    byId("report-about").textContent = [report.issuer, report.year, report.name].filter(Boolean).join(" · ");
    for (const format of ["xlsx", "json"]) {
      byId(`export-${format}`).setAttribute("href", api.address(`/v1/reports/${report.id}`, { format, corrected: "true" }));
    }
    byId("export").hidden = false;
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
    this.tables.mark(this.cell);
    this.source.mark(this.cell);
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

/** @param {HTMLElement} box @param {HTMLElement[]} content Have it hold this, untouched where it does already. */
function replace(box, content) {
  const same = content.length === box.children.length && content.every((one, index) => one.isEqualNode(box.children[index]));
  if (!same) box.replaceChildren(...content);
}
