/** The keys: those of `gkllm review` in a terminal. */

import { said } from "./words.js";

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
