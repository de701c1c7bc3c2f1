// A press is meant once. Every page has this guard from its start (lib/app.js), so no button needs one of its own.
// Rule 1: a key that is held is one press; Enter that ends an input method's composition is none.
// Rule 2: the second click of a double click is no press, not even where the button has changed its meaning
// meanwhile. A button that may be pressed in quick succession (a stepper) says so: `data-repeats`.
// Rule 3: that the same act is not sent twice on a slow line is push/commands.js' part: one lane for each act.

export const AGAIN_MS = 350; // so soon after a press another one on the same button is not meant

/** What a key is: "press", "repeat" or "composing". Pure. */
export function keyKind({ key, repeat, isComposing, keyCode }) {
  if (isComposing || keyCode === 229) return "composing";
  return repeat && (key === "Enter" || key === " ") ? "repeat" : "press";
}

/** Whether a click counts; `lastAt`: when the same button was pressed before. Pure. */
export const counts = ({ detail, timeStamp }, lastAt) => detail < 2 && (lastAt === undefined || timeStamp - lastAt >= AGAIN_MS);

const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

function onKey(event) {
  const kind = keyKind(event);
  if (kind === "press" || event.target.tagName === "TEXTAREA") return;
  if (kind === "repeat") stop(event);
  else if (event.key === "Enter" || event.keyCode === 229) event.stopImmediatePropagation(); // the input method has its own use for it
}

/** Call once, before anything else listens. */
export function guardPresses(target = document) {
  let last = { button: null };
  target.addEventListener("keydown", onKey, true);
  target.addEventListener("input", () => { last = { button: null }; }, true); // he did something else meanwhile
  target.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button || "repeats" in button.dataset) return;
    if (counts(event, last.button === button ? last.at : undefined)) last = { button, at: event.timeStamp };
    else stop(event);
  }, true);
}
