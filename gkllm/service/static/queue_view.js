/** The queue at the left: only the items that are seen are elements, so ten thousand are as light as ten. */

import { byId, make } from "./dom.js";
import { keyOf } from "./queue.js";
import { inWords, labels, language, markOfItem, percent, quoted, said } from "./words.js";

/** Pixels an item takes; the style sheet says the same. */
const HEIGHT = 58;
const BEYOND = 6;

/** @typedef {import("./api.js").Item} Item */
/** @typedef {{element: HTMLElement, of: string}} Drawn an item's element, and all that it was drawn from */

export class QueueView {
  /**
   * @param {import("./queue.js").Queue} queue
   * @param {(item: Item) => void} chosen
   */
  constructor(queue, chosen) {
    this.queue = queue;
    this.chosen = chosen;
    this.cursor = -1;
    this.list = byId("queue");
    this.inside = byId("queue-inside");
    this.window = byId("queue-window");
    /** Where the list is scrolled to, and how high it is: kept, since asking for it lays the page out. */
    this.top = 0;
    this.height = 0;
    /** @type {Map<string, Drawn>} */
    this.drawn = new Map();
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.list.addEventListener("click", (event) => this.clicked(event));
    new ResizeObserver(([entry]) => this.resized(entry.contentRect.height)).observe(this.list);
  }

  /** How many items a screen shows. */
  get screenful() {
    return Math.max(1, Math.floor(this.height / HEIGHT));
  }

  scrolled() {
    this.top = this.list.scrollTop;
    this.draw();
  }

  /** @param {number} height */
  resized(height) {
    this.height = height;
    this.draw();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const option = /** @type {Element} */ (event.target).closest("[aria-posinset]");
    if (option) this.chosen(this.queue.items[Number(option.getAttribute("aria-posinset")) - 1]);
  }

  /** @param {number} cursor The queue, the language or the cursor is another: draw what is seen, the cursor in view. */
  update(cursor) {
    this.cursor = cursor;
    const count = this.queue.items.length;
    this.inside.style.height = `${count * HEIGHT}px`;
    byId("queue-empty").hidden = count > 0 || !this.queue.begun;
    byId("queue-loading").hidden = this.queue.begun;
    const top = cursor * HEIGHT;
    const wanted = Math.min(Math.max(this.top, top + HEIGHT - this.height), cursor < 0 ? this.top : top);
    if (wanted !== this.top) {
      this.list.scrollTop = wanted;
      this.top = this.list.scrollTop;
    }
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.top / HEIGHT) - BEYOND);
    const items = this.queue.items.slice(first, first + this.screenful + 2 * BEYOND);
    const seen = new Set(items.map((item) => keyOf(item.report, item.cell)));
    for (const [key, { element }] of this.drawn) {
      if (!seen.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    this.window.style.transform = `translateY(${first * HEIGHT}px)`;
    /** @type {Element | null} */
    let before = null;
    items.forEach((item, index) => {
      const element = this.element(item, first + index);
      const beside = before ? before.nextElementSibling : this.window.firstElementChild;
      if (element !== beside) this.window.insertBefore(element, beside);
      before = element;
    });
    const current = this.queue.items[this.cursor];
    const option = current && this.drawn.get(keyOf(current.report, current.cell));
    if (option) put(this.list, "aria-activedescendant", option.element.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  /** @param {Item} item @param {number} place @returns {HTMLElement} drawn anew only where something of it is new */
  element(item, place) {
    const key = keyOf(item.report, item.cell);
    const of = JSON.stringify([item, this.tied(item, place), language()]);
    let found = this.drawn.get(key);
    if (found?.of !== of) {
      found?.element.remove();
      found = { of, element: this.option(item, place) };
      this.drawn.set(key, found);
    }
    put(found.element, "aria-posinset", String(place + 1));
    put(found.element, "aria-setsize", String(this.queue.items.length));
    put(found.element, "aria-selected", String(place === this.cursor));
    return found.element;
  }

  /** @param {Item} item @param {number} place @returns {boolean} whether one decision may settle its neighbour too */
  tied(item, place) {
    return [place - 1, place + 1].some((beside) => {
      const other = this.queue.items[beside];
      return other !== undefined && other.group === item.group && other.report === item.report;
    });
  }

  /** @param {Item} item @param {number} place */
  option(item, place) {
    const [label, english] = labels(item);
    const differs = item.state === "reported" && item.raw !== String(item.value);
    return make(
      "div",
      { class: `item${this.tied(item, place) ? " tied" : ""}`, id: `item-${item.report}-${item.cell}`, role: "option" },
      make("span", { class: `mark ${markOfItem(item)}`, title: said("confidence {share}", { share: percent(item.confidence) }) }),
      make("span", { class: "label" }, label),
      make("span", { class: "reading" }, inWords(item).split(" ")[0], differs && make("small", {}, ` ⟵${quoted(item.raw)}`)),
      make("span", { class: "about" }, [english, item.report_name, item.reasons[0]].filter(Boolean).join(" · ")),
      make("span", { class: "share" }, item.sampled ? "~ " : "", percent(item.confidence)),
    );
  }
}

/** @param {Element} element @param {string} name @param {string} value Set an attribute that is another so far. */
function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
