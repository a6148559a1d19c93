import { byId, fill, h } from "./dom.ts";
import { explainError } from "./words.ts";

/** What the page is doing, for the eye and for screen readers. */
export function tell(text: string): void {
  const status = byId("status");
  status.textContent = text;
  status.hidden = text === "";
}

export function showProblem(error: unknown): void {
  const { message, hint } = explainError(error);
  fill(byId("problem"), h("p", {}, h("strong", {}, message)), hint !== undefined && h("p", {}, hint));
  byId("problem").scrollIntoView({ block: "nearest" });
}

export function clearProblem(): void {
  byId("problem").hidden = true;
}
