/** What is asked over the page: whether something is meant, a line of text, the keys. */

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
