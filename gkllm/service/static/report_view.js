/** A report's document and tables: each shows its cells, marks them, and brings them into view. */

import * as api from "./api.js";
import { byId, fragment, make, tell } from "./dom.js";
import { labels, language, markOf, MARKS, said, told } from "./words.js";

/** @typedef {import("./api.js").Cell} Cell */

export class Pane {
  /** @param {string} id the element's; it scrolls, or one around it does */
  constructor(id) {
    this.box = byId(id);
    this.scrolls = /** @type {HTMLElement} */ (this.box.closest(".scrolls"));
    /** @type {Map<string, Element>} The element of each cell that has one. */
    this.elements = new Map();
    /** @type {Element[]} What is marked now. */
    this.marked = [];
  }

  /** @param {DocumentFragment} content @param {Record<string, Cell>} cells Show a report. */
  fill(content, cells) {
    this.marked = [];
    this.elements = elementsOf(content);
    paint(this.elements, cells);
    this.box.replaceChildren(content);
  }

  /**
   * Show what is so now of the same report: only the cells that look otherwise are touched, so that little is laid out.
   * @param {DocumentFragment} content
   * @param {Record<string, Cell>} cells
   */
  refill(content, cells) {
    const wanted = elementsOf(content);
    if (wanted.size !== this.elements.size) return this.fill(content, cells);
    paint(wanted, cells);
    this.unmark();
    for (const [cell, element] of wanted) {
      const shown = this.elements.get(cell);
      if (!shown || shown.isEqualNode(element)) continue;
      shown.replaceWith(element);
      this.elements.set(cell, element);
    }
  }

  /** @param {Record<string, Cell>} cells Give every cell the look of what it is now. */
  repaint(cells) {
    paint(this.elements, cells);
  }

  /** @param {string[]} cells Give them the look of what is decided. */
  settle(cells) {
    for (const cell of cells) {
      this.elements.get(cell)?.classList.remove(...MARKS);
      this.elements.get(cell)?.classList.add("settled");
    }
  }

  unmark() {
    for (const element of this.marked) element.classList.remove("current", "beside");
    this.marked = [];
  }

  /** @param {string} cell Mark it and the places of its row, and bring it, else its row, into view. */
  mark(cell) {
    this.unmark();
    const row = cell.slice(0, cell.lastIndexOf(".") + 1);
    const own = this.elements.get(cell);
    const beside = [...this.elements].filter(([id]) => id.startsWith(row)).map(([, element]) => element);
    for (const element of beside) if (element.matches(".place")) element.classList.add("beside");
    own?.classList.add("current");
    this.marked = own ? [own, ...beside] : beside;
    if (this.marked.length) bringIntoView(this.scrolls, this.marked[0]);
  }
}

/** @param {DocumentFragment} content @returns {Map<string, Element>} */
function elementsOf(content) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (content.querySelectorAll("[data-cell]"));
  return new Map([...found].map((element) => [element.dataset.cell ?? "", element]));
}

/** @param {Map<string, Element>} elements @param {Record<string, Cell>} cells Decisions included. */
function paint(elements, cells) {
  for (const [id, element] of elements) {
    const cell = cells[id];
    const mark = cell && markOf(cell);
    if (!mark || element.classList.contains(mark)) continue;
    element.classList.remove(...MARKS);
    element.classList.add(mark);
    const own = element.matches("td") && cell.decisions.length ? element.querySelector(".cell") : null;
    own?.append(make("span", { class: "vh" }, `, ${told(mark)}`));
  }
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
