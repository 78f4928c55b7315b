/** The queue at the left: only the items that are seen are elements, so ten thousand are as light as ten. */

import { byId, make } from "./dom.js";
import { keyOf } from "./queue.js";
import { inWords, labels, percent, quoted } from "./values.js";
import { said } from "./words.js";

/** Pixels an item takes; the style sheet says the same. */
const HEIGHT = 58;
const BEYOND = 6;

/** @typedef {import("./api.js").Item} Item */

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
    /** @type {Map<string, HTMLElement>} */
    this.drawn = new Map();
    this.list.addEventListener("scroll", () => this.draw(), { passive: true });
    this.list.addEventListener("click", (event) => this.clicked(event));
    new ResizeObserver(() => this.draw()).observe(this.list);
  }

  /** Draw anew: the queue, or the language, is another. */
  update() {
    for (const element of this.drawn.values()) element.remove();
    this.drawn.clear();
    const count = this.queue.items.length;
    this.inside.style.height = `${count * HEIGHT}px`;
    byId("queue-empty").hidden = count > 0 || !this.queue.begun;
    byId("queue-loading").hidden = this.queue.begun;
    this.draw();
  }

  /** @param {number} place Move the cursor there, and bring it into view. */
  move(place) {
    this.cursor = place;
    const top = place * HEIGHT;
    const { scrollTop, clientHeight } = this.list;
    if (place >= 0 && top < scrollTop) this.list.scrollTop = top;
    if (place >= 0 && top + HEIGHT > scrollTop + clientHeight) this.list.scrollTop = top + HEIGHT - clientHeight;
    this.draw();
  }

  /** How many items a screen shows. */
  get screenful() {
    return Math.max(1, Math.floor(this.list.clientHeight / HEIGHT));
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const option = /** @type {Element} */ (event.target).closest("[data-place]");
    if (option) this.chosen(this.queue.items[Number(/** @type {HTMLElement} */ (option).dataset.place)]);
  }

  draw() {
    const first = Math.max(0, Math.floor(this.list.scrollTop / HEIGHT) - BEYOND);
    const items = this.queue.items.slice(first, first + this.screenful + 2 * BEYOND);
    const seen = new Set(items.map((item) => keyOf(item.report, item.cell)));
    for (const [key, element] of this.drawn) {
      if (!seen.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    items.forEach((item, index) => this.place(item, first + index));
    const current = this.queue.items[this.cursor];
    const option = current && this.drawn.get(keyOf(current.report, current.cell));
    if (option) this.list.setAttribute("aria-activedescendant", option.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  /** @param {Item} item @param {number} place */
  place(item, place) {
    const key = keyOf(item.report, item.cell);
    let option = this.drawn.get(key);
    if (!option) {
      option = this.option(item, place);
      this.drawn.set(key, option);
      this.inside.append(option);
    }
    option.dataset.place = String(place);
    option.style.transform = `translateY(${place * HEIGHT}px)`;
    option.setAttribute("aria-posinset", String(place + 1));
    option.setAttribute("aria-setsize", String(this.queue.items.length));
    option.setAttribute("aria-selected", String(place === this.cursor));
  }

  /** @param {Item} item @param {number} place */
  option(item, place) {
    const [label, english] = labels(item);
    const mark = item.conflict.length ? "conflict" : item.state === "missing" ? "missing" : "review";
    const tied = [place - 1, place + 1].some((beside) => {
      const other = this.queue.items[beside];
      return other && other.group === item.group && other.report === item.report;
    });
    const differs = item.state === "reported" && item.raw !== String(item.value);
    return make(
      "div",
      { class: `item${tied ? " tied" : ""}`, id: `item-${item.report}-${item.cell}`, role: "option" },
      make("span", { class: `mark ${mark}`, title: said("confidence {share}", { share: percent(item.confidence) }) }),
      make("span", { class: "label" }, label),
      make("span", { class: "reading" }, inWords(item).split(" ")[0], differs && make("small", {}, ` ⟵${quoted(item.raw)}`)),
      make("span", { class: "about" }, [english, item.report_name, item.reasons[0]].filter(Boolean).join(" · ")),
      make("span", { class: "share" }, item.sampled ? "~ " : "", percent(item.confidence)),
    );
  }
}
