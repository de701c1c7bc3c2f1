// Making and changing elements. Rule: text only ever becomes a text node; there is no way in here
// by which a string becomes markup, so a script in a text field is shown as it was typed.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden" || name === "muted") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** h("button", {class: "main", on: {click}}, "text", child). */
export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
export const svg = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

/** Change a text only where it differs, so that nothing is announced or painted twice. */
export function setText(element, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : String(value));
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/**
 * Keep the children of `parent` in step with `items`, by key: an element that stays is moved and
 * updated, never made again (focus and half-typed text survive).
 */
export function reconcile(parent, items, keyOf, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let previous = null;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = known.get(key);
    if (child) known.delete(key);
    else {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    const place = previous ? previous.nextSibling : parent.firstChild;
    if (child !== place) parent.insertBefore(child, place);
    previous = child;
  }
  for (const left of known.values()) left.remove();
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Run `change`; let children that it moved glide from their old place. */
export function glide(parent, change) {
  if (still() || !parent.isConnected) return change();
  const before = new Map([...parent.children].map((child) => [child, child.getBoundingClientRect().top]));
  change();
  for (const child of parent.children) {
    const moved = before.has(child) ? before.get(child) - child.getBoundingClientRect().top : 0;
    if (moved) child.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], { duration: 420, easing: "ease-out" });
  }
  return undefined;
}

/** Play a class's animation once more. */
export function replay(element, name) {
  element.classList.remove(name);
  void element.getBoundingClientRect(); // drawings too
  element.classList.add(name);
}
