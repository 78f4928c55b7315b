/** A pane that shows a report's cells, in its document or in the form's tables: each is marked, and brought into view. */

import { byId, make } from "./dom.js";
import { markOf, MARKS, told } from "./values.js";

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
