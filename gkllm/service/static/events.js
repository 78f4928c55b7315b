/** What happens elsewhere: decisions of others, new reports. */

import { language } from "./words.js";

/** @typedef {{number: number, entry: string, report: string, cell: string, reviewer: string, value: number | null, state: string, conflict: boolean}} Decided */

/** @type {EventSource | null} */
let open = null;

/**
 * Listen; the browser connects again by itself, and then `again` is told, since things may have been missed.
 * @param {{decision: (decided: Decided) => void, reports: () => void, again: () => void}} told
 */
export function follow(told) {
  open?.close();
  let before = false;
  open = new EventSource(`/v1/events?lang=${language()}`);
  open.addEventListener("hello", () => {
    if (before) told.again();
    before = true;
  });
  open.addEventListener("decision", (event) => told.decision(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  open.addEventListener("reports", () => told.reports());
}
