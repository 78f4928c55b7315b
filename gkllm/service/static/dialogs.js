/** What is asked over the page: whether something is meant, a line of text; and the keys, those of gkllm review in a terminal. */

import { byId, make } from "./dom.js";
import { MARKS, said, told } from "./words.js";

/**
 * Show a dialog until it is answered; Escape answers null.
 * @template T
 * @param {string} title
 * @param {(answer: (value: T | null) => void) => HTMLElement[]} inside
 * @param {(key: string, answer: (value: T | null) => void) => void} [keys]
 * @param {boolean} [needed] whether it stays until it is answered
 * @returns {Promise<T | null>}
 */
function dialog(title, inside, keys = () => undefined, needed = false) {
  return new Promise((resolve) => {
    const heading = make("h2", { id: "dialog-title", tabindex: "-1" }, title);
    const box = /** @type {HTMLDialogElement} */ (make("dialog", { "aria-labelledby": "dialog-title" }));
    const before = document.activeElement;
    /** @param {T | null} value */
    const answer = (value) => {
      box.close();
      box.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve(value);
    };
    box.append(heading, ...inside(answer));
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!needed) answer(null);
    });
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (!(event.target instanceof HTMLInputElement) && !event.ctrlKey && !event.metaKey) keys(event.key, answer);
    });
    byId("dialogs").append(box);
    box.showModal();
    /** @type {HTMLElement} */ (box.querySelector("input") ?? heading).focus();
  });
}

/**
 * Ask which of some answers is meant. Enter is no answer, since it also accepts the next cell.
 * @param {string} title
 * @param {(string | HTMLElement)[]} lines what speaks for and against
 * @param {{key: string, word: string, value: string}[]} choices the first is the safe one
 * @returns {Promise<string | null>}
 */
export function choose(title, lines, choices) {
  return dialog(
    title,
    (answer) => [
      make("ul", { class: "lines" }, ...lines.map((line) => make("li", {}, line))),
      make("div", { class: "choices" }, ...choices.map(({ key, word, value }) =>
        make("button", { type: "button", onclick: () => answer(value) }, make("kbd", {}, key), ` ${word}`))),
    ],
    (key, answer) => {
      const chosen = choices.find((choice) => choice.key === key.toLowerCase());
      if (chosen) answer(chosen.value);
    },
  );
}

/**
 * @param {string} title
 * @param {(string | HTMLElement)[]} lines
 * @returns {Promise<boolean>}
 */
export async function confirmed(title, lines) {
  const choices = [{ key: "n", word: said("No"), value: "no" }, { key: "y", word: said("Yes"), value: "yes" }];
  return (await choose(title, lines, choices)) === "yes";
}

/**
 * Ask for a line of text; null where it was cancelled.
 * @param {string} title
 * @param {{value?: string, type?: string, hint?: string, problem?: string, longest?: number, needed?: boolean}} [how] what is
 *   `needed` cannot be cancelled
 * @returns {Promise<string | null>}
 */
export function line(title, how = {}) {
  return dialog(title, (answer) => {
    const input = /** @type {HTMLInputElement} */ (make("input", {
      type: how.type ?? "text", value: how.value ?? "", maxlength: how.longest ?? 500, "aria-labelledby": "dialog-title",
    }));
    const form = make("form", { onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      answer(input.value);
    } }, how.hint ? make("p", { class: "muted" }, how.hint) : null,
    how.problem ? make("p", { class: "broken", role: "alert" }, how.problem) : null, input,
    make("div", { class: "choices" },
      !how.needed && make("button", { type: "button", onclick: () => answer(null) }, said("Cancel")),
      make("button", { type: "submit", class: "first" }, said("OK"))));
    return [form];
  }, undefined, how.needed);
}

/**
 * Every key, a line each, and the marks.
 * @param {[string, string][]} keys
 */
export function help(keys) {
  return dialog(said("Keys"), (answer) => [
    make("dl", { class: "keys" }, ...keys.flatMap(([key, word]) => [
      make("dt", {}, ...key.split(" ").map((one) => make("kbd", {}, one))), make("dd", {}, word)])),
    make("ul", { class: "key", "aria-label": said("Marks") }, ...MARKS.map((mark) => make("li", { class: mark }, told(mark)))),
    make("div", { class: "choices" }, make("button", { type: "button", onclick: () => answer(null) }, said("Close"))),
  ], (key, answer) => {
    if (key === "?" || key === "q") answer(null);
  });
}

/**
 * Each key's name, the action behind it, and what it does. `k j` and the arrows, the digits, and Escape come besides.
 * @returns {{keys: string[], action: string, help: string}[]}
 */
export const KEYS = () => [
  { keys: ["a", "Enter"], action: "accept", help: said("accept the proposal") },
  { keys: ["t", "e"], action: "type", help: said("type the value that is printed") },
  { keys: ["c"], action: "confirm", help: said("confirm as printed although a relation is broken") },
  { keys: ["b"], action: "blank", help: said("nothing is printed in the cell") },
  { keys: ["o"], action: "none", help: said("the cell says 无 or 暂无") },
  { keys: ["-"], action: "not_applicable", help: said("the cell says / or a dash") },
  { keys: ["x"], action: "unreadable", help: said("what is printed is no number") },
  { keys: ["d"], action: "missing", help: said("the document does not print this cell") },
  { keys: ["g"], action: "group", help: said("accept the proposals of the whole group") },
  { keys: ["s"], action: "skip", help: said("put the cell off to the end of the queue") },
  { keys: ["u"], action: "undo", help: said("take back the last decision") },
  { keys: ["n"], action: "note", help: said("keep a note about the cell") },
  { keys: ["r"], action: "nextReport", help: said("go to the next report") },
  { keys: ["/"], action: "search", help: said("find a label, a report or a print; empty repeats") },
  { keys: ["l"], action: "theme", help: said("light or dark") },
  { keys: ["?"], action: "help", help: said("this help") },
];

/** @type {Record<string, [string, number]>} */
const MOVES = {
  j: ["move", 1], k: ["move", -1], ArrowDown: ["move", 1], ArrowUp: ["move", -1],
  PageDown: ["page", 1], PageUp: ["page", -1], Home: ["move", -1e9], End: ["move", 1e9],
};

/** @returns {[string, string][]} every key and what it does, for the help */
export const keyHelp = () => [
  ["1 … 9", said("choose that candidate")],
  ...KEYS().map(({ keys, help }) => /** @type {[string, string]} */ ([keys.join(" "), help])),
  ["j k", said("move in the queue; tab moves between the panes")],
];

/**
 * Whether a key is the control's own that has the focus.
 * @param {EventTarget | null} target
 * @param {string} key
 */
function belongsTo(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, textarea, select, dialog")) return true;
  if (target.closest("button, a, summary") && (key === "Enter" || key === " ")) return true;
  const scrolls = target.closest(".scrolls");
  return scrolls !== null && /^(Arrow|Page|Home|End)/.test(key);
}

/**
 * Listen for keys; `act` is told the action and its number.
 * @param {(action: string, number: number) => void} act
 * @param {() => boolean} listening
 */
export function listen(act, listening) {
  const actions = new Map(KEYS().flatMap(({ keys, action }) => keys.map((key) => [key, action])));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target instanceof HTMLInputElement) event.target.blur();
    if (!listening() || belongsTo(event.target, event.key)) return;
    const [action, number] = /^[1-9]$/.test(event.key)
      ? ["candidate", Number(event.key)]
      : (MOVES[event.key] ?? [actions.get(event.key), 0]);
    if (!action) return;
    event.preventDefault();
    act(action, number);
  });
}
